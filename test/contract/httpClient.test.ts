/**
 * The client of all stores that speak HTTP, and the stores on it, against servers that misbehave in every way that a
 * network knows.
 */

import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as zlib from "node:zlib";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { getFailure, type Failure, type ProductKind } from "../../src/model/failure.ts";
import { closeCutJson } from "../../src/formats/encodings/cutJson.ts";
import { HttpClient, type HttpStoreOptions } from "../../src/stores/http/httpClient.ts";
import { recogniseProduct } from "../../src/stores/http/httpProducts.ts";
import { openStore } from "../../src/stores/open.ts";
import { startFaulty, type FaultyServer } from "./faultyServer.ts";
import { createCertificate } from "./ownAuthority.ts";

const never = new AbortController().signal;
const secret = "s3cr+t päss/word";
const servers: FaultyServer[] = [];
const clients: HttpClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.dispose();
  await Promise.all(servers.splice(0).map(server => server.stop()));
});

async function start(
  listener: RequestListener,
  tls?: { readonly key: string; readonly cert: string },
): Promise<FaultyServer> {
  const server = await startFaulty(listener, tls);
  servers.push(server);
  return server;
}

function connect(options: Partial<HttpStoreOptions> & { readonly url: string }): HttpClient {
  const client = new HttpClient({ name: "prod", timeoutMs: 5_000, ...options }, "x-tenant");
  clients.push(client);
  return client;
}

async function failureOf(question: Promise<unknown>): Promise<Failure | undefined> {
  try {
    await question;
    return undefined;
  } catch (error) {
    const failure = getFailure(error);
    if (failure === undefined) throw error;
    expect(JSON.stringify(failure) + String((error as Error).cause)).not.toContain(secret);
    return failure;
  }
}

const answerWith =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(status, headers).end(body);
const html = { "content-type": "text/html" };

describe("what is sent", () => {
  const credentials = { username: "ann", password: secret };
  const basic = `Basic ${Buffer.from(`ann:${secret}`).toString("base64")}`;

  it.each([
    [{ credentials }, { authorization: basic }],
    [{ credentials: { username: "", password: "t0ken" } }, { authorization: "Bearer t0ken" }],
    [
      { credentials: { ...credentials, password: "t0ken" }, auth: "bearer" as const },
      { authorization: "Bearer t0ken" },
    ],
    [
      {
        credentials: { username: "", password: "k3y" },
        auth: "header" as const,
        authHeader: "X-API-Key",
      },
      { "x-api-key": "k3y", authorization: undefined },
    ],
    [
      { tenant: "acme", headers: { "X-Team": "shop" } },
      { "x-tenant": "acme", "x-team": "shop", authorization: undefined },
    ],
  ])("%j", async (options, headers) => {
    const server = await start(answerWith(200, "[]"));
    const client = connect({ url: `${server.url}/base/path/`, ...options });
    await client.askJson(
      { path: "/api", query: { a: "1 &2", b: ["x", "y"], c: undefined } },
      never,
    );
    expect(server.asked[0]?.url).toBe("/base/path/api?a=1+%262&b=x&b=y");
    expect(server.asked[0]?.headers).toMatchObject(
      Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
    );
    for (const [key, value] of Object.entries(headers)) {
      expect(server.asked[0]?.headers[key]).toBe(value);
    }
  });

  it.each([["50%off"], ["qu#ck"], ["m@il/x?y"], ["p%40ss"]])(
    "a password in the address, however it is written: %s",
    async written => {
      const server = await start(answerWith(200, "[]"));
      const url = server.url.replace("//", `//ann:${written}@`);
      const client = connect({ url });
      await client.askJson({ path: "/" }, never);
      const password = written === "p%40ss" ? "p@ss" : written;
      const pair = Buffer.from(`ann:${password}`).toString("base64");
      expect(server.asked[0]?.headers.authorization).toBe(`Basic ${pair}`);
      expect(client.address).toBe(server.url);
    },
  );

  it("goes to the server of the settings alone, wherever that redirects to", async () => {
    const other = await start(answerWith(200, "[]"));
    const server = await start((request, response) => {
      const location = request.url === "/here" ? "/there" : `${other.url}/elsewhere`;
      response.writeHead(302, { location }).end();
    });
    const client = connect({
      url: server.url,
      credentials,
      tenant: "acme",
      headers: { "x-team": "shop" },
    });
    await client.askJson({ path: "/here" }, never);
    expect(server.asked.map(each => each.headers.authorization)).toEqual([basic, basic]);
    const { authorization, "x-tenant": tenant, "x-team": team } = other.asked[0]?.headers ?? {};
    expect([authorization, tenant, team]).toEqual([undefined, undefined, undefined]);
    // And a question with a body goes nowhere else at all.
    const failure = await failureOf(client.askJson({ path: "/there", body: {} }, never));
    expect(failure).toMatchObject({ code: "storeRefused" });
    expect(other.asked).toHaveLength(1);
  });

  it("ends when it is led in circles", async () => {
    const server = await start(answerWith(302, "", { location: "/again" }));
    const failure = await failureOf(connect({ url: server.url }).askJson({ path: "/" }, never));
    expect(failure).toMatchObject({ code: "storeRefused" });
    expect(server.asked.length).toBeLessThan(10);
  });

  it.each([["ftp://host"], ["host:80"], [""]])("not to %j", url => {
    expect(() => connect({ url })).toThrow("storeMisconfigured");
  });

  it("no header that cannot be one", () => {
    const options = { url: "http://127.0.0.1:1", credentials: { username: "", password: "a\nb" } };
    expect(() => connect(options)).toThrow("storeMisconfigured");
  });
});

