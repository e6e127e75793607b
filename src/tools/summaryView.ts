/** `get_trace` with the view `summary`: what the trace is, what failed first, where the time went, what repeats. */

import { findAnswers } from "../analysis/answers/findAnswers.ts";
import { FIRST_SPAN } from "../model/span.ts";
import type { SpanDetail } from "../model/spanDetail.ts";
import type { Problem } from "../model/problem.ts";
import type { Trace } from "../model/trace.ts";
import { getFailure, type StoreAnswer } from "../model/failure.ts";
import { answerLine, findPause } from "./answerLines.ts";
import { countOf, quote, writeLines } from "./answerText.ts";
import { operationText, sumOperations } from "./functionsView.ts";
import { placesText, placeText, readExplainedNotes } from "./places.ts";
import { rowText, startText } from "./rowText.ts";
import { maskSecrets } from "./secretKeys.ts";
import type { ToolCall } from "./toolCall.ts";
import type { ToldLoss } from "./toolContext.ts";
import { rowOf } from "./traceReader.ts";
import { durationOf } from "./treeRows.ts";
import { missingText, totalsText, type DescribeView } from "./viewRequest.ts";

/** How many are listed of each kind: a summary that is read to its end. */
const LISTED = 8;

/** The share of the trace's time that makes an operation worth its lines. */
const EXPLAINED_SHARE = 0.25;

const MOST_SPANS_FOR_LOSSES = 5_000;
/** The rest of the answer does not wait longer for them. */
const LOSSES_MS = 1_500;

/** Where build systems and deployments put what ran. */
const versionKeys = [
  "vcs.ref.head.revision",
  "vcs.repository.ref.revision",
  "git.commit.sha",
  "service.version",
];

export const describeSummary: DescribeView = async (call, request) => {
  const { opened } = request;
  const { trace, columns, selfNs, startNs, tree } = opened;
  const answers = findAnswers(opened.analysed, call.context.now());
  const listed = answers.slice(0, LISTED);
  const operations = sumOperations(request).slice(0, LISTED);
  const [root = FIRST_SPAN] = tree.roots;
  const firsts = listed.map(({ spans: [first = FIRST_SPAN] }) => first);
  const spans = [
    ...firsts,
    ...listed.flatMap(({ code, spans: [first = FIRST_SPAN] }) =>
      code === "bottleneck" ? (findPause(opened, first)?.next ?? []) : [],
    ),
    root,
    ...operations.map(({ worst }) => worst),
  ];
  const [{ notes, missing }, losses] = await Promise.all([
    readExplainedNotes(call.context, opened, spans, call.signal, span =>
      listed.some(({ code }, at) => code === "retries" && firsts[at] === span),
    ),
    findLosses(call, trace),
  ]);
  const told = new Set([root, ...listed.flatMap(each => each.spans)]);
  const wholeNs = opened.analysed.endNs - opened.analysed.startNs;
  const rootRow = rowText(columns, {
    span: root,
    totalNs: durationOf(opened, root),
    selfNs: selfNs[root] ?? 0,
    notes: notes.get(root),
  });
  const sections: readonly (readonly string[])[] = [
    [
      `Trace ${columns.traceId}, began ${startText(columns, startNs)}${versionText(notes.get(root)?.detail)}, from ${trace.sources.map(({ store, spans: known }) => `${store} (${countOf(known, "span")})`).join(", ")}`,
      ...failedStores(opened.answers),
      ...problemLines(trace),
    ],
    [`Root${tree.roots.length > 1 ? ` (the first of ${tree.roots.length})` : ""}: ${rootRow}`],
    losses.slice(0, LISTED).map(each => lossLine(each, columns.traceId)),
    listed.length === 0 && losses.length === 0
      ? ["No span is marked as failed, and nothing stands out."]
      : listed.length === 0
        ? []
        : [
            `What stands out${answers.length > listed.length ? ` (${listed.length} of ${answers.length})` : ""}:`,
            ...listed.map(
              (each, at) =>
                `  ${answerLine(opened, each, notes, firsts.indexOf(firsts[at] ?? FIRST_SPAN) < at)}`,
            ),
          ],
    [
      "Time by operation:",
      ...operations.map(each => {
        const known = notes.get(each.worst);
        // What stands above tells its lines already, and what is short needs none.
        const isToldHere = each.selfNs >= EXPLAINED_SHARE * wholeNs && !told.has(each.worst);
        return `  ${operationText(each, isToldHere ? placesText(known) : placeText(known?.place))}`;
      }),
    ],
  ];
  const lines = sections.flat();
  const head = (shown: number): string =>
    `${totalsText(call, request)}${shown < lines.length ? `; shown ${shown} of ${lines.length} lines` : ""}; next: get_trace(view=tree | errors | critical_path | functions), get_spans(rows)`;
  return writeLines(call.limit, lines, head, missingText(missing));
};

