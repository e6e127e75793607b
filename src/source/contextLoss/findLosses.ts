/**
 * Where a trace was lost, from traces and code together: a trace began while a span of another ran, or moments after, and
 * the function of that span hands over just this work, without the context. Neither says it alone. Pure; what files say
 * it asks for.
 *
 *     place_order   ==========            of one trace:  Thread(target=send_receipt)
 *       charge         ====
 *     send_receipt        =======         of another
 */

import { SpanKind } from "../../model/span.ts";
import { getLanguage } from "../languages.ts";
import type { SymbolPlace } from "../location.ts";
import { findFunction } from "../runPlace.ts";
import { readCall, type Range } from "./callText.ts";
import type { HandOver } from "./handOver.ts";
import { findHeadersKey, listHandOvers } from "./listHandOvers.ts";

/** A span with the place that it ran, where one is certain. */
export interface SpanInCode {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly kind: SpanKind;
  /** It has no parent, in any store. */
  readonly isRoot: boolean;
  /** A root with links began a trace of its own on purpose. */
  readonly hasLinks: boolean;
  readonly startUnixMs: number;
  readonly endUnixMs: number;
  readonly place?: { readonly path: string; readonly line0: number };
}

export interface SourceFile {
  readonly text: string;
  readonly symbols: readonly SymbolPlace[];
}

export interface ContextLoss {
  /** The span whose function hands over. */
  readonly caller: SpanInCode;
  /** The span that began a trace of its own. */
  readonly root: SpanInCode;
  readonly path: string;
  readonly line0: number;
  readonly function: string;
  readonly handOver: HandOver;
}

/** A worker may be busy for so long before it takes what was handed to it. */
const MAX_WAIT_MS = 10_000;
/** Decorators and annotations stand so far above a function. */
const MAX_DECORATION_LINES = 3;
/** Clocks of one machine, told in different units. */
const SLACK_MS = 1;

export async function findContextLosses(
  spans: readonly SpanInCode[],
  readFile: (path: string) => Promise<SourceFile | undefined>,
): Promise<readonly ContextLoss[]> {
  const losses = new Map<string, ContextLoss>();
  const callers = spans
    .filter(({ place }) => place !== undefined)
    .sort((a, b) => b.startUnixMs - a.startUnixMs);
  for (const root of spans) {
    if (!root.isRoot || root.hasLinks) continue;
    for (const caller of callers) {
      if (!isBefore(caller, root)) continue;
      const loss = await findLoss(caller, root, readFile);
      if (loss === undefined) continue;
      losses.set(`${loss.path}:${loss.handOver.from}`, loss);
      break;
    }
  }
  return [...losses.values()];
}

function isBefore(caller: SpanInCode, root: SpanInCode): boolean {
  if (caller.traceId === root.traceId) return false;
  const { startUnixMs } = root;
  return (
    caller.startUnixMs - SLACK_MS <= startUnixMs && startUnixMs <= caller.endUnixMs + MAX_WAIT_MS
  );
}

async function findLoss(
  caller: SpanInCode,
  root: SpanInCode,
  readFile: (path: string) => Promise<SourceFile | undefined>,
): Promise<ContextLoss | undefined> {
  const { place } = caller;
  const file = place && (await readFile(place.path));
  const language = place && getLanguage(place.path);
  if (place === undefined || file === undefined || language === undefined) return undefined;
  const lineStarts = listLineStarts(file.text);
  const rangeOf = (symbol: SymbolPlace): Range => ({
    from: lineStarts[symbol.line0] ?? 0,
    to: lineStarts[symbol.endLine0 + 1] ?? file.text.length,
  });
  const callback = findCallback(file.text, lineStarts[place.line0] ?? 0);
  const function_ = findFunction(file.symbols, place.line0);
  const around = callback ?? (function_ && rangeOf(function_));
  if (around === undefined) return undefined;
  const rootFile = root.place && (await readFile(root.place.path));
  const headersKey =
    root.kind === SpanKind.consumer
      ? findHeadersKey((rootFile ?? file).text, root.name)
      : undefined;
  const options = headersKey === undefined ? {} : { headersKey };
  const handOvers = listHandOvers(language, file.text, around, options);
  const names = [root.name, findDefinition(rootFile, root.place?.line0) ?? root.name];
  for (const handOver of handOvers) {
    const line0 = lineAt(lineStarts, handOver.from);
    const isInside =
      root.place?.path === place.path &&
      line0 <= root.place.line0 &&
      root.place.line0 <= lineAt(lineStarts, handOver.to - 1);
    if (!isInside && !handsOver(handOver, root, names, file, rangeOf)) continue;
    return { caller, root, path: place.path, line0, function: caller.name, handOver };
  }
  return undefined;
}

/** A function that is handed to a call which begins on the line, as to `traced("name", async () => {`. */
function findCallback(text: string, lineStart: number): Range | undefined {
  const lineEnd = text.indexOf("\n", lineStart);
  const line = text.slice(lineStart, lineEnd < 0 ? text.length : lineEnd);
  const open = line.indexOf("(");
  if (open < 0 || !/=>|\bfunction\b/u.test(line.slice(open))) return undefined;
  const end = readCall(text, lineStart + open)?.end;
  return end !== undefined && end > lineStart + line.length
    ? { from: lineStart, to: end }
    : undefined;
}

/** The function that is defined at the line, or below its decorators. */
function findDefinition(
  file: SourceFile | undefined,
  line0: number | undefined,
): string | undefined {
  if (file === undefined || line0 === undefined) return undefined;
  const found = findFunction(file.symbols, line0);
  return found !== undefined && found.line0 - line0 <= MAX_DECORATION_LINES
    ? found.name
    : undefined;
}

/** Whether it is this work: it is named there, or in the function that is handed over. */
function handsOver(
  { kind, from, to }: HandOver,
  root: SpanInCode,
  names: readonly string[],
  { text, symbols }: SourceFile,
  rangeOf: (symbol: SymbolPlace) => Range,
): boolean {
  if (kind === "message") return root.kind === SpanKind.consumer;
  const own = text.slice(from, to);
  const isNamed = (where: string): boolean => names.some(name => hasWord(where, name));
  if (isNamed(own)) return true;
  const words = new Set(own.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []);
  return symbols
    .filter(symbol => symbol.kind === "function" && words.has(symbol.name))
    .map(rangeOf)
    .filter(range => range.from > to || range.to < from)
    .some(range => isNamed(text.slice(range.from, range.to)));
}

function hasWord(text: string, name: string): boolean {
  if (name === "") return false;
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const around = `${text[at - 1] ?? " "}${text[at + name.length] ?? " "}`;
    if (!/[\p{L}\p{N}_$]/u.test(around)) return true;
  }
  return false;
}

function listLineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function lineAt(starts: readonly number[], offset: number): number {
  let line0 = 0;
  while (line0 + 1 < starts.length && (starts[line0 + 1] as number) <= offset) line0 += 1;
  return line0;
}
