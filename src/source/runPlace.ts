/**
 * The function that a span is a run of: by the same rules by which a click on the span leads to its line, and only
 * where these are sure. Pure; knows no editor.
 */

import type { RunPlace } from "../model/operationRuns.ts";
import { SpanKind } from "../model/span.ts";
import type { SpanDetail } from "../model/spanDetail.ts";
import { getCodeHints, type SpanFacts } from "./codeHints.ts";
import type { SourceLocation, SourceReason, SourceWorkspace, SymbolPlace } from "./location.ts";
import { resolveSource } from "./resolveSource.ts";

/** How a rule's place stands to the function: its definition, or a line that may be anywhere in it. */
const runs: Partial<Record<SourceReason["code"], "definition" | "line">> = {
  codeLine: "line",
  codeMoved: "definition",
  codeFunction: "definition",
  taskDeclared: "definition",
  queueDeclared: "definition",
  taskNamed: "definition",
  classFile: "definition",
  qualifiedName: "definition",
  rpcHandler: "definition",
  routeDeclared: "definition",
  onlyDefinition: "definition",
  spanStarted: "line",
  consumed: "line",
};
/** The rules that find what belongs to whoever answers; spans around it and within it name the same route. */
const answered = new Set<SourceReason["code"]>(["routeDeclared", "rpcHandler"]);
/** Decorators and annotations stand so far above a function. */
const MAX_DECORATION_LINES = 10;

export async function findRunPlace(
  detail: SpanDetail,
  span: SpanFacts,
  workspace: SourceWorkspace,
): Promise<RunPlace | undefined> {
  // Where the newest run failed does not matter: the function is looked for, not the line that raised.
  const hints = { ...getCodeHints(detail, span), errorStack: [] };
  const { locations } = await resolveSource(hints, workspace);
  const [place] = locations;
  if (place?.isSure === true && isTitledTest(detail)) return toTestPlace(place, span.name);
  const standing = place && runs[place.reason.code];
  if (place?.isSure !== true || standing === undefined) return undefined;
  if (answered.has(place.reason.code) && !isAnswering(hints.kind)) return undefined;
  const symbols = await workspace.readSymbols(place.path);
  const symbol = findFunction(symbols, place.line0);
  if (symbol === undefined) return undefined;
  const isOutgoing = hints.kind === SpanKind.client || hints.kind === SpanKind.producer;
  const { path, name, owner, line0, endLine0 } = symbol;
  return {
    ...{ path, function: name, owner, line0, endLine0 },
    rule: place.reason.code,
    isOwn: !isOutgoing && (standing === "definition" || place.line0 <= line0),
  };
}

/** A test that is a call with a title, and no function with a name. */
function isTitledTest({ attributes }: SpanDetail): boolean {
  const keys = new Set(attributes.map(({ key }) => key));
  return keys.has("test.case.name") && !keys.has("code.function.name");
}

function toTestPlace({ path, line0, reason: { code } }: SourceLocation, title: string): RunPlace {
  const lines = { line0, endLine0: line0 };
  return { path, function: title, owner: "", ...lines, rule: code, isOwn: true };
}

function isAnswering(kind: SpanKind): boolean {
  return kind === SpanKind.server || kind === SpanKind.consumer;
}

/** The innermost function around the line, or the one that the line decorates. */
export function findFunction(
  symbols: readonly SymbolPlace[],
  line0: number,
): SymbolPlace | undefined {
  const functions = symbols.filter(symbol => symbol.kind === "function");
  const around = functions
    .filter(symbol => symbol.line0 <= line0 && line0 <= symbol.endLine0)
    .sort((a, b) => b.line0 - a.line0);
  const below = functions
    .filter(symbol => symbol.line0 > line0 && symbol.line0 <= line0 + MAX_DECORATION_LINES)
    .sort((a, b) => a.line0 - b.line0);
  return around[0] ?? below[0];
}
