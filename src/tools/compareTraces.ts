/** The tool `compare_traces`: a trace beside an earlier one, or beside the median of several, path by path. */

import { textAt } from "./spanFacts.ts";
import {
  compareTraces as compare,
  type ComparedPath,
  type PathChange,
  type TraceComparison,
} from "../analysis/compareTraces.ts";
import { FIRST_SPAN, SpanFlag } from "../model/span.ts";
import { type SpanIndex } from "../model/trace.ts";
import { formatDuration, NS_PER_MS } from "../model/units.ts";
import { countOf, quote, writeLines } from "./answerText.ts";
import { agoText } from "./listedText.ts";
import { placeText, readNotes, type SpanNotes } from "./places.ts";
import { errorText } from "./rowText.ts";
import { maskSecrets } from "./secretKeys.ts";
import { numberOf, textValue, type ToolCall, type ToolHandler } from "./toolCall.ts";
import { ToolRefusal } from "./toolInput.ts";
import { rowOf, type OpenedTrace } from "./traceReader.ts";
import { searchAll } from "./traceSearch.ts";
import { missingText } from "./viewRequest.ts";

/** A difference that is smaller is one from run to run. */
const ALIKE_PERCENT = 10;
const MAX_RUNS = 50;

export const compareTraces: ToolHandler = async call => {
  const { context, reader, values, signal, limit } = call;
  const baselineText = textValue(values, "with") ?? "previous";
  const median = /^median:(\d{1,4})$/.exec(baselineText);
  const isNamed = baselineText !== "previous" && median === null;
  const [opened, named] = await Promise.all([
    reader.find(textValue(values, "trace") ?? "", signal),
    isNamed ? reader.find(baselineText, signal) : undefined,
  ]);
  const asked = Math.min(MAX_RUNS, median === null ? 1 : Number(median[1]));
  const baseline =
    named === undefined ? await findBaseline(call, opened, asked) : nameBaseline(opened, named);
  if (baseline.traces.length === 0) {
    const why = `No earlier trace with the root ${rootText(opened)} is in a store. Run it once more, or name a trace: with=ID.`;
    return writeLines(limit, [why], () => "0 traces to compare with; why:");
  }
  const comparison = compare(
    baseline.traces.map(({ analysed }) => analysed),
    opened.analysed,
  );
  const changes = listChanges(comparison);
  const listed = changes.slice(0, numberOf(values, "max_rows"));
  const spans = listed.flatMap(({ span }) => span ?? []);
  const { notes, missing } = await readNotes(context, opened.trace, spans, signal);
  const gone = await readGone(call, baseline.traces[0], listed);
  const lines = listed.map(row => {
    const rowNotes = row.span === undefined ? gone.get(row) : notes.get(row.span);
    return changeText(
      row,
      placeText(rowNotes?.place),
      rowNotes === undefined ? "" : errorText(rowNotes.detail, true),
    );
  });
  const head = (shown: number): string =>
    `${verdict(opened, comparison)}; shown ${shown} of ${countOf(changes.length, "difference")}${shown < changes.length ? "; more: max_rows" : ""}; next: get_trace(view=tree, under=ROW), get_spans(rows)`;
  return writeLines(limit, lines, head, [baseline.note, ...missingText(missing)]);
};

interface Baseline {
  /** Newest first; the one whose rows are named stands first. */
  readonly traces: readonly OpenedTrace[];
  readonly note: string;
}

function nameBaseline(opened: OpenedTrace, named: OpenedTrace): Baseline {
  if (named.columns.traceId === opened.columns.traceId) {
    throw new ToolRefusal("with names the same trace");
  }
  return { traces: [named], note: `Compared with ${named.columns.traceId}.` };
}

async function findBaseline(
  { reader, signal, context }: ToolCall,
  opened: OpenedTrace,
  asked: number,
): Promise<Baseline> {
  const { columns, startNs } = opened;
  const root = findFirst(opened);
  const service = textAt(columns, columns.service, root);
  const name = textAt(columns, columns.name, root);
  const startUnixMs = columns.originUnixMs + startNs / NS_PER_MS;
  const { traces } = await searchAll(
    context,
    {
      ...(service !== "" && { service }),
      operation: name,
      toUnixMs: startUnixMs,
      // A span of that name may stand within other traces.
      limit: asked * 2 + 10,
    },
    signal,
  );
  const runs = traces
    .filter(({ brief }) => brief.root.name === name && brief.startUnixMs < startUnixMs)
    .slice(0, asked);
  const read: OpenedTrace[] = [];
  for (const { brief } of runs) read.push(await reader.read(brief.traceId, signal));
  const [first] = runs;
  return {
    traces: read,
    note:
      first === undefined
        ? ""
        : asked === 1
          ? `Compared with the run before, ${first.brief.traceId}, ${agoText(startUnixMs - first.brief.startUnixMs).replace(/ ago$/, "")} earlier.`
          : `Compared with the median of ${countOf(read.length, "earlier run")}${read.length < asked ? ` (there are no more)` : ""}; the newest is ${first.brief.traceId}.`,
  };
}