describe("answers", () => {
  it.each([
    ["gzip", (text: string) => zlib.gzipSync(text)],
    ["deflate", (text: string) => zlib.deflateSync(text)],
    ["br", (text: string) => zlib.brotliCompressSync(text)],
    ["zstd", (text: string) => zlib.zstdCompressSync(text)],
  ])("packed by %s are unpacked", async (encoding, pack) => {
    const server = await start((request, response) => {
      expect(request.headers["accept-encoding"]).toContain(encoding);
      response.writeHead(200, { "content-encoding": encoding }).end(pack('["ä"]'));
    });
    const { values } = await connect({ url: server.url }).askJson({ path: "/" }, never);
    expect(values).toEqual([["ä"]]);
  });

  it("that unfold into too much are cut, told so, and their whole spans kept", async () => {
    const spans = Array.from({ length: 100_000 }, (_, id) => ({
      id,
      tags: [{ key: "}", value: id }],
    }));
    const text = JSON.stringify({ data: [{ traceID: "t", spans }] });
    const server = await start((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(zlib.gzipSync(text));
    });
    const question = { path: "/", maxBytes: 100_000 };
    const answer = await connect({ url: server.url }).askJson(question, never);
    expect(answer.isCut).toBe(true);
    const [{ data }] = answer.values as [{ data: [{ spans: typeof spans }] }];
    expect(data[0].spans.length).toBeGreaterThan(1_000);
    expect(data[0].spans).toEqual(spans.slice(0, data[0].spans.length));
  });

  it("cut at any byte are whole spans", () => {
    const whole = {
      result: { resourceSpans: [{ scopeSpans: [{ spans: [{ a: ["x,]", 1] }, { b: 2 }, {}] }] }] },
    };
    const text = JSON.stringify(whole);
    const seen = new Set<number>();
    for (let length = 0; length <= text.length; length += 1) {
      const closed = closeCutJson(text.slice(0, length));
      if (closed === "") continue;
      const read = JSON.parse(closed) as typeof whole;
      const spans = read.result.resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
      expect(spans).toEqual(
        whole.result.resourceSpans[0]?.scopeSpans[0]?.spans.slice(0, spans.length),
      );
      seen.add(spans.length);
    }
    expect([...seen]).toEqual([1, 2, 3]);
  });

  it.each([
    [401, "", {}, { code: "storeUnauthorized", reason: "HTTP 401" }],
    [403, "no org id", {}, { code: "storeUnauthorized", reason: "HTTP 403: no org id" }],
    [
      500,
      '{"error":{"message":"disk full\\nat x"}}',
      {},
      { code: "storeRefused", reason: "HTTP 500: disk full" },
    ],
    [
      502,
      "<html><title>Bad  Gateway</title>",
      html,
      { code: "storeRefused", reason: "HTTP 502: Bad Gateway" },
    ],
    [429, "slow\ndown", {}, { code: "storeRefused", reason: "HTTP 429: slow" }],
    [
      200,
      "<!DOCTYPE html><title>Sign in</title>",
      html,
      { code: "storeSentPage", title: "Sign in" },
    ],
    [200, "<html>", {}, { code: "storeSentPage", title: "" }],
    [200, "OK", {}, { code: "storeRefused" }],
    [200, "", {}, { code: "storeRefused" }],
  ])("%i %j", async (status, body, headers, expected) => {
    const server = await start(answerWith(status, body, headers));
    const failure = await failureOf(connect({ url: server.url }).askJson({ path: "/" }, never));
    expect(failure).toMatchObject({ store: "prod", ...expected });
  });

  it.each([
    ["gzip", {}, "storeUnreachable", /cannot be unpacked|broke/],
    ["deflate", {}, "storeUnreachable", /cannot be unpacked|broke/],
    ["br", {}, "storeUnreachable", /cannot be unpacked|broke/],
    ["zstd", {}, "storeUnreachable", /cannot be unpacked|broke/],
    [undefined, { location: "http://[" }, "storeRefused", /^HTTP 302: it redirects to no address/],
    [undefined, { location: "javascript:1" }, "storeRefused", /^HTTP 302: .* no address/],
    [undefined, { x: "y".repeat(100_000) }, "storeUnreachable", /^its answer breaks .*overflow/i],
  ])("of %s %o that are none", async (encoding, headers, code, reason) => {
    const server = await start((_request, response) => {
      const packed = encoding === undefined ? {} : { "content-encoding": encoding };
      response.writeHead(encoding === undefined ? 302 : 200, { ...packed, ...headers }).end("[]");
    });
    const failure = await failureOf(connect({ url: server.url }).askJson({ path: "/" }, never));
    expect(failure).toMatchObject({ code, reason: expect.stringMatching(reason) as string });
  });

  it.each([
    ["30", /^HTTP 429: slow; it asks to wait 30 s$/],
    [
      new Date(Date.now() + 3_600_000).toUTCString(),
      /^HTTP 429: slow; it asks to wait 3[56]\d\d s$/,
    ],
    ["soon", /^HTTP 429: slow$/],
    [new Date(0).toUTCString(), /^HTTP 429: slow$/],
  ])("that ask to wait say how long: %s", async (retryAfter, reason) => {
    const server = await start(answerWith(429, "slow", { "retry-after": retryAfter }));
    const failure = await failureOf(connect({ url: server.url }).askJson({ path: "/" }, never));
    expect(failure).toMatchObject({ reason: expect.stringMatching(reason) as string });
  });

  it("that no trace and no list could be are refused before they are parsed", async () => {
    const brackets = zlib.gzipSync(Buffer.alloc(12_000_000, "["));
    const server = await start((request, response) => {
      if (request.url === "/brackets") {
        response.writeHead(200, { "content-encoding": "gzip" }).end(brackets);
        return;
      }
      const more = (): void => {
        while (!response.destroyed && response.write("5,".repeat(50_000)));
      };
      response.writeHead(200).on("drain", more).write("[");
      more();
    });
    const client = connect({ url: server.url, timeoutMs: 60_000 });
    for (const isForTraces of [false, true]) {
      const question = { path: "/brackets", isForTraces };
      expect(await failureOf(client.askJson(question, never))).toMatchObject({
        reason: "its answer has hardly more than 5000001 brackets and line breaks",
      });
    }
    expect(await failureOf(client.askJson({ path: "/endless" }, never))).toMatchObject({
      code: "storeRefused",
      reason: "its answer is longer than 16 MiB",
    });
  });

  it("that repeat the password do not get it into a message", async () => {
    const server = await start((request, response) => {
      response.writeHead(500).end(`cannot log in with ${secret}, ${request.headers.authorization}`);
    });
    const client = connect({ url: server.url, credentials: { username: "ann", password: secret } });
    expect(await failureOf(client.askJson({ path: "/" }, never))).toMatchObject({
      reason: "HTTP 500: cannot log in with ***, Basic ***",
    });
  });

  it("that never come, or never end, are given up in time", async () => {
    const server = await start((request, response) => {
      if (request.url === "/trickle") response.writeHead(200).write("[");
    });
    for (const path of ["/silence", "/trickle"]) {
      const client = connect({ url: server.url, timeoutMs: 150 });
      const failure = await failureOf(client.askJson({ path }, never));
      expect(failure).toEqual({ code: "storeTimeout", store: "prod", afterMs: 150 });
      const controller = new AbortController();
      const reason = new Error("stop");
      const asked = connect({ url: server.url }).askJson({ path }, controller.signal);
      controller.abort(reason);
      await expect(asked).rejects.toBe(reason);
    }
  });

  it("that break off in the middle are told as that", async () => {
    const server = await start((request, response) => {
      response.writeHead(200, { "content-length": "100" }).write("[1,");
      setTimeout(() => request.socket.destroy(), 20);
    });
    const failure = await failureOf(connect({ url: server.url }).askJson({ path: "/" }, never));
    expect(failure).toMatchObject({ code: "storeUnreachable" });
  });
});

