/** The tool `compare_traces`: a trace beside an earlier one, or beside the median of several, operation by operation. */

import { tabulate, type OperationRow } from "../analysis/operations.ts";
import type { SpanIndex } from "../model/trace.ts";
import { formatDuration, NS_PER_MS } from "../model/units.ts";
import { countOf, QUOTE_NOTE, quote, writeWithin } from "./answerText.ts";
import { agoText } from "./listedText.ts";
import { placeText, readNotes } from "./places.ts";
import { errorText } from "./rowText.ts";
import { maskSecrets } from "./secretKeys.ts";
import { numberOf, textValue, type ToolCall, type ToolHandler } from "./toolCall.ts";
import { ToolRefusal } from "./toolInput.ts";
import { rowOf, textAt, type OpenedTrace } from "./traceReader.ts";
import { searchAll } from "./traceSearch.ts";
import { missingText } from "./viewRequest.ts";

/** What differs less, differs from run to run. */
const LEAST_SHARE = 0.2;
const LEAST_NS = NS_PER_MS;
const MAX_RUNS = 50;

export const compareTraces: ToolHandler = async call => {
  const { context, reader, values, signal, limit } = call;
  const opened = await reader.find(textValue(values, "trace") ?? "", signal);
  const baseline = await findBaseline(call, opened);
  if (baseline.traces.length === 0) {
    return writeWithin(limit, 1, () => ({
      head: "0 traces to compare with; why:",
      lines: [
        QUOTE_NOTE,
        `No earlier trace with the root ${rootText(opened)} is in a store. Run it once more, or name a trace: with=ID.`,
      ],
    }));
  }
  const now = measure(opened);
  const before = uniteRuns(baseline.traces.map(measure));
  const differences = listDifferences(now, before);
  const listed = differences.slice(0, numberOf(values, "max_rows"));
  const spans = listed.flatMap(({ now: own }) => (own === undefined ? [] : [own.worst]));
  const { notes, missing } = await readNotes(context, opened.trace, spans, signal);
  const [first] = baseline.traces;
  // What is missing now has its code where it was.
  const gone = listed.flatMap(({ now: own, before: was }) =>
    own === undefined && was?.worst !== undefined ? [was.worst] : [],
  );
  const old =
    first === undefined || gone.length === 0
      ? undefined
      : await readNotes(context, first.trace, gone, signal);
  const lines = listed.map(each => {
    const own = each.now === undefined ? undefined : notes.get(each.now.worst);
    const place =
      own?.place ??
      (each.before?.worst === undefined ? undefined : old?.notes.get(each.before.worst)?.place);
    return differenceText(each, placeText(place), own === undefined ? "" : errorText(own.detail));
  });
  return writeWithin(limit, lines.length, shown => ({
    head: `${verdict(opened, before, differences)}; shown ${shown} of ${countOf(differences.length, "difference")}${shown < differences.length ? "; more: max_rows" : ""}; next: get_trace(view=tree, under=ROW), get_spans(rows)`,
    lines: [QUOTE_NOTE, baseline.note, ...missingText(missing), ...lines.slice(0, shown)],
  }));
};

interface Baseline {
  /** Newest first; the one whose rows are named stands first. */
  readonly traces: readonly OpenedTrace[];
  readonly note: string;
}

