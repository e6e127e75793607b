/**
 * OTLP over gRPC: traces and logs are kept, metrics are answered and dropped so that senders stay quiet. Knows the
 * services and what becomes of a request, not how its bytes are read.
 */

import { readOtlpLogsProto } from "../../formats/otlp/otlpLogs.ts";
import { WireError } from "../../formats/encodings/protoReader.ts";
import { keepLogs } from "../ingestTarget.ts";
import { countResult, createCounters, type MutableCounters, type Receiver } from "../receiver.ts";
import type { IngestResult } from "../../model/spanSink.ts";
import { emptyMessage, writeExportAnswer } from "./grpcMessages.ts";
import { openGrpcServer, type GrpcMethod, type GrpcReceiverOptions } from "./grpcServer.ts";

const services = "/opentelemetry.proto.collector";

/** Rejects with a `BindError` where the port cannot be had. */
export function openOtlpGrpc(options: GrpcReceiverOptions): Promise<Receiver> {
  const { target } = options;
  const counters = createCounters();
  const methods = {
    [`${services}.trace.v1.TraceService/Export`]: exportMethod(counters, "spans", request =>
      target.sink.ingestOtlp(request),
    ),
    [`${services}.logs.v1.LogsService/Export`]: exportMethod(counters, "logs", request =>
      keepLogs(target, readOtlpLogsProto(request)),
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