/** Other traces are read for it, so only traces of a size that a person looks at are asked about. */
async function findLosses(
  { context, signal }: ToolCall,
  trace: Trace,
): Promise<readonly ToldLoss[]> {
  if (trace.columns.count > MOST_SPANS_FOR_LOSSES) return [];
  const deadline = AbortSignal.timeout(LOSSES_MS);
  try {
    return await context.findLosses(trace, AbortSignal.any([signal, deadline]));
  } catch (error) {
    signal.throwIfAborted();
    if (getFailure(error) === undefined && !deadline.aborted) throw error;
    return [];
  }
}

function lossLine({ caller, root, kind, place }: ToldLoss, traceId: string): string {
  const [from, to] = [caller, root].map(({ name }) => quote(maskSecrets(name)));
  const where = place === undefined ? "" : `, ${placeText(place)}`;
  return caller.traceId === traceId
    ? `Lost context: ${to} ran in a trace of its own, ${root.traceId}; ${from} hands it over without the context (${kind})${where}`
    : `Lost context: this trace is a part of ${from} of trace ${caller.traceId}, which handed ${to} over without the context (${kind})${where}`;
}

function versionText(detail: SpanDetail | undefined): string {
  const known = [...(detail?.resource ?? []), ...(detail?.attributes ?? [])];
  const found = versionKeys.flatMap(key => known.find(each => each.key === key) ?? [])[0];
  if (found === undefined || typeof found.value === "object") return "";
  return `, ${found.key} ${quote(String(found.value), 60)}`;
}

/** Stores that could not be asked: what they know is missing here. */
function failedStores(answers: readonly StoreAnswer[]): readonly string[] {
  return answers.flatMap(answer =>
    answer.kind === "failed"
      ? [
          `Store ${answer.store} could not be asked (${answer.failure.code}); what it knows is missing.`,
        ]
      : [],
  );
}

/** The codes of what was wrong with the data, each with how often and in which rows. */
function problemLines({ problems }: Trace): readonly string[] {
  const byCode = Map.groupBy(problems, problemText);
  return [...byCode].slice(0, LISTED).map(([text, all]) => {
    const rows = all.flatMap(({ spans }) => spans).slice(0, 5);
    const where =
      rows.length === 0 ? "" : `, rows ${rows.map(span => `#${rowOf(span)}`).join(" ")}`;
    return `Data problem: ${text}${all.length > 1 ? ` ×${all.length}` : ""}${where}${all.length > rows.length && rows.length === 5 ? " …" : ""}`;
  });
}

function problemText(problem: Problem): string {
  switch (problem.code) {
    case "storeNote":
      return `${problem.store} says ${quote(problem.text)}`;
    case "cutAt":
      return `cut at ${problem.limit} spans by ${problem.store}: there are more`;
    case "missingParent":
      return "missingParent: a parent is named that no store has (lost context, or not exported)";
    case "noTraceContext":
      return `noTraceContext: ${problem.store} has a task whose message carried no trace context`;
    case "noParents":
      return `noParents: tasks of ${problem.store} share the trace, but none says who published it`;
    default:
      return problem.code;
  }
}