async function findBaseline(call: ToolCall, opened: OpenedTrace): Promise<Baseline> {
  const { reader, values, signal, context } = call;
  const wanted = textValue(values, "with") ?? "previous";
  const median = /^median:(\d{1,4})$/.exec(wanted);
  if (wanted !== "previous" && median === null) {
    const other = await reader.find(wanted, signal);
    if (other.columns.traceId === opened.columns.traceId) {
      throw new ToolRefusal("with names the same trace");
    }
    return { traces: [other], note: `Compared with ${other.columns.traceId}.` };
  }
  const asked = Math.min(MAX_RUNS, median === null ? 1 : Number(median[1]));
  const { columns, tree, startNs } = opened;
  const [root = 0] = tree.roots;
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

/** An operation of one run, or of several in their medians. */
interface Measured {
  readonly name: string;
  readonly where: string;
  readonly count: number;
  readonly totalNs: number;
  readonly selfNs: number;
  readonly errors: number;
  readonly worst: SpanIndex;
}

interface Run {
  readonly durationNs: number;
  readonly spans: number;
  readonly errors: number;
  readonly operations: ReadonlyMap<string, Measured>;
}

function measure({ analysed, columns, startNs, endNs }: OpenedTrace): Run {
  const operations = new Map<string, Measured>();
  let errors = 0;
  for (const row of tabulate(analysed)) {
    const name = columns.strings[row.name] ?? "";
    const where = columns.strings[row.group] ?? "";
    errors += row.errors;
    operations.set(`${name}\0${where}`, { ...pickFigures(row), name, where });
  }
  return { durationNs: endNs - startNs, spans: columns.count, errors, operations };
}

function pickFigures({
  count,
  totalNs,
  selfNs,
  errors,
  worst,
}: OperationRow): Omit<Measured, "name" | "where"> {
  return { count, totalNs, selfNs, errors, worst };
}

/** In how many runs an operation is missing counts as zero for it. */
function uniteRuns(runs: readonly Run[]): Run {
  const [only] = runs;
  if (only !== undefined && runs.length === 1) return only;
  const keys = new Set(runs.flatMap(run => [...run.operations.keys()]));
  const operations = new Map<string, Measured>();
  for (const key of keys) {
    const known = runs.flatMap(run => run.operations.get(key) ?? []);
    const [first] = known;
    const of = (figure: "count" | "totalNs" | "selfNs" | "errors"): number =>
      median(runs.map(run => run.operations.get(key)?.[figure] ?? 0));
    if (first === undefined || of("count") === 0) continue;
    const figures = { count: of("count"), totalNs: of("totalNs"), selfNs: of("selfNs") };
    operations.set(key, { ...first, ...figures, errors: of("errors") });
  }
  return {
    durationNs: median(runs.map(run => run.durationNs)),
    spans: median(runs.map(run => run.spans)),
    errors: median(runs.map(run => run.errors)),
    operations,
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? 0;
}

type Kind = "newly failing" | "new" | "missing" | "more often" | "slower" | "less often" | "faster";

interface Difference {
  readonly kind: Kind;
  readonly now: Measured | undefined;
  readonly before: Measured | undefined;
  readonly weightNs: number;
}

/** What is worse before what is better, and of each kind the heaviest first. */
const order: readonly Kind[] = [
  ...(["newly failing", "new", "missing", "more often", "slower", "less often", "faster"] as const),
];

function listDifferences(now: Run, before: Run): readonly Difference[] {
  const differences: Difference[] = [];
  const add = (kind: Kind, own: Measured | undefined, was: Measured | undefined): void => {
    const weightNs = Math.abs((own?.selfNs ?? 0) - (was?.selfNs ?? 0));
    differences.push({ kind, now: own, before: was, weightNs });
  };
  for (const [key, own] of now.operations) {
    const was = before.operations.get(key);
    if (own.errors > (was?.errors ?? 0)) add("newly failing", own, was);
    else if (was === undefined) add("new", own, was);
    else if (own.count > was.count) add("more often", own, was);
    else if (own.count < was.count) add("less often", own, was);
    else if (isMore(own.selfNs, was.selfNs)) add("slower", own, was);
    else if (isMore(was.selfNs, own.selfNs)) add("faster", own, was);
  }
  for (const [key, was] of before.operations) {
    if (!now.operations.has(key)) add("missing", undefined, was);
  }
  return differences.sort(
    (a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || b.weightNs - a.weightNs,
  );
}

function isMore(ns: number, thanNs: number): boolean {
  return ns - thanNs >= LEAST_NS && ns >= thanNs * (1 + LEAST_SHARE);
}

function verdict(opened: OpenedTrace, before: Run, differences: readonly Difference[]): string {
  const durationNs = opened.endNs - opened.startNs;
  const isSlower = isMore(durationNs, before.durationNs);
  const isFaster = isMore(before.durationNs, durationNs);
  const share = before.durationNs > 0 ? Math.abs(durationNs / before.durationNs - 1) * 100 : 0;
  const failing = differences.filter(({ kind }) => kind === "newly failing").length;
  const words = isSlower
    ? `${Math.round(share)} % slower`
    : isFaster
      ? `${Math.round(share)} % faster`
      : "as fast";
  return `${failing > 0 ? `${countOf(failing, "operation")} newly failing, ` : ""}${words}: ${formatDuration(durationNs)} against ${formatDuration(before.durationNs)}, ${countOf(opened.columns.count, "span")} against ${before.spans}`;
}

/** `slower: "db.query" in "api", self 1.9 s against 0.2 s, 412 calls, #17, src/db.py:40 (sure)`. */
function differenceText({ kind, now, before }: Difference, place: string, error: string): string {
  const { name, where } = now ?? before ?? { name: "", where: "" };
  const calls =
    now === undefined || before === undefined || now.count === before.count
      ? countOf(now?.count ?? before?.count ?? 0, "call")
      : `${now.count} calls against ${before.count}`;
  const self =
    now === undefined || before === undefined
      ? `self ${formatDuration(now?.selfNs ?? before?.selfNs ?? 0)}`
      : `self ${formatDuration(now.selfNs)} against ${formatDuration(before.selfNs)}`;
  return [
    `${kind}: ${quote(maskSecrets(name))}${where === "" ? "" : ` in ${quote(where, 60)}`}`,
    calls,
    self,
    ...(kind === "newly failing"
      ? [`${countOf(now?.errors ?? 0, "error")} against ${before?.errors ?? 0}`, error]
      : []),
    ...(now === undefined ? [] : [`${now.count > 1 ? "worst " : ""}#${rowOf(now.worst)}`]),
    place,
  ]
    .filter(part => part !== "")
    .join(", ");
}

function rootText({ columns, tree }: OpenedTrace): string {
  const [root = 0] = tree.roots;
  return quote(maskSecrets(textAt(columns, columns.name, root)));
}
