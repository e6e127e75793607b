/** `get_trace` with the view `summary`: what the trace is, what failed first, where the time went, what repeats. */

import { buildHighlights } from "../analysis/highlights.ts";
import type { SpanDetail } from "../model/spanDetail.ts";
import type { Problem } from "../model/problem.ts";
import type { SpanIndex, Trace } from "../model/trace.ts";
import { formatDuration } from "../model/units.ts";
import type { StoreAnswer } from "../model/failure.ts";
import { countOf, QUOTE_NOTE, quote, writeWithin } from "./answerText.ts";
import { operationText, sumOperations } from "./functionsView.ts";
import { placeText, readNotes } from "./places.ts";
import { nameText, rowText, startText, whereText } from "./rowText.ts";
import { rowOf } from "./traceReader.ts";
import { buildTreeRows, durationOf } from "./treeRows.ts";
import { missingText, totalsText, type DescribeView } from "./viewRequest.ts";

/** How many are listed of each kind: a summary that is read to its end. */
const LISTED = 8;
/** Fewer calls of one parent are no pattern. */
const LEAST_REPEATS = 10;
const WAITS = 3;

/** Where build systems and deployments put what ran. */
const versionKeys = [
  "vcs.ref.head.revision",
  "vcs.repository.ref.revision",
  "git.commit.sha",
  "service.version",
];

export const describeSummary: DescribeView = async (call, request) => {
  const { opened } = request;
  const { trace, columns, selfNs, startNs, endNs, tree } = opened;
  const { failures, waits, idleNs, totalWaitNs, waitCount } = buildHighlights(
    columns,
    selfNs,
    { startNs, endNs },
    WAITS,
  );
  const operations = sumOperations(request).slice(0, LISTED);
  const repeats = buildTreeRows({ columns, tree, selfNs, endNs, depth: 100, minNs: 0 })
    .filter(row => row.count >= LEAST_REPEATS)
    .sort((a, b) => b.totalNs - a.totalNs)
    .slice(0, LISTED);
  const [root = 0] = tree.roots;
  const spans = [
    root,
    ...(failures.first === undefined ? [] : [failures.first]),
    ...operations.map(({ worst }) => worst),
    ...repeats.map(({ span }) => span),
  ];
  const { notes, missing } = await readNotes(call.context, trace, spans, call.signal);
  const rowOfSpan = (span: SpanIndex, more?: string): string =>
    rowText(columns, {
      span,
      totalNs: durationOf(opened, span),
      selfNs: selfNs[span] ?? 0,
      notes: notes.get(span),
      ...(more !== undefined && { more }),
    });
  const sections: readonly (readonly string[])[] = [
    [
      `Trace ${columns.traceId}, began ${startText(columns, startNs)}${versionText(notes.get(root)?.detail)}, from ${trace.sources.map(({ store, spans: known }) => `${store} (${countOf(known, "span")})`).join(", ")}`,
      ...failedStores(opened.answers),
      ...problemLines(trace),
    ],
    [
      `Root${tree.roots.length > 1 ? ` (the first of ${tree.roots.length})` : ""}: ${rowOfSpan(root)}`,
    ],
    failures.first === undefined
      ? ["No span is marked as failed."]
      : [
          `Failed first, and likely the cause of ${countOf(failures.all.length, "failure")}: ${rowOfSpan(failures.first)}`,
        ],
    [
      "Time by operation:",
      ...operations.map(
        each => `  ${operationText(each, placeText(notes.get(each.worst)?.place))}`,
      ),
    ],
    repeats.length === 0
      ? []
      : [
          "Repeated under one parent:",
          ...repeats.map(
            row => `  ${rowText(columns, { ...row, depth: 0, notes: notes.get(row.span) })}`,
          ),
        ],
    waitCount === 0
      ? []
      : [
          `Waits in queues: ${waitCount}, ${formatDuration(totalWaitNs)} in all; the longest: ${waits.map(({ span, waitNs }) => `${formatDuration(waitNs)} of #${rowOf(span)} ${nameText(columns, span)}${whereText(columns, span)}`).join("; ")}`,
        ],
    idleNs > 0 ? [`Nothing ran for ${formatDuration(idleNs)} of it.`] : [],
  ];
  const lines = sections.flat();
  return writeWithin(call.limit, lines.length, shown => ({
    head: `${totalsText(call, request)}${shown < lines.length ? `; shown ${shown} of ${lines.length} lines` : ""}; next: get_trace(view=tree | errors | critical_path | functions), get_spans(rows)`,
    lines: [QUOTE_NOTE, ...missingText(missing), ...lines.slice(0, shown)],
  }));
};

function versionText(detail: SpanDetail | undefined): string {
  const known = [...(detail?.resource ?? []), ...(detail?.attributes ?? [])];
  const found = versionKeys.flatMap(key => known.find(each => each.key === key) ?? [])[0];
  if (found === undefined || typeof found.value === "object") return "";
  return `, ${found.key} ${quote(String(found.value), 60)}`;
}

/** Stores that could not be asked: what they know is missing here. */
export function failedStores(answers: readonly StoreAnswer[]): readonly string[] {
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
