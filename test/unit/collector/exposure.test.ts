/**
 * Beyond loopback, on a real network interface of this machine: OTLP with the token and nothing else. A machine that has
 * none shows only that a name that is not there is said.
 */

import { networkInterfaces } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { receiverNames, type CollectorPorts } from "../../../src/collector/collectorState.ts";
import { resolveInterface } from "../../../src/collector/exposure.ts";
import { createOpeners } from "../../../src/collector/openers.ts";
import { ReceiverSet } from "../../../src/collector/receiverSet.ts";
import { field, message } from "../formats/protoWriter.ts";
import { findFreePort } from "../../harness/processes.ts";
import { createMemorySink } from "./grpc/memorySink.ts";
import { openRawClient } from "./grpc/rawClient.ts";

type Headers = Readonly<Record<string, string>>;

const token = "a-token-of-this-test-0123456789";
const traces = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
const span = message(
  field(1, Buffer.from("5b8efff798038103d269b633813fc60c", "hex")),
  field(2, Buffer.from("eee19b7ec3c1b174", "hex")),
  field(5, "work"),
);
const request = field(1, message(field(2, message(field(2, span)))));

const [outer] = Object.values(networkInterfaces())
  .flat()
  .filter(info => info?.internal === false && info.family === "IPv4");
const needsInterface = it.skipIf(outer === undefined);

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function expose(...interfaces: readonly string[]) {
  const sink = createMemorySink();
  const readRoute = {
    kind: "read",
    path: "/read",
    answer: () => Promise.resolve({ status: 200, body: "read" }),
  } as const;
  const set = new ReceiverSet(
    createOpeners({
      target: { sink, store: "local" },
      readRoutes: [readRoute],
      onBug: error => {
        throw error;
      },
    }),
  );
  closers.push(() => set.close());
  const off = Object.fromEntries(receiverNames.map(name => [name, 0])) as CollectorPorts;
  const ports = { ...off, otlpHttp: await findFreePort(), otlpGrpc: await findFreePort() };
  const exposure = { interfaces, token };
  await set.listen(ports, exposure);
  return { set, sink, ports, exposure };
}

function postTo(host: string, port: number, headers: Headers) {
  return fetch(`http://${host}:${port}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/x-protobuf", ...headers },
    body: new Uint8Array(request),
  });
}

describe("receivers beyond loopback", () => {
  needsInterface("take OTLP over HTTP with the token, and answer nothing else", async () => {
    const host = outer?.address ?? "";
    const { sink, ports } = await expose(host);
    const wrong: readonly Headers[] = [
      {},
      { "x-traceside-token": `${token}x` },
      { authorization: "Bearer " },
    ];
    for (const headers of wrong) {
      const refused = await postTo(host, ports.otlpHttp, headers);
      expect(refused.status).toBe(401);
      expect(await refused.text()).toContain("x-traceside-token");
    }
    expect(sink.spans).toHaveLength(0);
    const right: readonly Headers[] = [
      { "x-traceside-token": token },
      { authorization: `Bearer ${token}` },
      { authorization: `Bearer%20${token}` },
    ];
    for (const headers of right) {
      expect((await postTo(host, ports.otlpHttp, headers)).status).toBe(200);
    }
    expect(sink.spans).toHaveLength(3);
    const read = await fetch(`http://${host}:${ports.otlpHttp}/read`, {
      headers: { "x-traceside-token": token },
    });
    expect(read.status).toBe(404);
    // Loopback is as it was.
    expect((await fetch(`http://127.0.0.1:${ports.otlpHttp}/read`)).status).toBe(200);
    expect((await postTo("127.0.0.1", ports.otlpHttp, {})).status).toBe(200);
  });

  needsInterface("take OTLP over gRPC with the token", async () => {
    const host = outer?.address ?? "";
    const { sink, ports } = await expose(host);
    const client = openRawClient(`${host}:${ports.otlpGrpc}`);
    closers.push(client.close);
    const unauthenticated = 16;
    expect(await client.call(traces, request)).toMatchObject({ code: unauthenticated });
    expect(await client.call(traces, request, { "x-traceside-token": "no" })).toMatchObject({
      code: unauthenticated,
    });
    expect(sink.spans).toHaveLength(0);
    const shown = { "x-traceside-token": token };
    expect(await client.call(traces, request, shown)).toMatchObject({ code: 0 });
    expect(sink.spans).toHaveLength(1);
  });

  needsInterface("go when they are wanted no more, and come with another token", async () => {
    const host = outer?.address ?? "";
    const { set, ports, exposure } = await expose(host);
    await set.listen(ports, { ...exposure, token: "another-token" });
    expect((await postTo(host, ports.otlpHttp, { "x-traceside-token": token })).status).toBe(401);
    const other = { "x-traceside-token": "another-token" };
    expect((await postTo(host, ports.otlpHttp, other)).status).toBe(200);
    await set.listen(ports);
    await expect(postTo(host, ports.otlpHttp, other)).rejects.toThrow();
    expect((await postTo("127.0.0.1", ports.otlpHttp, {})).status).toBe(200);
  });

  it("say which interface is not there, while loopback receives", async () => {
    const { set, ports } = await expose("no-such-bridge");
    const http = set.list().find(({ name }) => name === "otlpHttp");
    expect(http).toMatchObject({ port: ports.otlpHttp, status: { kind: "listening" } });
    expect(http?.exposed).toEqual([
      {
        interface: "no-such-bridge",
        status: {
          kind: "failed",
          reason: "no network interface or address is called no-such-bridge",
        },
      },
    ]);
    expect(
      set
        .list()
        .filter(({ exposed }) => exposed !== undefined)
        .map(({ name }) => name),
    ).toEqual(["otlpGrpc", "otlpHttp"]);
  });
});

it("loopback and every address at once are no interface to name", () => {
  const info = { netmask: "", mac: "", cidr: null } as const;
  const interfaces = {
    lo: [{ ...info, family: "IPv4", address: "127.0.0.1", internal: true } as const],
    docker0: [
      { ...info, family: "IPv4", address: "172.17.0.1", internal: false } as const,
      { ...info, family: "IPv6", address: "fe80::1", internal: false, scopeid: 4 } as const,
    ],
  };
  expect(resolveInterface("docker0", interfaces)).toEqual(["172.17.0.1"]);
  expect(resolveInterface("172.17.0.1", interfaces)).toEqual(["172.17.0.1"]);
  for (const wanted of ["lo", "127.0.0.1", "0.0.0.0", "::", "*", "docker1"]) {
    expect(() => resolveInterface(wanted, interfaces), wanted).toThrow();
  }
});
