/**
 * Records what real SDKs put on the wire into `test/fixtures/sdks`: bodies, datagrams and messages byte by byte, with
 * how they came beside each. Run it with `node test/peers/recordSdks.ts` after any change to the senders.
 *
 * This machine's name and addresses are replaced by others of the same length, because lengths stand in the bytes.
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { Server, ServerCredentials, type Metadata } from "@grpc/grpc-js";
import type { PeerUnavailable } from "./cache.ts";
import { runSender } from "./canonicalTrace.ts";
import { findJsSenders } from "./jsSenders.ts";
import { findPythonSenders } from "./pythonSenders.ts";
import { findRubySenders } from "./rubySenders.ts";

const folder = join(import.meta.dirname, "../fixtures/sdks");

interface Sent {
  readonly bytes: Buffer;
  readonly how: object;
}
const sent: Sent[] = [];

const http = createServer((request, response) => {
  void buffer(request).then(bytes => {
    const { method, url, headers } = request;
    sent.push({ bytes, how: { method, url, headers } });
    response.writeHead(url?.startsWith("/v1/") === true ? 200 : 202).end();
  });
}).listen(0, "127.0.0.1");
const udp = createSocket("udp4", bytes => sent.push({ bytes, how: { transport: "udp" } }));
udp.bind(0, "127.0.0.1");
await Promise.all([once(http, "listening"), once(udp, "listening")]);
const grpc = new Server();
const asIs = (bytes: Buffer): Buffer => bytes;
const method = (path: string, requestStream: boolean) => ({
  ...{ path, requestStream, responseStream: false },
  ...{ requestSerialize: asIs, requestDeserialize: asIs },
  ...{ responseSerialize: asIs, responseDeserialize: asIs },
});
const keep = (path: string, metadata: Metadata, bytes: Buffer): void => {
  sent.push({ bytes, how: { transport: "grpc", path, metadata: metadata.getMap() } });
};
const exportPath = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
const collectPath = "/skywalking.v3.TraceSegmentReportService/collect";
grpc.addService(
  { export: method(exportPath, false), collect: method(collectPath, true) },
  {
    export(
      { request, metadata }: { request: Buffer; metadata: Metadata },
      done: (error: null, answer: Buffer) => void,
    ) {
      keep(exportPath, metadata, request);
      done(null, Buffer.alloc(0));
    },
    collect(
      call: AsyncIterable<Buffer> & { metadata: Metadata },
      done: (error: null, answer: Buffer) => void,
    ) {
      void (async () => {
        for await (const segment of call) keep(collectPath, call.metadata, segment);
        done(null, Buffer.alloc(0));
      })();
    },
  },
);
const grpcPort = await new Promise<number>((resolve, reject) => {
  grpc.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error === null) resolve(port);
    else reject(error);
  });
});
const httpPort = (http.address() as AddressInfo).port;
const udpPort = udp.address().port;
const httpUrl = `http://127.0.0.1:${httpPort}`;
const ports = { otlpHttp: httpPort, zipkin: httpPort };

for (const file of await readdir(folder)) {
  if (file !== "README.md") await rm(join(folder, file));
}
const js = have(await findJsSenders());
const python = have(await findPythonSenders());
const ruby = have(await findRubySenders());

const canonical = await readFile(join(import.meta.dirname, "canonicalOtel.mjs"), "utf8");
const runCanonical = (protocol: string) => () =>
  runSender(
    {
      command: process.execPath,
      args: ["--input-type=module", "--eval", canonical, protocol],
      cwd: js.directory,
    },
    ports,
  );
const traces = `${httpUrl}/v1/traces`;
await record("otel-js-otlp-http-json", "json", () => js.run("otel.mjs", "http/json", traces));
await record("otel-js-otlp-again-json", "json", () => js.run("otel.mjs", "http/json", traces));
await record("otel-js-otlp-http-json-gzip", "json.gz", () =>
  js.run("otel.mjs", "http/json", traces, "gzip"),
);
await record("otel-js-otlp-http-protobuf", "pb", () => js.run("otel.mjs", "http/protobuf", traces));
await record("otel-js-otlp-http-protobuf-gzip", "pb.gz", () =>
  js.run("otel.mjs", "http/protobuf", traces, "gzip"),
);
await record("otel-js-otlp-grpc-Export", "bin", () =>
  js.run("otel.mjs", "grpc", `http://127.0.0.1:${grpcPort}`),
);
await record("otel-js-canonical-json", "json", runCanonical("otlp-json"));
await record("otel-js-zipkin", "json", () =>
  js.run("otel.mjs", "zipkin", `${httpUrl}/api/v2/spans`),
);
await record("otel-js-zipkin-again", "json", () =>
  js.run("otel.mjs", "zipkin", `${httpUrl}/api/v2/spans`),
);
await record("otel-js-canonical-zipkin", "json", runCanonical("zipkin"));
await record("otel-js-jaeger-thrift-http", "thrift", () =>
  js.run("otel.mjs", "jaeger/http", `${httpUrl}/api/traces`),
);
await record("otel-js-jaeger-udp6832-binary", "bin", () =>
  js.run("otel.mjs", "jaeger/udp", `udp://127.0.0.1:${udpPort}`),
);
await record("jaeger-client-node-thrift-http", "thrift", () =>
  js.run("jaegerClient.mjs", "http", `${httpUrl}/api/traces`),
);
await record("jaeger-client-node-udp6832-binary", "bin", () =>
  js.run("jaegerClient.mjs", "udp", "127.0.0.1", String(udpPort)),
);
await record("jaeger-client-ruby-udp6831-compact", "bin", () =>
  ruby.sendJaeger("udp", "127.0.0.1", String(udpPort)),
);
await record("zipkin-js-v2", "json", () => js.run("zipkinJs.mjs", `${httpUrl}/api/v2/spans`));
for (const [name, extension, tracer] of [
  ["py-zipkin-v2-json", "json", "zipkin-v2"],
  ["py-zipkin-v1-json", "json", "zipkin-v1"],
] as const) {
  await record(name, extension, () => runSender(python.send(tracer), ports));
}
await record("skywalking-nodejs-collect", "bin", () =>
  js.run("skywalking.mjs", `127.0.0.1:${grpcPort}`),
);
http.close();
udp.close();
grpc.forceShutdown();

/** One file for each message that the sender sent, numbered in the order in which they came. */
async function record(name: string, extension: string, run: () => Promise<unknown>): Promise<void> {
  sent.length = 0;
  await run();
  if (sent.length === 0) throw new Error(`${name}: nothing came`);
  for (const [index, { bytes, how }] of sent.entries()) {
    const file = join(folder, `${name}-${index + 1}.${extension}`);
    await writeFile(file, extension.endsWith("gz") ? bytes : scrub(bytes));
    await writeFile(`${file}.meta.json`, `${JSON.stringify(how, undefined, 2)}\n`);
  }
  console.log(`${name}: ${sent.length}`);
}

function scrub(bytes: Buffer): Buffer {
  let text = bytes.toString("latin1");
  const addresses = Object.values(networkInterfaces())
    .flatMap(each => each ?? [])
    .flatMap(({ address, internal, family }) => (internal || family !== "IPv4" ? [] : address));
  for (const address of addresses) text = text.replaceAll(address, address.replaceAll(/\d/g, "1"));
  // Behind its length, because a short name may stand in other words too.
  const length = String.fromCharCode(hostname().length);
  return Buffer.from(
    text.replaceAll(length + hostname(), length + "h".repeat(hostname().length)),
    "latin1",
  );
}

function have<T extends { readonly kind: "peer" }>(peer: T | PeerUnavailable): T {
  if (peer.kind === "unavailable") throw new Error(`${peer.name}: ${peer.reason}`);
  return peer;
}
