/**
 * Alibaba's call graphs, as published in `cluster-trace-microservices` and as EagleEye writes them: one row a call with
 * `traceid, timestamp, rpcid, um, rpctype, dm, interface, rt`. Pure.
 *
 * The rpc id is the tree: `0.1.2` is the second call of what `0.1` called. A call over the network stands in two rows of
 * one id: that of the caller (`um`, rt above zero) and that of the called (`dm`, rt below zero). Times are milliseconds,
 * in the published data since its own beginning.
 */

import { canonicalTraceId, isNoId } from "../../model/ids.ts";
import { SpanKind, SpanStatus, type SpanInput } from "../../model/span.ts";
import type { SpanDetail } from "../../model/spanDetail.ts";
import type { SpanRecord, SpanRecords } from "../../model/spanRecord.ts";
import { notes, type FileContext } from "../traceFormat.ts";
import { lazyRecord, toNanos, UnitPower } from "../values/wireValue.ts";
import { separateShared } from "../zipkin/zipkinShared.ts";
import { createEmptyDetail } from "../../model/emptyDetail.ts";

/** A row by the lower-case names of its columns without `_`. */
export type CsvRow = Readonly<Record<string, string>>;

const RPC_ID = /^\d+(?:\.\d+)*$/;
const NO_SERVICE = /^(?:\(\?\)|unknown|unavailable|nan|none|null|)$/i;

export function isEagleEyeHeader(columns: readonly string[]): boolean {
  return ["traceid", "rpcid", "um", "dm"].every(name => columns.includes(name));
}

export function readEagleEye(
  rows: readonly CsvRow[],
  context: Pick<FileContext, "store">,
): SpanRecords {
  const traces = new Map<string, CsvRow[]>();
  let unreadable = 0;
  for (const row of rows) {
    const traceId = canonicalTraceId(row["traceid"] ?? "");
    if (traceId === "" || !RPC_ID.test(row["rpcid"] ?? "")) {
      unreadable += 1;
      continue;
    }
    const trace = traces.get(traceId);
    if (trace === undefined) traces.set(traceId, [row]);
    else trace.push(row);
  }
  return {
    records: [...traces].flatMap(([traceId, members]) => readTrace(traceId, members, context)),
    problems: notes(context, [
      unreadable,
      `${unreadable} of ${rows.length} rows have no trace id or no rpc id`,
    ]),
  };
}

function readTrace(
  traceId: string,
  rows: readonly CsvRow[],
  context: Pick<FileContext, "store">,
): readonly SpanRecord[] {
  const spans = rows.map(readCall);
  const placements = separateShared(spans);
  return spans.map((span, index) => {
    const { spanId = span.spanId, parentSpanId } = placements[index] ?? {};
    const row = rows[index] ?? {};
    return lazyRecord(traceId, { ...span, spanId, parentSpanId }, () =>
      toDetail(row, traceId, span.spanId, context),
    );
  });
}

function readCall(row: CsvRow): SpanInput {
  const rpcId = row["rpcid"] ?? "";
  const type = (row["rpctype"] ?? "").toLowerCase();
  const rtNs = toNanos(row["rt"], UnitPower.ms);
  const isCalled = rtNs !== undefined && rtNs < 0n;
  const startUnixNs = toNanos(row["timestamp"], UnitPower.ms);
  const dot = rpcId.lastIndexOf(".");
  return {
    spanId: toSpanId(rpcId),
    ...(dot > 0 && { parentSpanId: toSpanId(rpcId.slice(0, dot)) }),
    name: serviceName(row["interface"]) || [type, serviceName(row["dm"])].join(" ").trim(),
    service: serviceName(isCalled ? row["dm"] : row["um"]),
    kind: readKind(type, isCalled),
    status: SpanStatus.unset,
    startUnixNs,
    endUnixNs:
      startUnixNs === undefined || rtNs === undefined
        ? undefined
        : startUnixNs + (isCalled ? -rtNs : rtNs),
  };
}

/** The entry's id is `0`, which everywhere else means that there is none. */
function toSpanId(rpcId: string): string {
  return isNoId(rpcId) ? `${rpcId}.` : rpcId;
}

/** A message's only row is that of who fetched it: its time is from the fetch to the end of the work. */
function readKind(type: string, isCalled: boolean): SpanKind {
  if (type === "mq") return isCalled ? SpanKind.consumer : SpanKind.producer;
  return isCalled ? SpanKind.server : SpanKind.client;
}

function serviceName(name = ""): string {
  return NO_SERVICE.test(name) ? "" : name;
}

function toDetail(
  row: CsvRow,
  traceId: string,
  spanId: string,
  context: Pick<FileContext, "store">,
): SpanDetail {
  return {
    ...createEmptyDetail(spanId, row["traceid"] ?? traceId),
    attributes: Object.entries(row)
      .filter(([key, value]) => key !== "" && value !== "")
      .map(([key, value]) => ({ key, value })),
    stores: [context.store],
    raw: JSON.stringify(row),
  };
}
