/**
 * Where a trace was lost, from traces and code together: a trace began while a span of another ran, or moments after, and
 * the function of that span hands over just this work, without the context. Neither says it alone. Pure; what files say
 * it asks for.
 *
 *     place_order   ==========            of one trace:  Thread(target=send_receipt)
 *       charge         ====
 *     send_receipt        =======         of another
 */

import { findFirst } from "../../base/binarySearch.ts";
import { SpanKind } from "../../model/span.ts";
import { getLanguage, type SourceLanguage } from "../languages.ts";
import type { SymbolPlace } from "../location.ts";
import { findFunction } from "../runPlace.ts";
import type { Range } from "../callRanges.ts";
import { hasWord, readCall } from "./callText.ts";
import type { HandOver } from "./handOver.ts";
import { listAsyncCalls } from "./javaHandOvers.ts";
import { findHeadersKey, listHandOvers, listSentTo } from "./listHandOvers.ts";
import { listStartedPrograms } from "./programHandOvers.ts";
import { listPutElsewhere } from "./queueHandOvers.ts";

/** A span with the place that it ran, where one is certain. */
export interface SpanInCode {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly kind: SpanKind;
  /** It has no parent, in any store. */
  readonly isRoot: boolean;
  /** Whether it is a root that began a trace of its own on purpose, which its detail alone tells. */
  readonly readHasLinks: () => Promise<boolean>;
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
  /** The whole file, of which the hand-over names ranges. */
  readonly text: string;
  readonly line0: number;
  /** The first line that has to change: that of the fix, if there is one. */
  readonly changedLine0: number;
  readonly handOver: HandOver;
}

export interface FoundLosses {
  readonly losses: readonly ContextLoss[];
  /**
   * Whether the trace may have lost another, because a function of it hands work over, or be lost itself, because it did
   * not begin with a request from outside.
   */
  readonly mayLose: boolean;
}

interface FileText extends SourceFile {
  readonly lineStarts: readonly number[];
}

/** The function that a span ran. */
interface FunctionText {
  readonly path: string;
  readonly file: FileText;
  readonly language: SourceLanguage;
  readonly range: Range;
  /** Where in its text the span begins. */
  readonly beginsAt: number;
  /** Its hand-overs, by the key under which consumers look for headers: read once for all roots. */
  readonly handOvers: Map<string | undefined, readonly HandOver[]>;
}

/** The runs of one function in one trace, in the order of their beginnings. */
interface CallerGroup {
  readonly code: FunctionText;
  readonly callers: SpanInCode[];
}

type ReadFile = (path: string) => Promise<FileText | undefined>;

/** A worker may be busy for so long before it takes what was handed to it. */
const MAX_WAIT_MS = 10_000;
/** Decorators and annotations stand so far above a function. */
const MAX_DECORATION_LINES = 3;
/** Runs of a function that are looked at for one that lasted until the root began: most last as long as each other. */
const MAX_LOOKS = 64;
/** Clocks of one machine, told in different units. */
const SLACK_MS = 1;

/** The losses that the trace is a side of. Each file is read once. */
export async function findContextLosses(
  traceId: string,
  spans: readonly SpanInCode[],
  readSource: (path: string) => Promise<SourceFile | undefined>,
): Promise<FoundLosses> {
  const readFile = rememberFiles(readSource);
  const functions = new Map<string, FunctionText | undefined>();
  const groups = new Map<string, CallerGroup>();
  for (const caller of spans) {
    if (caller.place === undefined) continue;
    const key = `${caller.place.path}:${caller.place.line0}`;
    if (!functions.has(key)) functions.set(key, await readFunction(caller.place, readFile));
    const code = functions.get(key);
    if (code === undefined) continue;
    const groupKey = `${caller.traceId} ${key}`;
    const group = groups.get(groupKey) ?? { code, callers: [] };
    groups.set(groupKey, group);
    group.callers.push(caller);
  }
  for (const { callers } of groups.values()) callers.sort((a, b) => a.startUnixMs - b.startUnixMs);
  const find = rememberHandOvers();
  const losses = new Map<string, ContextLoss>();
  for (const root of spans) {
    if (!root.isRoot) continue;
    const rootFile = root.place && (await readFile(root.place.path));
    for (const { caller, code } of listCallers(groups.values(), root)) {
      const handOver = find(code, root, rootFile);
      if (handOver === undefined) continue;
      // The caller that began last is the likeliest. Where neither is the trace's, others have lost each other.
      const isOwn = caller.traceId === traceId || root.traceId === traceId;
      if (isOwn && !(await root.readHasLinks())) {
        const { path, file } = code;
        const line0 = lineAt(file.lineStarts, handOver.from);
        const changes = handOver.fix.map(({ from }) => lineAt(file.lineStarts, from));
        const changedLine0 = changes.find(each => each >= line0) ?? line0;
        const loss = { caller, root, path, text: file.text, line0, changedLine0, handOver };
        losses.set(`${path}:${handOver.from}`, loss);
      }
      break;
    }
  }
  return { losses: [...losses.values()], mayLose: mayLose(traceId, spans, groups.values()) };
}

