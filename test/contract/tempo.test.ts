/** The Tempo store against a real server: alone, with tenants, and with traces too large for it. */

import { afterAll, describe, expect, it } from "vitest";
import { getFailure, type Failure } from "../../src/model/failure.ts";
import type { SpanRecord } from "../../src/model/spanRecord.ts";
import { openTempoStore, type TempoStoreOptions } from "../../src/stores/tempo/tempoStore.ts";
import type { TraceStore } from "../../src/stores/traceStore.ts";
import { startTempo, type TempoPeer } from "../peers/tempo.ts";
import { hasData } from "../unit/formats/outline.ts";
import { otlpTag, readFreshRequests, readSent, type OtlpRequest } from "./otlpSamples.ts";
import { describeSpanStoreContract, waitFor } from "./spanStoreContract.ts";

const never = new AbortController().signal;
const stores: TraceStore[] = [];
afterAll(() => {
  for (const store of stores) store.dispose();
});
const open = (options: Partial<TempoStoreOptions> & { readonly url: string }): TraceStore => {
  const store = openTempoStore({ name: "tempo", timeoutMs: 20_000, ...options });
  stores.push(store);
  return store;
};

const single = hasData ? await startTempo() : undefined;
const shared = hasData ? await startTempo({ multitenant: true }) : undefined;
if (single?.kind !== "peer" || shared?.kind !== "peer") {
  it("the Tempo store", context => {
    const missing = single?.kind === "unavailable" ? single : shared;
    context.skip(
      missing?.kind === "unavailable" ? `${missing.name}: ${missing.reason}` : "no data",
    );
  });
} else {
  afterAll(() => Promise.all([single.stop(), shared.stop()]));
  describeSingle(single);
  describeTenants(shared);
}

function describeSingle(peer: TempoPeer): void {
  describeSpanStoreContract("tempo", async () => {
    const requests = withoutFlags(readFreshRequests(Date.now()));
    await send(peer, requests);
    const sent = readSent(requests);
    const store = open({ url: peer.url });
    await waitForSpans(store, sent);
    return { store, sent, tag: otlpTag };
  });

  describe("the Tempo store", () => {
    it("finds a span that nobody has read yet, and its children", async () => {
      const sent = readSent(readFreshRequests(Date.now()));
      const parent = sent.find(({ span }) =>
        sent.some(each => each.span.parentSpanId === span.spanId),
      );
      const { spanId = "" } = parent?.span ?? {};
      const found = await open({ url: peer.url }).findId(spanId, never);
      expect(found.map(each => each.spanId)).toEqual([spanId]);
      const children = await open({ url: peer.url }).readChildren(spanId, never);
      const wanted = sent.filter(each => each.span.parentSpanId === spanId);
      expect(children.map(child => child.spanId).sort()).toEqual(
        wanted.map(each => each.span.spanId).sort(),
      );
    });

    it("tells where it cut a trace that is too long to read", async () => {
      const [record] = readSent(readFreshRequests(Date.now()));
      const store = open({ url: peer.url, maxBytes: 2_000 });
      const part = await store.readTrace(record?.traceId ?? "", never);
      const spans = [...(part?.spans ?? [])];
      expect(spans.length).toBeGreaterThan(0);
      expect(part?.problems).toEqual([
        { code: "cutAt", spans: [], limit: spans.length, store: "tempo" },
      ]);
    });

    it("says what it is", async () => {
      expect((await open({ url: peer.url }).checkHealth(never)).facts[0]).toMatch(/^Tempo/);
    });
  });
}

function describeTenants(peer: TempoPeer): void {
  it("asks for its own tenant's traces, and tells a refusal", async () => {
    const requests = readFreshRequests(Date.now()).slice(-1);
    await send(peer, requests, { "x-scope-orgid": "acme" });
    const traceId = readSent(requests)[0]?.traceId ?? "";
    const own = open({ url: peer.url, tenant: "acme" });
    await waitFor(async () => (await own.findId(traceId, never)).length > 0, "the trace");
    expect(await open({ url: peer.url, tenant: "umbrella" }).findId(traceId, never)).toEqual([]);
    expect(await failureOf(open({ url: peer.url }).findId(traceId, never))).toMatchObject({
      code: "storeUnauthorized",
    });
  });
}

/** Tempo keeps them only until it writes a block. */
function withoutFlags(requests: readonly OtlpRequest[]): readonly OtlpRequest[] {
  return JSON.parse(JSON.stringify(requests).replace(/,"flags":\d+/g, "")) as OtlpRequest[];
}

async function send(
  peer: TempoPeer,
  requests: readonly OtlpRequest[],
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const request of requests) {
    const answer = await fetch(`${peer.otlpUrl}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(request),
    });
    expect(answer.status, await answer.text()).toBe(200);
  }
}

/** Until all can be read, and found. */
async function waitForSpans(store: TraceStore, sent: readonly SpanRecord[]): Promise<void> {
  const traces = Map.groupBy(sent, record => record.traceId);
  for (const [traceId, records] of traces) {
    await waitFor(async () => {
      const part = await store.readTrace(traceId, never);
      return [...(part?.spans ?? [])].length >= records.length;
    }, `trace ${traceId}`);
  }
  await waitFor(async () => {
    const page = await store.searchTraces({ limit: 200 }, never);
    return page.traces.length >= traces.size;
  }, "the search");
}

async function failureOf(question: Promise<unknown>): Promise<Failure | undefined> {
  try {
    await question;
    return undefined;
  } catch (error) {
    return getFailure(error);
  }
}