describe("ports", () => {
  it("where nobody listens", async () => {
    const server = await startFaulty(answerWith(200, ""));
    await server.stop();
    const failure = await failureOf(
      connect({ url: `${server.url}/x` }).askJson({ path: "/" }, never),
    );
    expect(failure).toEqual({
      code: "storeUnreachable",
      store: "prod",
      address: `${server.url}/x`,
      reason: "connection refused",
    });
  });

  it("that do not speak TLS", async () => {
    const server = await start(answerWith(200, "[]"));
    const url = server.url.replace("http:", "https:");
    expect(await failureOf(connect({ url }).askJson({ path: "/" }, never))).toMatchObject({
      code: "storeUnreachable",
      reason: expect.stringContaining("http://") as string,
    });
  });

  it("that speak TLS, as Go's servers say it", async () => {
    const server = await start(
      answerWith(400, "Client sent an HTTP request to an HTTPS server.\n"),
    );
    expect(
      await failureOf(connect({ url: server.url }).askJson({ path: "/" }, never)),
    ).toMatchObject({
      code: "storeUnreachable",
      reason: expect.stringContaining("https://") as string,
    });
  });

  it("that speak something else, like gRPC", async () => {
    const server = createServer(socket => {
      // The settings frame of HTTP/2.
      socket.on("error", () => undefined).write(Buffer.from("000000040000000000", "hex"));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await failureOf(connect({ url }).askJson({ path: "/" }, never))).toMatchObject({
      code: "storeUnreachable",
      reason: expect.stringContaining("gRPC") as string,
    });
    server.close();
  });
});

describe("certificates", async () => {
  const folder = await mkdtemp(join(tmpdir(), "traceside-tls-"));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const made = await createCertificate(folder);
  if (!made.ok) {
    it("of one's own authority", context => context.skip(`openssl: ${made.reason}`));
    return;
  }
  const key = await readFile(join(folder, "key.pem"), "utf8");
  const cert = await readFile(join(folder, "cert.pem"), "utf8");

  it("of one's own authority are trusted when they are named, and only then", async () => {
    const server = await start(answerWith(200, "[]"), { key, cert });
    const trusting = connect({ url: server.url, caFile: join(folder, "ca.pem") });
    expect((await trusting.askJson({ path: "/" }, never)).values).toEqual([[]]);
    const failure = await failureOf(connect({ url: server.url }).askJson({ path: "/" }, never));
    expect(failure).toMatchObject({
      code: "storeUnreachable",
      reason: expect.stringContaining("certificate is not trusted") as string,
    });
    // Trusted, but for another name.
    const named = connect({
      url: server.url.replace("127.0.0.1", "localhost"),
      caFile: join(folder, "ca.pem"),
    });
    expect(await failureOf(named.askJson({ path: "/" }, never))).toMatchObject({
      code: "storeUnreachable",
    });
  });

  it("that are none are said to be none", async () => {
    await writeFile(join(folder, "text.pem"), "no certificate");
    for (const file of ["text.pem", "absent.pem"]) {
      const client = connect({ url: "https://127.0.0.1:1", caFile: join(folder, file) });
      expect(await failureOf(client.askJson({ path: "/" }, never))).toMatchObject({
        code: "storeMisconfigured",
      });
    }
  });
});

describe("products", () => {
  /** What each says to the questions by which it is told, recorded from real servers. */
  const answers: Readonly<Record<ProductKind, Readonly<Record<string, string>>>> = {
    jaeger: { "/api/services": '{"data":["a"],"total":1,"limit":0,"offset":0,"errors":null}' },
    zipkin: { "/api/v2/services": '["a"]' },
    tempo: { "/api/search/tags": '{"tagNames":[],"metrics":{}}', "/api/echo": "echo" },
    skywalking: { "/graphql": '{"data":{"version":"10.2.0"}}' },
  };
  const products = Object.keys(answers) as ProductKind[];
  const startProduct = (product: ProductKind, base: string) =>
    start((request, response) => {
      const [path = ""] = (request.url ?? "").split("?");
      const body = path.startsWith(base) ? answers[product][path.slice(base.length)] : undefined;
      if (body === undefined) response.writeHead(404).end("404 page not found");
      else response.writeHead(200).end(body);
    });

  it.each(products)("%s is recognised, also below a page of its own", async product => {
    for (const [base, path] of [
      ["", ""],
      ["/base", "/base"],
      ["/base", "/base/search"],
      ["/zipkin", ""],
    ] as const) {
      const server = await startProduct(product, base);
      const recognised = await recogniseProduct(connect({ url: server.url + path }), never);
      expect(recognised).toEqual({ product, url: server.url + base });
    }
  });

  it.each(products.flatMap(kind => products.map(found => [kind, found] as const)))(
    "set up as %s, a %s is offered as what it is",
    async (kind, found) => {
      if (kind === found) return;
      const server = await startProduct(found, "");
      const store = await openStore(
        { kind, name: "prod", url: server.url },
        { timeoutMs: 5_000, fileWorkerPath: "", credentials: undefined },
      );
      const expected = {
        code: "wrongProduct",
        store: "prod",
        expected: kind,
        found,
        foundUrl: server.url,
      };
      expect(await failureOf(store.checkHealth(never))).toMatchObject(expected);
      const traceId = "f50f7a80f0b8f88b97788093157c4ae2";
      expect(await failureOf(store.findId(traceId, never))).toMatchObject(expected);
      store.dispose();
    },
  );

  it.each(products)("a login page before a %s is told as a page", async kind => {
    const server = await start(answerWith(200, "<html><title>Sign in</title></html>", html));
    const store = await openStore(
      { kind, name: "prod", url: server.url },
      { timeoutMs: 5_000, fileWorkerPath: "", credentials: undefined },
    );
    for (const question of [
      store.checkHealth(never),
      store.findId("f50f7a80f0b8f88b97788093157c4ae2", never),
    ]) {
      expect(await failureOf(question)).toMatchObject({ code: "storeSentPage", title: "Sign in" });
    }
    store.dispose();
  });

  it.each(products)("a %s that wants to know who asks is told so", async kind => {
    const server = await start(answerWith(401, "who are you?"));
    const store = await openStore(
      { kind, name: "prod", url: server.url },
      { timeoutMs: 5_000, fileWorkerPath: "", credentials: undefined },
    );
    expect(await failureOf(store.checkHealth(never))).toMatchObject({ code: "storeUnauthorized" });
    store.dispose();
  });
});
