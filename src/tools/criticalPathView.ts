/** `get_trace` with the view `critical_path`: the chain of waiting that set the duration, by operation and in its order. */

import { textAt } from "./spanFacts.ts";
import { findCriticalPath, SegmentKind, type CriticalPath } from "../analysis/criticalPath.ts";
import type { SpanIndex } from "../model/trace.ts";
import { formatDuration } from "../model/units.ts";
import { countOf, quote, writeLines } from "./answerText.ts";
import { placeText, readNotes } from "./places.ts";
import { nameText, whereText } from "./rowText.ts";
import { maskSecrets } from "./secretKeys.ts";
import { rowOf, type OpenedTrace } from "./traceReader.ts";
import { createShapeReader } from "./treeRows.ts";
import { missingText, totalsText, type DescribeView } from "./viewRequest.ts";

/** Shorter steps are told with their operation alone. */
const LEAST_SHARE = 0.01;

const stepWords: Readonly<Record<SegmentKind, string>> = {
  [SegmentKind.run]: "",
  [SegmentKind.wait]: "waited in its queue: ",
  [SegmentKind.gap]: "its cause had ended, and it began later: ",
};

interface PathOperation {
  readonly name: string;
  readonly where: string;
  readonly spans: Set<SpanIndex>;
  ns: number;
  waitNs: number;
  worst: SpanIndex;
  worstNs: number;
}

export const describeCriticalPath: DescribeView = async (call, request) => {
  const { opened, under, maxRows } = request;
  const { columns, tree, trace, analysed } = opened;
  const path = under === undefined ? analysed.critical : findCriticalPath(columns, tree, under);
  const operations = sumPath(opened, path);
  const steps = listSteps(path);
  const listed = operations.slice(0, Math.ceil(maxRows / 2));
  const spans = listed.map(({ worst }) => worst);
  const { notes, missing } = await readNotes(call.context, trace, spans, call.signal);
  const lines = [
    "By operation, most time on the path first:",
    ...listed.map(each => {
      const place = placeText(notes.get(each.worst)?.place);
      return `  ${operationLine(each, path.lengthNs, place)}`;
    }),
    ...(listed.length < operations.length
      ? [`  and ${countOf(operations.length - listed.length, "more operation")}`]
      : []),
    `In order, steps of ${LEAST_SHARE * 100} % and more:`,
    ...steps.slice(0, maxRows).map(({ span, startNs, ns, kind }) => {
      return `  +${formatDuration(startNs - opened.startNs)} ${formatDuration(ns)} ${stepWords[kind]}#${rowOf(span)} ${nameText(columns, span)}${whereText(columns, span)}`;
    }),
    ...(steps.length > maxRows ? [`  and ${countOf(steps.length - maxRows, "more step")}`] : []),
  ];
  const head = (shown: number): string =>
    `${totalsText(call, request)}; the critical path is ${formatDuration(path.lengthNs)} through ${countOf(new Set(path.span).size, "span")}; shown ${shown} of ${lines.length} lines${shown < lines.length || steps.length > maxRows ? "; more: under=ROW, max_rows" : ""}; one call in full: get_spans(rows)`;
  return writeLines(call.limit, lines, head, missingText(missing));
};

function operationLine(each: PathOperation, lengthNs: number, place: string): string {
  const { name, where, spans, ns, waitNs, worst } = each;
  return [
    `${quote(maskSecrets(name))}${where === "" ? "" : ` in ${quote(where, 60)}`}${spans.size > 1 ? ` ×${spans.size}` : ""}: ${formatDuration(ns)}${lengthNs > 0 ? ` (${Math.round((ns / lengthNs) * 100)} %)` : ""}`,
    ...(waitNs > 0 ? [`${formatDuration(waitNs)} of it waiting to begin`] : []),
    `${spans.size > 1 ? "longest " : ""}#${rowOf(worst)}`,
    ...(place === "" ? [] : [place]),
  ].join(", ");
}

function sumPath({ columns }: OpenedTrace, path: CriticalPath): readonly PathOperation[] {
  const shapeAt = createShapeReader(columns);
  const byKey = new Map<string, PathOperation>();
  for (const span of new Set(path.span)) {
    const name = shapeAt(span);
    const service = textAt(columns, columns.service, span);
    const where = service === "" ? textAt(columns, columns.queue, span) : service;
    const key = `${name}\0${where}`;
    const waitNs = path.waitNs[span] ?? 0;
    const ns = (path.runNs[span] ?? 0) + waitNs;
    const known = byKey.get(key);
    if (known === undefined) {
      byKey.set(key, {
        ...{ name, where, spans: new Set([span]), ns, waitNs, worst: span, worstNs: ns },
      });
      continue;
    }
    known.spans.add(span);
    known.ns += ns;
    known.waitNs += waitNs;
    if (ns > known.worstNs) [known.worst, known.worstNs] = [span, ns];
  }
  return [...byKey.values()].sort((a, b) => b.ns - a.ns);
}

interface Step {
  readonly span: SpanIndex;
  readonly startNs: number;
  readonly ns: number;
  readonly kind: SegmentKind;
}

function listSteps({ span, startNs, endNs, kind, lengthNs }: CriticalPath): readonly Step[] {
  const steps: Step[] = [];
  for (let at = 0; at < span.length; at += 1) {
    const ns = endNs[at]! - startNs[at]!;
    if (ns < LEAST_SHARE * lengthNs) continue;
    steps.push({ span: span[at]!, startNs: startNs[at]!, ns, kind: kind[at] as SegmentKind });
  }
  return steps;
}
