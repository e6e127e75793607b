/** What language extensions know of names is held to the rules of the index: sure only in the service's own program. */

import { expect, test } from "vitest";
import { SpanKind } from "../../../src/model/span.ts";
import { getCodeHints } from "../../../src/source/codeHints.ts";
import type { SymbolPlace } from "../../../src/source/location.ts";
import { findBareNames } from "../../../src/source/search/nameRules.ts";
import { SearchContext } from "../../../src/source/search/searchContext.ts";
import { toDetail } from "../../corpus/judge.ts";
import { createWorkspace } from "./indexFiles.ts";

const { client, internal } = SpanKind;
const symbol = (path: string, owner = ""): SymbolPlace => ({
  ...{ path, owner, name: "sealCrate", kind: "function", line0: 4, endLine0: 9 },
});

test.each([
  ["alone in the service's folder", internal, "sealCrate", [symbol("/ws/depot/a.hx")], true],
  ["in another service's folder", internal, "sealCrate", [symbol("/ws/shop/a.hx")], false],
  ["of whoever a client calls", client, "sealCrate", [symbol("/ws/depot/a.hx")], false],
  ["of another owner", internal, "Yard.sealCrate", [symbol("/ws/depot/a.hx", "Shop")], false],
  [
    "one of two",
    internal,
    "sealCrate",
    [symbol("/ws/depot/a.hx"), symbol("/ws/depot/b.hx")],
    false,
  ],
] as const)("a function %s", async (_title, kind, name, symbols, isSure) => {
  const facts = { name, service: "depot", queue: "", kind };
  const workspace = await createWorkspace({ "/ws/depot/a.hx": "", "/ws/shop/a.hx": "" });
  const context = new SearchContext(getCodeHints(toDetail({}), facts), workspace, ["/ws/depot"]);
  await findBareNames(context, () => Promise.resolve(symbols));
  expect(context.found[0]).toMatchObject({ line0: 4, isSure });
  expect(context.found[0]?.reason.code).toBe("workspaceSymbol");
});
