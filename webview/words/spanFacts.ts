/**
 * The facts that the columns say of one span, as values and words, for every view that writes about spans. Knows no
 * DOM.
 */

import { getGroup } from "../../src/analysis/groups.ts";
import { getDurationNs, getQueueWaitNs, isRunning } from "../../src/analysis/times.ts";
import { isQueued } from "../../src/analysis/unfinished.ts";
import { assertNever } from "../../src/base/assert.ts";
import { EdgeKind, NO_SPAN, SpanFlag, SpanKind, SpanStatus } from "../../src/model/span.ts";
import type { SpanIndex, TraceColumns } from "../../src/model/trace.ts";
import { formatDuration } from "../../src/model/units.ts";
import type { LoadedTrace } from "../panel/state.ts";
import { t } from "./words.ts";

export type SpanState =
  "failed" | "ok" | "ended" | "running" | "queued" | "silent" | "missing" | "untimed";

export interface SpanFacts {
  readonly span: SpanIndex;
  /** Never empty: a placeholder and a nameless span have words. */
  readonly name: string;
  readonly service: string;
  readonly queue: string;
  /** The one of both that its colour is for. */
  readonly group: string;
  /** Index of the palette colour. */
  readonly slot: number;
  readonly state: SpanState;
  readonly kind: number;
  readonly startNs: number;
  /** NaN while it runs. */
  readonly durationNs: number;
  /** NaN where unknown. */
  readonly waitNs: number;
  readonly selfNs: number;
  readonly attempts: number;
  /** −1 for a root. */
  readonly parent: SpanIndex;
  readonly childCount: number;
}

export function getSpanFacts(
  { columns, tree, selfNs, slots }: LoadedTrace,
  span: SpanIndex,
): SpanFacts {
  const textAt = (column: Int32Array): string => columns.strings[column[span] ?? 0] ?? "";
  const state = readState(columns, span);
  const name = textAt(columns.name);
  return {
    span,
    name: name !== "" ? name : state === "missing" ? t("(missing span)") : t("(no name)"),
    service: textAt(columns.service),
    queue: textAt(columns.queue),
    group: columns.strings[getGroup(columns, span)] ?? "",
    slot: slots.get(getGroup(columns, span)) ?? 0,
    state,
    kind: columns.kind[span] ?? SpanKind.unspecified,
    startNs: columns.startNs[span] ?? 0,
    durationNs: getDurationNs(columns, span),
    waitNs: getQueueWaitNs(columns, span),
    selfNs: selfNs[span] ?? 0,
    attempts: columns.attempts[span] ?? 1,
    parent: columns.parent[span] ?? NO_SPAN,
    childCount: tree.childCount[span] ?? 0,
  };
}

function readState(columns: TraceColumns, span: SpanIndex): SpanState {
  const flags = columns.flags[span] ?? 0;
  const status = columns.status[span] ?? 0;
  if (flags & SpanFlag.placeholder) return "missing";
  if (status === SpanStatus.error) return "failed";
  if (flags & SpanFlag.noHeartbeat) return "silent";
  if (isQueued(columns, span)) return "queued";
  if (isRunning(columns, span)) return "running";
  if (flags & SpanFlag.untimed && status === SpanStatus.unset) return "untimed";
  return status === SpanStatus.ok ? "ok" : "ended";
}

export function describeState(state: SpanState): string {
  switch (state) {
    case "failed":
      return t("Failed");
    case "ok":
      return t("Succeeded");
    case "ended":
      return t("Ended, no status set");
    case "running":
      return t("Running");
    case "queued":
      return t("Queued: no worker has begun it");
    case "silent":
      return t("No heartbeat: its worker has probably gone");
    case "missing":
      return t("Missing: no store has this span");
    case "untimed":
      return t("No times recorded");
    default:
      return assertNever(state);
  }
}

export function describeKind(kind: number): string | undefined {
  switch (kind) {
    case SpanKind.internal:
      return t("internal");
    case SpanKind.server:
      return t("server");
    case SpanKind.client:
      return t("client");
    case SpanKind.producer:
      return t("producer");
    case SpanKind.consumer:
      return t("consumer");
    default:
      return undefined;
  }
}

/** How a span was caused, beside the tree. */
export function describeEdge(kind: EdgeKind): string {
  switch (kind) {
    case EdgeKind.link:
      return t("link");
    case EdgeKind.followsFrom:
      return t("follows from");
    case EdgeKind.crossThread:
      return t("other thread");
    case EdgeKind.crossProcess:
      return t("other process");
    default:
      return assertNever(kind);
  }
}

/** How long it ran, or how it is with its time. */
export function describeDuration(facts: SpanFacts): string {
  if (facts.state === "missing" || facts.state === "untimed") return "–";
  if (facts.state === "queued") return t("queued");
  return Number.isNaN(facts.durationNs) ? t("running") : formatDuration(facts.durationNs);
}
