/** While the store cannot keep up, senders over gRPC are told to come again, and real SDKs do: nothing is lost. */

import { afterEach, describe, expect, it } from "vitest";
import { openOtlpGrpc } from "../../src/collector/grpc/otlpGrpc.ts";
import { openSkywalkingGrpc } from "../../src/collector/grpc/skywalkingGrpc.ts";
import type { Receiver } from "../../src/collector/receiver.ts";
import { SinkBusy } from "../../src/model/spanSink.ts";
import type { PeerUnavailable } from "../peers/cache.ts";
import { canonicalSpans, runSender, type SenderRun } from "../peers/canonicalTrace.ts";
import { findGoSenders } from "../peers/goSenders.ts";
import { findPythonSenders, type PythonTracer } from "../peers/pythonSenders.ts";
import { createMemorySink } from "../unit/collector/grpc/memorySink.ts";

let receiver: Receiver | undefined;
afterEach(() => receiver?.close());

const python = async (tracer: PythonTracer): Promise<SenderRun | PeerUnavailable> => {
  const peer = await findPythonSenders();
  return peer.kind === "unavailable" ? peer : peer.send(tracer);
};
const go = async (): Promise<SenderRun | PeerUnavailable> => {
  const peer = await findGoSenders();
  return peer.kind === "unavailable" ? peer : peer.send("grpc");
};

describe("a sender that is told to come again", () => {
  it.for([
    ["OpenTelemetry Python", "otlpGrpc", () => python("otlp-grpc")],
    ["OpenTelemetry Go", "otlpGrpc", go],
    ["SkyWalking's Python agent", "skywalking", () => python("skywalking")],
  ] as const)("does so: %s", async ([, port, find], context) => {
    const sender = await find();
    if ("kind" in sender) {
      context.skip(`${sender.name}: ${sender.reason}`);
      return;
    }
    // Once: Go's SDK waits five seconds at least, and gives up after ten.
    let refused = 0;
    const sink = createMemorySink(() => {
      if (refused === 1) return;
      refused += 1;
      throw new SinkBusy(50);
    });
    const open = port === "otlpGrpc" ? openOtlpGrpc : openSkywalkingGrpc;
    receiver = await open({ name: port, port: 0, target: { sink, store: "local" } });
    const made = await runSender(sender, { [port]: receiver.port });
    expect(refused).toBe(1);
    expect(sink.spans.map(({ span: { spanId } }) => spanId).sort()).toEqual(
      made.spans.map(({ spanId }) => spanId).sort(),
    );
    expect(receiver.counters).toMatchObject({ spans: canonicalSpans.length, rejected: 0 });
  });
});