function mayLose(
  traceId: string,
  spans: readonly SpanInCode[],
  groups: Iterable<CallerGroup>,
): boolean {
  const isLost = (span: SpanInCode): boolean =>
    span.traceId === traceId && span.isRoot && span.kind !== SpanKind.server;
  const handsOver = ({ callers, code }: CallerGroup): boolean =>
    callers[0]?.traceId === traceId && readHandOvers(code, undefined).length > 0;
  return spans.some(isLost) || [...groups].some(handsOver);
}

function rememberFiles(read: (path: string) => Promise<SourceFile | undefined>): ReadFile {
  const files = new Map<string, FileText | undefined>();
  return async path => {
    if (!files.has(path)) {
      const file = await read(path);
      files.set(path, file && { ...file, lineStarts: listLineStarts(file.text) });
    }
    return files.get(path);
  };
}

/**
 * Lists of each function the run that began last before the root, and was not over for long when that began; the latest
 * first. A trace is no caller of its own root.
 */
function listCallers(
  groups: Iterable<CallerGroup>,
  root: SpanInCode,
): readonly { readonly caller: SpanInCode; readonly code: FunctionText }[] {
  const { traceId, startUnixMs } = root;
  const latest = new Map<FunctionText, SpanInCode>();
  for (const { code, callers } of groups) {
    if (callers[0]?.traceId === traceId) continue;
    const behind = findFirst(
      callers.length,
      at => (callers[at]?.startUnixMs ?? 0) - SLACK_MS > startUnixMs,
    );
    for (let at = behind - 1; at >= Math.max(0, behind - MAX_LOOKS); at -= 1) {
      const caller = callers[at] as SpanInCode;
      if (startUnixMs > caller.endUnixMs + MAX_WAIT_MS) continue;
      const known = latest.get(code);
      if (known === undefined || caller.startUnixMs > known.startUnixMs) latest.set(code, caller);
      break;
    }
  }
  return [...latest]
    .map(([code, caller]) => ({ code, caller }))
    .sort((a, b) => b.caller.startUnixMs - a.caller.startUnixMs);
}

/** Whether a function hands a work over does not depend on which of its runs is asked, or which of the work's. */
function rememberHandOvers(): typeof findHandOver {
  const found = new Map<FunctionText, Map<string, HandOver | undefined>>();
  return (code, root, rootFile) => {
    const known = found.get(code) ?? new Map<string, HandOver | undefined>();
    found.set(code, known);
    const key = [root.name, root.kind, root.place?.path, root.place?.line0].join(" ");
    if (!known.has(key)) known.set(key, findHandOver(code, root, rootFile));
    return known.get(key);
  };
}

async function readFunction(
  { path, line0 }: NonNullable<SpanInCode["place"]>,
  readFile: ReadFile,
): Promise<FunctionText | undefined> {
  const language = getLanguage(path);
  const file = language && (await readFile(path));
  if (language === undefined || file === undefined) return undefined;
  const symbol = findFunction(file.symbols, line0);
  const range =
    findCallback(file.text, file.lineStarts[line0] ?? 0) ?? (symbol && rangeOf(file, symbol));
  const beginsAt = file.lineStarts[line0] ?? 0;
  return range && { path, file, language, range, beginsAt, handOvers: new Map() };
}

function rangeOf({ text, lineStarts }: FileText, { line0, endLine0 }: SymbolPlace): Range {
  return { from: lineStarts[line0] ?? 0, to: lineStarts[endLine0 + 1] ?? text.length };
}