/** The order of changes: the worse ones first. */
const order: readonly PathChange[] = [
  ...(["failing", "new", "missing", "moreOften", "slower"] as const),
  ...(["recovered", "lessOften", "faster"] as const),
];

const changeWords: Readonly<Record<PathChange, string>> = {
  failing: "newly failing",
  new: "new",
  missing: "missing",
  moreOften: "more often",
  slower: "slower",
  recovered: "no longer failing",
  lessOften: "less often",
  faster: "faster",
};

function listChanges({ rows }: TraceComparison): readonly ComparedPath[] {
  const weightOf = ({ before, after }: ComparedPath): number =>
    Math.abs((after?.selfNs ?? 0) - (before?.selfNs ?? 0));
  const rankOf = ({ change }: ComparedPath): number =>
    change === undefined ? order.length : order.indexOf(change);
  return rows
    .filter(({ change, isImplied }) => change !== undefined && !isImplied)
    .sort((a, b) => rankOf(a) - rankOf(b) || weightOf(b) - weightOf(a));
}

/** The details of what is missing now, from the earlier trace that had it. */
async function readGone(
  { context, signal }: ToolCall,
  earlier: OpenedTrace | undefined,
  rows: readonly ComparedPath[],
): Promise<ReadonlyMap<ComparedPath, SpanNotes>> {
  const known = new Map<ComparedPath, SpanNotes>();
  if (earlier === undefined) return known;
  const { columns, trace } = earlier;
  const found = rows
    .filter(({ span }) => span === undefined)
    .map(row => ({
      row,
      span: columns.name.findIndex(name => columns.strings[name] === row.name) as SpanIndex,
    }))
    .filter(({ span }) => span >= 0);
  const { notes } = await readNotes(
    context,
    trace,
    found.map(({ span }) => span),
    signal,
  );
  for (const { row, span } of found) {
    const spanNotes = notes.get(span);
    if (spanNotes !== undefined) known.set(row, spanNotes);
  }
  return known;
}

function verdict({ columns }: OpenedTrace, { beforeNs, afterNs, rows }: TraceComparison): string {
  const difference = afterNs - beforeNs;
  const share = beforeNs > 0 ? Math.round(Math.abs(difference / beforeNs) * 100) : 0;
  const isAlike = Math.abs(difference) < NS_PER_MS || share < ALIKE_PERCENT;
  const failing = rows.filter(({ change }) => change === "failing").length;
  const words = isAlike ? "as fast" : `${share} % ${difference > 0 ? "slower" : "faster"}`;
  return `${failing > 0 ? `${countOf(failing, "operation")} newly failing, ` : ""}${words}: ${formatDuration(afterNs)} against ${formatDuration(beforeNs)}, ${countOf(columns.count, "span")}`;
}

/** `slower: "db.query" in "api", self 1.9 s against 0.2 s, 412 calls, #17, src/db.py:40 (sure)`. */
function changeText(
  { change, name, group, before, after, span }: ComparedPath,
  place: string,
  error: string,
): string {
  const calls =
    after === undefined || before === undefined || after.calls === before.calls
      ? countOf((after ?? before)?.calls ?? 0, "call")
      : `${after.calls} calls against ${before.calls}`;
  const self =
    after === undefined || before === undefined
      ? `self ${formatDuration((after ?? before)?.selfNs ?? 0)}`
      : `self ${formatDuration(after.selfNs)} against ${formatDuration(before.selfNs)}`;
  return [
    `${change === undefined ? "alike" : changeWords[change]}: ${quote(maskSecrets(name))}${group === "" ? "" : ` in ${quote(group, 60)}`}`,
    calls,
    self,
    ...(change === "failing"
      ? [`${countOf(after?.errors ?? 0, "error")} against ${before?.errors ?? 0}`, error]
      : []),
    ...(span === undefined ? [] : [`#${rowOf(span)}`]),
    place,
  ]
    .filter(part => part !== "")
    .join(", ");
}

function rootText(opened: OpenedTrace): string {
  const { columns } = opened;
  return quote(maskSecrets(textAt(columns, columns.name, findFirst(opened))));
}

/** The first root, or where no store has it, the first span below it: the lists call the trace by that. */
function findFirst({ columns, tree: { roots } }: OpenedTrace): SpanIndex {
  const [root = FIRST_SPAN] = roots;
  const isKnown = (columns.flags[root]! & SpanFlag.placeholder) === 0;
  return isKnown ? root : ((root + 1) as SpanIndex);
}
