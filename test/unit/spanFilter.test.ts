/** The filter of an open trace: what passes, and the rows that stand then. */

import { expect, test } from "vitest";
import { buildFilteredRows, selectSpans, type SpanFilter } from "../../src/analysis/spanFilter.ts";
import { getTraceEndNs } from "../../src/analysis/times.ts";
import { buildTree } from "../../src/analysis/tree.ts";
import { SpanKind } from "../../src/model/span.ts";
import { NS_PER_MS } from "../../src/model/units.ts";
import { drawTrace } from "./drawTrace.ts";
import { asSpan, asSpans } from "./spanIndex.ts";

const shop = `
  GET /cart #web           ====================
    auth #users             ===
      SELECT users           =
    charge @payments            ..======!
      call bank                   ====!
    poll #web                               ===>
`;

/** The rows as names; what only leads to a span that passes stands in brackets. */
function check(filter: SpanFilter, expected: string, folded: readonly string[] = []): void {
  const { columns } = drawTrace(shop);
  const tree = buildTree(columns);
  const nameOf = (span: number): string => columns.strings[columns.name[span]!]!;
  const matches = asSpans(columns.name.keys()).filter(span => /^(auth|poll)$/.test(nameOf(span)));
  const passes = selectSpans(columns, tree, getTraceEndNs(columns), filter, matches);
  if (passes === undefined) {
    expect("everything").toBe(expected);
    return;
  }
  const shut = new Set(asSpans(columns.name.keys()).filter(span => folded.includes(nameOf(span))));
  const rows = buildFilteredRows(columns.count, tree, shut, passes);
  const shown = Array.from(rows, span => (passes[span] ? nameOf(span) : `(${nameOf(span)})`));
  expect(shown.join(", ")).toBe(expected);
}

test("a filter that asks for nothing lets everything through", () => {
  check({}, "everything");
  check({ group: undefined }, "everything");
});

test("what passes stands with the way to its root, and nothing else does", () => {
  check({ isFailed: true }, "(GET /cart), charge, call bank");
  check({ group: "users" }, "(GET /cart), auth, SELECT users");
  check({ operation: "SELECT users" }, "(GET /cart), (auth), SELECT users");
  check({ kind: SpanKind.consumer }, "(GET /cart), charge");
  check({ isMatch: true }, "(GET /cart), auth, poll");
});

test("conditions join: all must hold", () => {
  check({ group: "payments", leastNs: 5 * NS_PER_MS }, "(GET /cart), charge");
  check({ group: "payments", isFailed: true, operation: "auth" }, "");
  check({ group: "nobody" }, "");
});

test("a span that still runs is as long as is known", () => {
  check({ operation: "poll", leastNs: 3 * NS_PER_MS }, "(GET /cart), poll");
});

test("a subtree stands alone, and folding hides what is below", () => {
  check({ under: asSpan(1) }, "(GET /cart), auth, SELECT users");
  check({ operation: "SELECT users" }, "(GET /cart), (auth)", ["auth"]);
});
