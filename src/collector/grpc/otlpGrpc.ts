/**
 * OTLP over gRPC: traces and logs are kept, metrics are answered and dropped so that senders stay quiet. Knows the
 * services and what becomes of a request, not how its bytes are read.
 */

import { readOtlpLogsProto } from "../../formats/otlp/otlpLogs.ts";
import { WireError } from "../../formats/encodings/protoReader.ts";
import { countResult, createCounters, type MutableCounters, type Receiver } from "../receiver.ts";
import type { IngestResult, SpanSink } from "../../model/spanSink.ts";
import { emptyMessage, writeExportAnswer } from "./grpcMessages.ts";
import { openGrpcServer, type GrpcMethod, type GrpcReceiverOptions } from "./grpcServer.ts";

const services = "/opentelemetry.proto.collector";

/** Rejects with a `BindError` where the port cannot be had. */
export function openOtlpGrpc(options: GrpcReceiverOptions): Promise<Receiver> {
  const { sink } = options.target;
  const counters = createCounters();
  const methods = {
    [`${services}.trace.v1.TraceService/Export`]: exportMethod(counters, "spans", request =>
      sink.ingestOtlp(request),
    ),
    [`${services}.logs.v1.LogsService/Export`]: exportMethod(counters, "logs", request =>
      ingestLogs(sink, request),
    ),
    [`${services}.metrics.v1.MetricsService/Export`]: {
      kind: "unary",
      answer: () => Promise.resolve(emptyMessage),
    } as const,
  };
  return openGrpcServer(options, methods, counters);
}

function exportMethod(
  counters: MutableCounters,
  what: "spans" | "logs",
  keep: (request: Buffer) => Promise<IngestResult>,
): GrpcMethod {
  return {
    kind: "unary",
    async answer(request) {
      counters.requests += 1;
      try {
        const result = await keep(request);
        countResult(counters, what, result);
        return writeExportAnswer(result);
      } catch (error) {
        if (error instanceof WireError) counters.rejected += 1;
        throw error;
      }
    },
  };
}

/** Logs outside of any trace are many programs' most, and nothing that a sender should hear of as a failure. */
async function ingestLogs(sink: SpanSink, request: Buffer): Promise<IngestResult> {
  const { records } = readOtlpLogsProto(request);
  return records.length === 0 ? { stored: 0, rejected: 0 } : sink.ingestLogs(records);
}
