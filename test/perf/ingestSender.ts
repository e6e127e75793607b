/** Sends one protocol's requests as fast as they are acknowledged, from a process of its own, and says how it went. */

import { createSocket } from "node:dgram";
import { Agent, request } from "node:http";
import { makeTemplates, type LoadKind, type Template } from "./ingestTemplates.ts";

export interface SendOptions {
  readonly kind: LoadKind;
  readonly port: number;
  readonly seconds: number;
  /** Of the beginning, which is not counted in the figures. */
  readonly warmUpSeconds: number;
  readonly connections: number;
  /** Only for datagrams, which nobody acknowledges: spans a second; absent: as fast as they go out. */
  readonly rate?: number;
}

export interface SendResult {
  /** All that was acknowledged, the warm-up included; for datagrams, all that was sent. */
  readonly spans: number;
  /** Those within the time that counts. */
  readonly countedSpans: number;
  readonly countedSeconds: number;
  readonly acknowledgedMs: readonly number[];
  /** Requests that were told to come again. */
  readonly busy: number;
  readonly bytesPerSpan: number;
}

/** Of different traces; after them, the next round begins. */
const SET_SPANS = 64_000;

const options = JSON.parse(process.argv[2] ?? "") as SendOptions;
const templates = makeTemplates(options.kind, SET_SPANS, 1);
let next = 0;

function takeTemplate(): Template {
  const template = templates[next % templates.length]!;
  // Round 0 is as it was made; no two runs share a round.
  template.patch(Math.floor(next / templates.length) + 1);
  next += 1;
  return template;
}

type Send = (bytes: Buffer) => Promise<"kept" | "busy">;

async function run(): Promise<SendResult> {
  const { seconds, warmUpSeconds, connections } = options;
  const send = await openSend();
  const acknowledgedMs: number[] = [];
  let [spans, countedSpans, busy] = [0, 0, 0];
  const startMs = performance.now();
  const countMs = startMs + warmUpSeconds * 1_000;
  const endMs = startMs + seconds * 1_000;
  const lane = async (): Promise<void> => {
    while (performance.now() < endMs) {
      const template = takeTemplate();
      for (;;) {
        const sentMs = performance.now();
        const outcome = await send(template.bytes);
        const nowMs = performance.now();
        if (outcome === "busy") {
          busy += 1;
          await new Promise(resolve => setTimeout(resolve, 100));
          continue;
        }
        spans += template.spans;
        if (nowMs > countMs && nowMs <= endMs) {
          countedSpans += template.spans;
          if (options.kind !== "jaegerUdp") acknowledgedMs.push(nowMs - sentMs);
        }
        break;
      }
    }
  };
  await Promise.all(Array.from({ length: connections }, lane));
  const bytes = templates.reduce((sum, each) => sum + each.bytes.length, 0);
  return {
    spans,
    countedSpans,
    countedSeconds: (endMs - countMs) / 1_000,
    acknowledgedMs,
    busy,
    bytesPerSpan: bytes / templates.reduce((sum, each) => sum + each.spans, 0),
  };
}

async function openSend(): Promise<Send> {
  const { kind, port } = options;
  switch (kind) {
    case "otlpHttp":
      return openHttp("/v1/traces", "application/x-protobuf");
    case "otlpJson":
      return openHttp("/v1/traces", "application/json");
    case "zipkin":
      return openHttp("/api/v2/spans", "application/json");
    case "otlpGrpc":
      return openGrpc(port);
    case "jaegerUdp":
      return openUdp(port);
  }
}

function openHttp(path: string, type: string): Send {
  const { port, connections } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return bytes =>
    new Promise((resolve, reject) => {
      const headers = { "Content-Type": type, "Content-Length": bytes.length };
      const sent = request(
        { host: "127.0.0.1", port, path, method: "POST", agent, headers },
        answer => {
          answer.resume();
          answer.on("end", () => {
            const { statusCode = 0 } = answer;
            if (statusCode === 200 || statusCode === 202) resolve("kept");
            else if (statusCode === 429 || statusCode === 503) resolve("busy");
            else reject(new Error(`status ${statusCode}`));
          });
        },
      );
      sent.on("error", reject);
      sent.end(bytes);
    });
}

async function openGrpc(port: number): Promise<Send> {
  const { Client, credentials, status } = await import("@grpc/grpc-js");
  const clients = Array.from(
    { length: options.connections },
    (_each, index) =>
      new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
        "grpc.max_send_message_length": 64 << 20,
        // A channel of its own for each, or they share one connection.
        "grpc.channel_id": index,
        "grpc.use_local_subchannel_pool": 1,
      }),
  );
  const path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
  const asIs = (bytes: Buffer): Buffer => bytes;
  let at = 0;
  return bytes =>
    new Promise((resolve, reject) => {
      const client = clients[at++ % clients.length]!;
      client.makeUnaryRequest(path, asIs, asIs, bytes, error => {
        if (error === null) resolve("kept");
        else if (error.code === status.UNAVAILABLE || error.code === status.RESOURCE_EXHAUSTED) {
          resolve("busy");
        } else reject(error);
      });
    });
}

/** A datagram has gone when the system has taken it; at a rate, it goes when its time has come. */
async function openUdp(port: number): Promise<Send> {
  const socket = createSocket({ type: "udp4", sendBufferSize: 1 << 20 });
  await new Promise<void>(resolve => {
    socket.connect(port, "127.0.0.1", resolve);
  });
  const { rate } = options;
  const spansEach = templates.reduce((sum, each) => sum + each.spans, 0) / templates.length;
  const startMs = performance.now();
  let sent = 0;
  return async bytes => {
    if (rate !== undefined) {
      const dueMs = startMs + (sent * spansEach * 1_000) / rate;
      const waitMs = dueMs - performance.now();
      if (waitMs > 1) await new Promise(resolve => setTimeout(resolve, waitMs));
    }
    sent += 1;
    return new Promise((resolve, reject) => {
      socket.send(bytes, error => {
        if (error === null) resolve("kept");
        else reject(error);
      });
    });
  };
}

const result = await run();
// All of it has to be on its way before the process may end.
process.send?.(result, () => process.exit(0));
