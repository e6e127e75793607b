/** The values that the timeline derives from a trace once: titles, words, counts. Knows no canvas and no DOM. */

import type { CriticalIndex } from "../../src/analysis/criticalPath.ts";
import { getGroup } from "../../src/analysis/groups.ts";
import { Lru } from "../../src/base/lru.ts";
import { buildSelfIntervals, listGaps } from "../../src/analysis/selfIntervals.ts";
import { getQueueWaitNs, isRunning } from "../../src/analysis/times.ts";
import { isAlive, isQueued } from "../../src/analysis/unfinished.ts";
import { buildPlaces, countBetween, listErrors } from "../../src/analysis/treeSearch.ts";
import {
  type EdgeKind,
  FIRST_SPAN,
  nextSpan,
  NO_SPAN,
  SpanFlag,
  SpanStatus,
} from "../../src/model/span.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import { formatDuration } from "../../src/model/units.ts";
import type { LoadedTrace } from "../panel/state.ts";
import { t } from "../words/words.ts";
import { readGroup, type GroupFacts } from "./readGroup.ts";

/** A cause beside the tree. */
export interface SpanEdge {
  readonly from: SpanIndex;
  readonly to: SpanIndex;
  readonly kind: EdgeKind;
}

/** The trace's own, which all views share and which goes with it. */
const dataOf = new WeakMap<LoadedTrace, TimelineData>();

export function getTimelineData(trace: LoadedTrace): TimelineData {
  const known = dataOf.get(trace);
  if (known !== undefined) return known;
  const data = new TimelineData(trace);
  dataOf.set(trace, data);
  return data;
}

export class TimelineData {
  readonly trace: LoadedTrace;
  readonly #errors: Int32Array;
  readonly #places: Int32Array;
  readonly #missingIds = new Map<SpanIndex, string>();
  readonly #groups = new Map<SpanIndex, GroupFacts>();
  readonly #selfIntervals = new Lru<SpanIndex, Float64Array>(500);
  #nowNs: number;

  constructor(trace: LoadedTrace) {
    this.trace = trace;
    this.#nowNs = trace.endNs;
    this.#errors = listErrors(trace.columns);
    this.#places = buildPlaces(trace.columns);
    for (const problem of trace.summary.problems) {
      if (problem.code !== "missingParent") continue;
      for (const span of problem.spans) {
        const parent = trace.columns.parent[span] ?? NO_SPAN;
        if (parent >= 0) this.#missingIds.set(parent, problem.parentId);
      }
    }
  }

  /** The name; for a placeholder the id that is missing. */
  getTitle(span: SpanIndex): string {
    const { columns } = this.trace;
    if (this.hasFlag(span, SpanFlag.placeholder)) {
      const id = this.#missingIds.get(span);
      return id === undefined ? t("missing span") : t("missing span {0}", id);
    }
    return columns.strings[columns.name[span]!] || t("unnamed");
  }

  /** The queue where it is another than the parent's, else the service where that is another; else empty. */
  getGroupChange(span: SpanIndex): string {
    const { name, parent, queue, service, strings } = this.trace.columns;
    const above = parent[span]!;
    const queueAbove = above < 0 ? 0 : queue[above]!;
    const serviceAbove = above < 0 ? 0 : service[above]!;
    const isOtherQueue = queue[span] !== 0 && queue[span] !== queueAbove;
    const group = isOtherQueue ? queue[span]! : service[span] === serviceAbove ? 0 : service[span]!;
    return group === name[span] ? "" : (strings[group] ?? "");
  }

  getService(span: SpanIndex): string {
    const { strings, service } = this.trace.columns;
    return strings[service[span]!] ?? "";
  }

  getQueue(span: SpanIndex): string {
    const { strings, queue } = this.trace.columns;
    return strings[queue[span]!] ?? "";
  }

  getSlot(span: SpanIndex): number {
    return this.trace.slots.get(getGroup(this.trace.columns, span)) ?? 0;
  }

  hasFlag(span: SpanIndex, flag: number): boolean {
    return (this.trace.columns.flags[span]! & flag) !== 0;
  }

  isFailed(span: SpanIndex): boolean {
    return this.trace.columns.status[span] === SpanStatus.error;
  }

