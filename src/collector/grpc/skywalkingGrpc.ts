/**
 * SkyWalking's agents over gRPC: segments and logs are kept; whatever else an agent reports or asks for is answered
 * with no commands, so that it stays quiet. Knows the services and what becomes of a message, not how its bytes are
 * read.
 *
 * An agent does not send again what was refused. While the store cannot keep up, a stream is therefore not read, which
 * holds the agent back by HTTP/2's own flow control, and only after a while told to come again.
 */

import { WireError } from "../../formats/encodings/protoReader.ts";
import {
  readSegment,
  readSegments,
  readSkywalkingLog,
} from "../../formats/skywalking/skywalkingProto.ts";
import { keepDated, keepLogs } from "../ingestTarget.ts";
import { countResult, createCounters, type MutableCounters, type Receiver } from "../receiver.ts";
import { SinkBusy, type IngestResult } from "../../model/spanSink.ts";
import { emptyMessage } from "./grpcMessages.ts";
import {
  openGrpcServer,
  type GrpcMethod,
  type GrpcMethods,
  type GrpcReceiverOptions,
} from "./grpcServer.ts";

/** Service → its methods that take one message, and those that take a stream. */
const silentServices: Readonly<Record<string, { one?: string[]; stream?: string[] }>> = {
  ManagementService: { one: ["reportInstanceProperties", "keepAlive"] },
  MeterReportService: { stream: ["collect", "collectBatch"] },
  JVMMetricReportService: { one: ["collect"] },
  CLRMetricReportService: { one: ["collect"] },
  ConfigurationDiscoveryService: { one: ["fetchConfigurations"] },
  EventService: { stream: ["collect"] },
  SpanAttachedEventReportService: { stream: ["collect"] },
  BrowserPerfService: { one: ["collectPerfData"], stream: ["collectErrorLogs"] },
  ProfileTask: {
    one: ["getProfileTaskCommands", "reportTaskFinish"],
    stream: ["collectSnapshot"],
  },
};
/** Newer services have a package of their own. */
const silentPaths = [
  "/skywalking.v10.AsyncProfilerTask/getAsyncProfilerTaskCommands",
  "/skywalking.v10.PprofTask/getPprofTaskCommands",
];

/** Rejects with a `BindError` where the port cannot be had. */
export function openSkywalkingGrpc(options: GrpcReceiverOptions): Promise<Receiver> {
  const { target } = options;
  const counters = createCounters();
  const keepLog = (bytes: Buffer): Promise<IngestResult> =>
    keepLogs(target, readSkywalkingLog(bytes));
  const keepSegments = (
    messages: Messages,
    read: typeof readSegment,
    release: Release,
  ): Promise<Uint8Array> => {
    const keep = (bytes: Buffer): Promise<IngestResult> => keepDated(target, read(bytes, target));
    return keepStream(messages, "spans", keep, counters, release);
  };
  const methods: Record<string, GrpcMethod> = {
    ...silentMethods(),
    ...underBothNames("TraceSegmentReportService/collect", {
      kind: "clientStream",
      answer: (messages, release) => keepSegments(messages, readSegment, release),
    }),
    ...underBothNames("TraceSegmentReportService/collectInSync", {
      kind: "unary",
      answer: request => keepSegments([request], readSegments, () => undefined),
    }),
    ...underBothNames("LogReportService/collect", {
      kind: "clientStream",
      answer: (messages, release) => keepStream(messages, "logs", keepLog, counters, release),
    }),
  };
  return openGrpcServer(options, methods, counters);
}

/** Agents before version 8.3 know the services without a package. */
function underBothNames(path: string, method: GrpcMethod): GrpcMethods {
  return { [`/skywalking.v3.${path}`]: method, [`/${path}`]: method };
}

function silentMethods(): GrpcMethods {
  const quiet: GrpcMethod = { kind: "unary", answer: () => Promise.resolve(emptyMessage) };
  const quietStream: GrpcMethod = {
    kind: "clientStream",
    async answer(messages, release) {
      for await (const message of messages) release(message);
      return emptyMessage;
    },
  };
  const methods: Record<string, GrpcMethod> = {};
  for (const path of silentPaths) methods[path] = quiet;
  for (const [service, { one = [], stream = [] }] of Object.entries(silentServices)) {
    for (const name of one) Object.assign(methods, underBothNames(`${service}/${name}`, quiet));
    for (const name of stream) {
      Object.assign(methods, underBothNames(`${service}/${name}`, quietStream));
    }
  }
  return methods;
}

type Release = (message: Buffer) => void;
type Messages = AsyncIterable<Buffer> | readonly Buffer[];

/** Messages of one stream that wait for the disk together; the store writes many at once faster than one by one. */
const MAX_PENDING = 64;

/** Keeps what can be kept of all messages; a bad one is told when the others are safe. */
async function keepStream(
  messages: Messages,
  what: "spans" | "logs",
  keep: (message: Buffer) => Promise<IngestResult>,
  counters: MutableCounters,
  release: Release,
): Promise<Uint8Array> {
  counters.requests += 1;
  const pending = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const reasons = new Set<string>();
  const keepOne = async (message: Buffer): Promise<void> => {
    try {
      const result = await keepPatiently(() => keep(message));
      countResult(counters, what, result);
      if (result.rejected > 0) reasons.add(result.reason ?? "");
    } catch (error) {
      if (error instanceof WireError) {
        counters.rejected += 1;
        reasons.add(error.message);
      } else {
        failures.push(error);
      }
    }
  };
  for await (const message of messages) {
    const task = keepOne(message).finally(() => {
      release(message);
      pending.delete(task);
    });
    pending.add(task);
    if (pending.size >= MAX_PENDING) await Promise.race(pending);
    if (failures.length > 0) break;
  }
  await Promise.all(pending);
  if (failures.length > 0) throw failures[0];
  if (reasons.size > 0) throw new WireError([...reasons].join("; "));
  return emptyMessage;
}

const MAX_PATIENCE_MS = 10_000;

async function keepPatiently(keep: () => Promise<IngestResult>): Promise<IngestResult> {
  const deadline = Date.now() + MAX_PATIENCE_MS;
  for (;;) {
    try {
      return await keep();
    } catch (error) {
      if (!(error instanceof SinkBusy) || Date.now() + error.retryAfterMs > deadline) throw error;
      const { retryAfterMs } = error;
      await new Promise(resolve => setTimeout(resolve, Math.max(retryAfterMs, 1)));
    }
  }
}
