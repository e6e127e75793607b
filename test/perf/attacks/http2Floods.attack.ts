/**
 * What HTTP/2 lets a client send without end, on the gRPC port: streams that are reset at once, settings, pings, streams
 * that nobody ends, and headers that go on for ever. Honest exporters are answered meanwhile, and memory stays.
 */

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import type { Attack } from "./attack.ts";
import { readMemory } from "./readMemory.ts";

const MB = 1024 * 1024;
const CONNECTIONS = 4;
/** Of each kind of flood; new connections take the place of those that were ended. */
const FLOOD_MS = 5_000;
/** One look at how an honest exporter fares, and the most that exporters wait. */
const PROBE_MS = 250;
const MAX_ANSWER_MS = 10_000;
/** A connection may take 32 MB for its headers and streams. */
const MAX_GROWTH = 400 * MB;
/** Frames go out in chunks of this many, so that a socket that was closed is noticed. */
const FRAMES_AT_ONCE = 500;

const HEADERS = 1;
const RST_STREAM = 3;
const SETTINGS = 4;
const PING = 6;
const CONTINUATION = 9;
const END_HEADERS = 4;
const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const PATH = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

function frame(type: number, flags: number, stream: number, payload = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A header of HPACK's static table by its place, with a text of its own as its value. */
function literal(place: readonly number[], value: string): Buffer {
  return Buffer.concat([Buffer.from([...place, value.length]), Buffer.from(value)]);
}

const requestHeaders = Buffer.concat([
  Buffer.from([0x83, 0x86]),
  literal([0x04], PATH),
  literal([0x01], "localhost"),
  literal([0x0f, 0x10], "application/grpc"),
]);
/** A name that nobody knows, with a value of a hundred letters. */
const strangeHeader = Buffer.concat([Buffer.from([0x00, 1, 0x78, 100]), Buffer.alloc(100, "a")]);
const manyHeaders = Buffer.concat(Array<Buffer>(150).fill(strangeHeader));

/** What the next frame of each flood is; `count` counts from 0 on each connection. */
const floods: Readonly<Record<string, (count: number) => Buffer>> = {
  "streams that are reset at once": count => {
    const stream = 2 * count + 1;
    const cancel = Buffer.from([0, 0, 0, 8]);
    return Buffer.concat([
      frame(HEADERS, END_HEADERS, stream, requestHeaders),
      frame(RST_STREAM, 0, stream, cancel),
    ]);
  },
  settings: () => frame(SETTINGS, 0, 0),
  pings: () => frame(PING, 0, 0, Buffer.alloc(8)),
  "streams that nobody ends": count => frame(HEADERS, END_HEADERS, 2 * count + 1, requestHeaders),
  "headers that go on for ever": count =>
    count === 0 ? frame(HEADERS, 0, 1, requestHeaders) : frame(CONTINUATION, 0, 1, manyHeaders),
};

export const attack: Attack = {
  name: `floods of HTTP/2 frames from ${CONNECTIONS} connections hold up nobody`,
  maxSeconds: 180,
  async run({ ports, openWindow, report, signal }) {
    const window = await openWindow();
    await window.until(({ phase }) => phase.kind === "receiving");
    const before = await readMemory(window.pid);
    let most = 0;
    for (const [name, next] of Object.entries(floods)) {
      const endMs = performance.now() + FLOOD_MS;
      const isOver = (): boolean => signal.aborted || performance.now() > endMs;
      const senders = Array.from({ length: CONNECTIONS }, () =>
        flood(ports.otlpGrpc, next, isOver),
      );
      const answersMs: number[] = [];
      while (!isOver()) {
        await sleep(PROBE_MS);
        answersMs.push(await exportNothing(ports.otlpGrpc));
        most = Math.max(most, (await readMemory(window.pid)) - before);
      }
      const frames = (await Promise.all(senders)).reduce((sum, sent) => sum + sent, 0);
      report(`frames of ${name}`, frames, "frames");
      report(`slowest answer beside ${name}`, Math.round(Math.max(...answersMs)), "ms");
      assert.ok(Math.max(...answersMs) < MAX_ANSWER_MS, `${name}: an exporter waits`);
    }
    report("memory", Math.round(most / MB), "MiB");
    assert.ok(most < MAX_GROWTH, `${Math.round(most / MB)} MiB more`);
    const answer = await fetch(`http://127.0.0.1:${ports.otlpHttp}/api/services`);
    assert.equal(answer.status, 200);
  },
};

/** Resolves with the number of frames that were sent. */
async function flood(
  port: number,
  next: (count: number) => Buffer,
  isOver: () => boolean,
): Promise<number> {
  let sent = 0;
  while (!isOver()) {
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    socket.resume().write(Buffer.concat([PREFACE, frame(SETTINGS, 0, 0)]));
    for (let count = 0; !socket.closed && socket.writable && !isOver();) {
      const chunk: Buffer[] = [];
      while (chunk.length < FRAMES_AT_ONCE) chunk.push(next(count++));
      sent += chunk.length;
      if (socket.write(Buffer.concat(chunk))) await setImmediate();
      else await drained(socket);
    }
    socket.destroy();
  }
  return sent;
}

/** A server that reads no more is waited for until the next look. */
async function drained(socket: Socket): Promise<void> {
  const done = new AbortController();
  const { signal } = done;
  await Promise.race([
    once(socket, "drain", { signal }).catch(() => undefined),
    once(socket, "close", { signal }).catch(() => undefined),
    sleep(PROBE_MS, undefined, { signal }).catch(() => undefined),
  ]);
  done.abort();
}

/** Milliseconds until a request without spans, on a connection of its own, was answered well. */
async function exportNothing(port: number): Promise<number> {
  const startMs = performance.now();
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  const { promise: failed, reject } = Promise.withResolvers<never>();
  session.once("error", reject);
  const timer = setTimeout(() => reject(new Error("no answer")), 2 * MAX_ANSWER_MS);
  try {
    const stream = session.request({
      ":method": "POST",
      ":path": PATH,
      "content-type": "application/grpc",
      te: "trailers",
    });
    stream.once("error", reject);
    stream.end(Buffer.alloc(5));
    stream.resume();
    const trailers = once(stream, "trailers") as Promise<[Readonly<Record<string, unknown>>]>;
    const [{ "grpc-status": status }] = await Promise.race([trailers, failed]);
    assert.equal(status, "0");
    return performance.now() - startMs;
  } finally {
    clearTimeout(timer);
    session.destroy();
  }
}