/** Where the function hands over the work of the root without the context. */
function findHandOver(
  code: FunctionText,
  root: SpanInCode,
  rootFile: FileText | undefined,
): HandOver | undefined {
  const { path, file } = code;
  const headersKey =
    root.kind === SpanKind.consumer
      ? findHeadersKey((rootFile ?? file).text, root.name)
      : undefined;
  const names = [root.name, findDefinition(rootFile, root.place?.line0) ?? root.name];
  const found = readHandOvers(code, headersKey).find(handOver => {
    // Whatever was handed over before the span began is none of it.
    if (handOver.to <= code.beginsAt) return false;
    const isInside =
      root.place?.path === path &&
      lineAt(file.lineStarts, handOver.from) <= root.place.line0 &&
      root.place.line0 <= lineAt(file.lineStarts, handOver.to - 1);
    return isInside || handsOver(handOver, root, names, file);
  });
  if (found !== undefined || rootFile === undefined) return found;
  const around = textAround(rootFile, root);
  const isAlone = root.kind === SpanKind.consumer && headersKey === undefined;
  return [
    ...(isAlone ? listSentTo(file.text, code.range, `${root.name}\n${around}`) : []),
    ...listPutElsewhere(file.text, code.range, { text: around, file: rootFile.text }),
    ...listAsyncCalls(file.text, code.range, textAround(rootFile, root, MAX_DECORATION_LINES)),
    ...listStartedPrograms({ path, text: file.text }, code.range, root.place?.path ?? ""),
  ][0];
}

function readHandOvers(
  { file, language, range, handOvers }: FunctionText,
  headersKey: string | undefined,
): readonly HandOver[] {
  const known = handOvers.get(headersKey);
  if (known !== undefined) return known;
  const options = headersKey === undefined ? {} : { headersKey };
  const found = listHandOvers(language, file.text, range, options);
  handOvers.set(headersKey, found);
  return found;
}

/** A function that is handed to a call which begins on the line, as to `traced("name", async () => {`. */
function findCallback(text: string, lineStart: number): Range | undefined {
  const lineEnd = text.indexOf("\n", lineStart);
  const line = text.slice(lineStart, lineEnd < 0 ? text.length : lineEnd);
  const open = line.indexOf("(");
  if (open < 0 || !/[=-]>|\bfunction\b/u.test(line.slice(open))) return undefined;
  const end = readCall(text, lineStart + open)?.end;
  return end !== undefined && end > lineStart + line.length
    ? { from: lineStart, to: end }
    : undefined;
}

/** The function in which a root begins, with its annotations where lines above are asked for. */
function textAround(file: FileText, { place }: SpanInCode, linesAbove = 0): string {
  const symbol = place && findFunction(file.symbols, place.line0);
  if (symbol === undefined) return "";
  const { to } = rangeOf(file, symbol);
  return file.text.slice(file.lineStarts[Math.max(0, symbol.line0 - linesAbove)], to);
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
  { kind, from, to, takenAt, isRequest }: HandOver,
  root: SpanInCode,
  names: readonly string[],
  file: FileText,
): boolean {
  if (kind === "message") return root.kind === SpanKind.consumer;
  if (isRequest === true && root.kind === SpanKind.client) return true;
  const { text, symbols } = file;
  const range = text.slice(from, to);
  const isNamed = (where: string): boolean => names.some(name => hasWord(where, name));
  if (takenAt !== undefined) {
    if (/\blambda\b|=>|->|\bfunc\(/u.test(range) && isNamed(range)) return true;
    return takenAt.some(({ from: at, to: end }) => {
      const around = symbols
        .filter(symbol => symbol.kind === "function")
        .map(symbol => rangeOf(file, symbol))
        .filter(
          range => range.from <= at && end <= range.to && !(range.from <= from && to <= range.to),
        );
      return (
        isNamed(text.slice(at, end)) ||
        around.some(range => isNamed(text.slice(range.from, range.to)))
      );
    });
  }
  if (isNamed(range)) return true;
  const words = new Set(range.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []);
  return symbols
    .filter(
      symbol =>
        symbol.kind === "function" &&
        (words.has(symbol.name) || words.has(symbol.owner.split(".").at(-1) ?? "")),
    )
    .map(symbol => rangeOf(file, symbol))
    .filter(range => range.from > to || range.to < from)
    .some(range => isNamed(text.slice(range.from, range.to)));
}

function listLineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function lineAt(starts: readonly number[], offset: number): number {
  return findFirst(starts.length, line0 => (starts[line0] as number) > offset) - 1;
}
