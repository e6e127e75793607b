/** What stores say of themselves, in words. */

import { expect, test } from "vitest";
import { describeFact, type StoreFact } from "../../src/model/storeFact.ts";

const english = (text: string, ...args: readonly (string | number)[]): string =>
  text.replaceAll(/\{(\d)\}/g, (_, place: string) => String(args[Number(place)]));

test.each<readonly [StoreFact, string]>([
  ["Jaeger 2.1", "Jaeger 2.1"],
  [{ kind: "services", names: [] }, "Services: 0"],
  [{ kind: "services", names: ["cart", "mail"] }, "Services: 2 (cart, mail)"],
  [{ kind: "services", names: ["a", "b", "c", "d", "e", "f"] }, "Services: 6 (a, b, c, d, e, …)"],
  [{ kind: "holdings", traces: 3, spans: 40 }, "3 traces · 40 spans"],
  [{ kind: "holdings", traces: 1, spans: 1 }, "1 trace · 1 span"],
  [{ kind: "holdings", files: 2, traces: 3, spans: 40 }, "Files: 2; 3 traces · 40 spans"],
  [{ kind: "passedOver", files: 7 }, "Other files without traces: 7"],
  [
    { kind: "collections", database: "shop", count: 9, withTasks: ["orders"] },
    "shop: 1 of 9 collections hold tasks (orders)",
  ],
])("%j is %s", (fact, words) => {
  expect(describeFact(fact, english)).toBe(words);
});