  /** Moves the ends of running bars on to the clock; `undefined` while nothing runs. */
  setClock(clockNs: number | undefined): void {
    this.#nowNs = Math.max(this.trace.endNs, clockNs ?? 0);
    for (const [leader, { running }] of this.#groups) if (running > 0) this.#groups.delete(leader);
  }

  /** Where its bar ends: a running span's at the clock, a silent one's at the last moment that is known. */
  getEndNs(span: SpanIndex): number {
    const { columns, endNs } = this.trace;
    if (isAlive(columns, span)) return this.#nowNs;
    return isRunning(columns, span) ? endNs : columns.endNs[span]!;
  }

  /** The time in which it did what no call of it tells, up to where its bar ends. */
  getSelfNs(span: SpanIndex): number {
    const { columns, endNs, selfNs } = this.trace;
    const isAtWork = isRunning(columns, span) && this.getSelfIntervals(span).at(-1) === Infinity;
    return selfNs[span]! + (isAtWork ? this.getEndNs(span) - endNs : 0);
  }

  /** The span that began last, of several the last one. */
  findNewest(): SpanIndex | undefined {
    const { count, startNs } = this.trace.columns;
    let newest = FIRST_SPAN;
    for (let span = FIRST_SPAN; span < count; span++) {
      if (startNs[span]! >= startNs[newest]!) newest = span;
    }
    return count === 0 ? undefined : newest;
  }

  hasChildren(span: SpanIndex): boolean {
    return this.trace.tree.childCount[span]! > 0;
  }

  /** Which of its siblings it is, from 1. */
  getPlace(span: SpanIndex): number {
    return this.#places[span]!;
  }

  countBelow(span: SpanIndex): number {
    return this.trace.tree.subtreeEnd[span]! - span - 1;
  }

  countErrorsBelow(span: SpanIndex): number {
    return countBetween(this.#errors, nextSpan(span), this.trace.tree.subtreeEnd[span]!);
  }

  countErrors(): number {
    return this.#errors.length;
  }

  /**
   * Built when first drawn and kept: it costs as many steps as the span has children. What runs has no end in it, so
   * that it holds however far the clock is.
   */
  getSelfIntervals(span: SpanIndex): Float64Array {
    const known = this.#selfIntervals.get(span);
    if (known !== undefined) return known;
    const { columns, tree } = this.trace;
    const intervals = buildSelfIntervals(columns, tree, span, Infinity);
    this.#selfIntervals.set(span, intervals);
    return intervals;
  }

  /** The facts of the group that a span leads; `undefined` where it leads none. */
  getGroupOf(leader: SpanIndex): GroupFacts | undefined {
    const members = this.trace.groups.members.get(leader);
    const known = this.#groups.get(leader);
    if (members === undefined || known !== undefined) return known;
    const group = readGroup(
      this.trace.columns,
      members,
      span => this.getEndNs(span),
      span => this.countErrorsBelow(span),
    );
    this.#groups.set(leader, group);
    return group;
  }

  readonly #gaps = new Lru<SpanIndex, Float64Array>(500);

  /** The long stretches in which the span ran and no call of it tells what was done; of one that still runs none. */
  getGaps(span: SpanIndex): Float64Array {
    const known = this.#gaps.get(span);
    if (known !== undefined) return known;
    const { columns, startNs, endNs } = this.trace;
    const isWhole = !isRunning(columns, span) && !this.hasFlag(span, SpanFlag.placeholder);
    const lengthNs = this.getEndNs(span) - columns.startNs[span]!;
    const gaps = isWhole
      ? listGaps(this.getSelfIntervals(span), lengthNs, endNs - startNs)
      : new Float64Array();
    this.#gaps.set(span, gaps);
    return gaps;
  }

  readonly #criticalOf = new WeakMap<
    GroupFacts,
    { readonly critical: CriticalIndex; readonly intervals: Float64Array }
  >();

  /** From, to, from, to … in which the critical path is in any of a group, ascending: it is in one place at a time. */
  getCriticalOf(group: GroupFacts, critical: CriticalIndex): Float64Array {
    const known = this.#criticalOf.get(group);
    if (known?.critical === critical) return known.intervals;
    const { start, order, path } = critical;
    const segments = group.members.flatMap(span => [
      ...order.subarray(start[span], start[span + 1]),
    ]);
    segments.sort((a, b) => path.startNs[a]! - path.startNs[b]!);
    const intervals = Float64Array.from(
      segments.flatMap(each => [path.startNs[each]!, path.endNs[each]!]),
    );
    this.#criticalOf.set(group, { critical, intervals });
    return intervals;
  }

  listEdges(span: SpanIndex): readonly SpanEdge[] {
    const { edgeFrom, edgeTo, edgeKind } = this.trace.columns;
    const edges: SpanEdge[] = [];
    for (let i = 0; i < edgeFrom.length; i += 1) {
      const from = edgeFrom[i]!;
      const to = edgeTo[i]!;
      if (from === span || to === span) edges.push({ from, to, kind: edgeKind[i]! as EdgeKind });
    }
    return edges;
  }

  /** The words beside the bar, and a shorter form for where there is little room. */
  describeBar(span: SpanIndex): { readonly full: string; readonly short: string } {
    const { columns } = this.trace;
    if (this.hasFlag(span, SpanFlag.placeholder)) {
      return { full: t("not in any store"), short: "" };
    }
    if (this.hasFlag(span, SpanFlag.untimed)) return { full: t("no times"), short: "" };
    const spentNs = this.getEndNs(span) - columns.startNs[span]!;
    const spent = formatDuration(spentNs);
    const self = formatDuration(this.getSelfNs(span));
    if (isQueued(columns, span)) {
      return { full: t("queued · {0}", spent), short: t("queued · {0}", spent) };
    }
    const short = this.hasFlag(span, SpanFlag.noHeartbeat)
      ? t("no heartbeat · {0}", spent)
      : !isRunning(columns, span)
        ? spent
        : spentNs === 0
          ? t("running")
          : t("running · {0}", spent);
    return { full: self === spent ? short : t("{0} · self {1}", short, self), short };
  }

  /** One sentence for who cannot see the bar. */
  describeAloud(span: SpanIndex): string {
    const { columns } = this.trace;
    const waitNs = getQueueWaitNs(columns, span);
    const attempts = columns.attempts[span]!;
    const below = this.countErrorsBelow(span);
    return [
      this.getTitle(span),
      this.getQueue(span),
      this.getService(span),
      this.describeBar(span).short,
      waitNs > 0 ? t("waited {0}", formatDuration(waitNs)) : "",
      attempts > 1 ? t("{0} attempts", attempts) : "",
      this.isFailed(span) ? t("error") : "",
      below === 0 ? "" : below === 1 ? t("1 error below") : t("{0} errors below", below),
    ]
      .filter(part => part !== "")
      .join(", ");
  }
}
