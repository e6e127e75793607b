/**
 * Random spans, cut into random requests in random order, some of them sent again: every question that the store can be
 * asked is answered as by looking at all of them.
 */

import { describe, expect, it } from "vitest";
import { readOtlpProto } from "../../../src/formats/otlp/otlpProto.ts";
import { findSession, sessionKeys } from "../../../src/model/session.ts";
import { SpanStatus } from "../../../src/model/span.ts";
import type { SpanRecord } from "../../../src/model/spanRecord.ts";
import { openSpanLog } from "../../../src/stores/local/log/spanLog.ts";
import { matchTrace } from "../../../src/stores/matchTrace.ts";
import { toSpanBrief } from "../../../src/stores/briefs.ts";
import type { TraceBrief, TraceQuery } from "../../../src/model/traceStore.ts";
import { otlpBytes, type TestGroup, type TestSpan } from "./otlpBytes.ts";
import { compact, never, start, useStores } from "./records.ts";

const { newFile, open } = useStores();
const SECOND = 1_000_000_000n;
const services = ["shop", "支付", "mail", ""];
const names = ["GET /orders", "charge card", "render", "SELECT", "取消订单"];
const sessions = ["chat-1", "chat 2", "6f9619ff-8b86-d011-b42d-00cf4fc964ff"];
const words = [
  "kettle",
  "Blue Kettle",
  "no-answer within 3s",
  "größer als",
  "库存不足",
  "x_1",
  "ok",
];

describe.each([1, 2, 3])("random spans, seed %i", seed => {
  const random = makeRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  const chance = (share: number): boolean => random() < share;
  const hex = (length: number): string =>
    Array.from({ length }, () => below(16).toString(16)).join("");

  const resourceOf = (service: string): Record<string, string> =>
    service === "" ? {} : { "service.name": service, "host.name": `h-${service}` };

  interface Made {
    readonly service: string;
    readonly span: TestSpan;
  }

  function makeTrace(n: number): Made[] {
    const traceId = chance(0.2) ? hex(16).padStart(32, "0") : hex(32);
    const made: Made[] = [];
    const session = chance(0.4) ? pick(sessions) : undefined;
    const sessionKey = pick(sessionKeys);
    const traceStart = start + BigInt(n) * SECOND + BigInt(below(1_000_000));
    for (let i = 0, count = 1 + below(7); i < count; i += 1) {
      const parent = i === 0 ? undefined : pick(made);
      const startNs = traceStart + BigInt(i) * 1_000_000n;
      const length = chance(0.1) ? 0n : BigInt(Math.floor(10 ** (3 + random() * 7)));
      const isFailed = chance(0.15);
      const kind = 1 + below(5);
      made.push({
        service: pick(services),
        span: {
          traceId,
          spanId: hex(16),
          parentId: chance(0.05) ? hex(16) : parent?.span.spanId,
          name: pick(names),
          kind,
          status: isFailed ? 2 : below(2),
          ...(isFailed && { message: pick(words) }),
          startNs,
          ...(!chance(0.05) && { endNs: startNs + length }),
          attributes: {
            ...(chance(0.6) && { "order.id": below(40) }),
            ...(session !== undefined && chance(0.4) && { [sessionKey]: session }),
            ...(chance(0.3) && { note: pick(words) }),
            ...(chance(0.3) && { vip: chance(0.5) }),
            ...(chance(0.1) && { ratio: below(4) / 4 }),
            ...(chance(0.1) && { tags: ["a", below(3), pick(words)] }),
            ...(chance(0.1) && { big: 2n ** 60n + BigInt(below(3)) }),
            ...(chance(0.1) && { "messaging.message.id": `task-${below(30)}` }),
            ...(chance(0.3) && { "messaging.destination.name": pick(["orders", "mails"]) }),
          },
          events: isFailed
            ? [{ name: "exception", attributes: { "exception.message": pick(words) } }]
            : [],
        },
      });
    }
    return made;
  }

  const all = Array.from({ length: 160 }, (_, n) => makeTrace(n)).flat();

  function cut(): Buffer[] {
    const shuffled = [...all, ...all.filter(() => chance(0.3))]
      .map(each => ({ each, key: random() }))
      .sort((a, b) => a.key - b.key)
      .map(({ each }) => each);
    const requests: Buffer[] = [];
    while (shuffled.length > 0) {
      const part = shuffled.splice(0, 1 + below(60));
      const groups: TestGroup[] = [...Map.groupBy(part, each => each.service)].map(
        ([service, made]) => ({
          resource: resourceOf(service),
          scope: "the.scope",
          spans: made.map(each => each.span),
        }),
      );
      requests.push(otlpBytes(groups));
      if (chance(0.2)) requests.push(pick(requests));
    }
    return requests;
  }

  /** As a file of all of them is read. */
  const records = readOtlpProto(
    otlpBytes(
      all.map(({ service, span }) => ({
        resource: resourceOf(service),
        scope: "the.scope",
        spans: [span],
      })),
    ),
    { store: "local" },
  ).records.map(record => ({ ...record, span: normal(record.span) }));
  const byTrace = Map.groupBy(records, record => record.traceId);
  const briefs = new Map([...byTrace].map(([id, own]) => [id, toBrief(id, own)]));

  function expected(query: Omit<TraceQuery, "limit">): string[] {
    return [...byTrace]
      .filter(([id, own]) => {
        const brief = briefs.get(id);
        const { text, ...rest } = query;
        return (
          brief !== undefined && matchTrace(brief, own, { ...rest, limit: 1 }) && hasText(own, text)
        );
      })
      .map(([id]) => id)
      .sort((a, b) => (startOf(b) > startOf(a) ? 1 : -1));
  }

  function startOf(traceId: string): bigint {
    const starts = (byTrace.get(traceId) ?? []).map(({ span }) => span.startUnixNs ?? 0n);
    return starts.reduce((least, each) => (each < least ? each : least));
  }

  it("are found by every question as by looking at all", async () => {
    const file = newFile();
    const log = openSpanLog({ file, capBytes: Infinity });
    for (const request of cut()) {
      if (chance(0.5)) await log.ingestOtlp(request);
      else void log.ingestOtlp(request);
    }
    await log.close();
    const store = open(file);
    const search = async (query: Omit<TraceQuery, "limit">): Promise<TraceBrief[]> => {
      const found: TraceBrief[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.searchTraces({ ...query, limit: 13, cursor }, never);
        found.push(...page.traces);
        ({ cursor } = page);
      } while (cursor !== undefined);
      return found;
    };

    const listed = await search({});
    expect(listed.map(each => each.traceId)).toEqual(expected({}));
    for (const { root, ...brief } of listed) {
      const own = { ...brief, root: { ...root, session: undefined } };
      expect(own).toMatchObject(briefs.get(brief.traceId) ?? {});
    }
    expect((await store.readFacts(never)).spanCount).toBe(all.length);

    const startMs = Number(start / 1_000_000n);
    const maybe = <T>(share: number, value: () => T): T | undefined =>
      chance(share) ? value() : undefined;
    let found = 0;
    for (let i = 0; i < 120; i += 1) {
      const text = pick([
        ...words,
        "kettle",
        "BLUE",
        "订",
        "支付",
        "render",
        "ETT",
        "within",
        "nowhere",
      ]);
      const query = compactQuery({
        service: maybe(0.3, () =>
          pick([...services.filter(each => each !== ""), "orders", "none"]),
        ),
        operation: maybe(0.3, () => pick([...names, "none"])),
        status: maybe(0.3, () => pick(["error", "ok", "running"] as const)),
        minDurationMs: maybe(0.2, () => 10 ** (random() * 5 - 2)),
        maxDurationMs: maybe(0.2, () => 10 ** (random() * 6 - 2)),
        fromUnixMs: maybe(0.1, () => startMs + below(160) * 1_000),
        toUnixMs: maybe(0.1, () => startMs + below(160) * 1_000),
        session: maybe(0.2, () => pick([...sessions, "none"])),
        tags: maybe(0.3, () =>
          pick<Record<string, string>>([
            { "order.id": String(below(40)) },
            { vip: "true" },
            { note: "Blue Kettle", vip: "false" },
            { ratio: "0.25" },
            { big: String(2n ** 60n + 1n) },
            { tags: '["a",1,"kettle"]' },
            { "host.name": "h-mail" },
            { note: "blue kettle" },
          ]),
        ),
        text: maybe(0.3, () => text),
      });
      const wanted = expected(query);
      const answer = (await search(query)).map(each => each.traceId);
      expect(answer, JSON.stringify(query)).toEqual(wanted);
      found += wanted.length;
    }
    expect(found).toBeGreaterThan(200);

    for (const [traceId, own] of byTrace) {
      const stored = await store.readTrace(traceId, never);
      const spans = [...(stored?.spans ?? [])].map(compact);
      const byId = new Map(spans.map(span => [(span as { spanId: string }).spanId, span]));
      expect(spans).toHaveLength(own.length);
      for (const { span, detail } of own) {
        expect(byId.get(span.spanId)).toEqual(compact(normal(span)));
        if (chance(0.1)) {
          expect(await stored?.details.readDetail(span.spanId, never)).toEqual(detail);
        }
      }
      expect((await store.findId(traceId, never))[0]?.traceId).toBe(traceId);
    }
    for (let i = 0; i < 60; i += 1) {
      const record = pick(records);
      const { spanId } = record.span;
      const answer = await store.findId(spanId, never);
      expect(answer.map(each => [each.traceId, each.spanId])).toEqual([[record.traceId, spanId]]);
      const children = records.filter(({ span }) => span.parentSpanId === spanId);
      expect(answer[0]?.brief).toEqual({ ...toSpanBrief(record), childCount: children.length });
      const read = await store.readChildren(spanId, never);
      expect(read.map(each => each.spanId).sort()).toEqual(
        children.map(({ span }) => span.spanId).sort(),
      );
    }
    for (let i = 0; i < 30; i += 1) {
      const id = `task-${i}`;
      const wanted = records.filter(({ span }) => span.messageId === id);
      const answer = await store.findId(id, never);
      expect(answer.map(each => each.spanId).sort()).toEqual(
        wanted
          .map(({ span }) => span.spanId)
          .sort()
          .slice(0, 20),
      );
    }
  });
});

function toBrief(traceId: string, own: readonly SpanRecord[]): TraceBrief {
  const spans = own.map(({ span }) => span);
  const starts = spans.map(span => span.startUnixNs ?? 0n);
  const least = starts.reduce((a, b) => (b < a ? b : a));
  const most = [...starts, ...spans.map(span => span.endUnixNs ?? 0n)].reduce((a, b) =>
    b > a ? b : a,
  );
  const roots = own
    .filter(({ span }) => span.parentSpanId === undefined)
    .sort((a, b) => ((a.span.startUnixNs ?? 0n) < (b.span.startUnixNs ?? 0n) ? -1 : 1));
  const orphans = [...own].sort((a, b) =>
    (a.span.startUnixNs ?? 0n) < (b.span.startUnixNs ?? 0n) ? -1 : 1,
  );
  const isRunning = spans.some(span => (span.endUnixNs ?? 0n) === 0n);
  // Whether it is told of the root alone depends on what was read of it.
  const root = { ...toSpanBrief((roots[0] ?? orphans[0]) as SpanRecord), session: undefined };
  const labels = spans.flatMap(span => [span.service || span.queue, span.queue]);
  return {
    traceId,
    root,
    spanCount: own.length,
    errorCount: spans.filter(span => span.status === SpanStatus.error).length,
    startUnixMs: Number(least / 1_000_000n) + Number(least % 1_000_000n) / 1e6,
    durationMs: isRunning ? undefined : Number(most - least) / 1e6,
    // One trace tells of one session here, by one key.
    session: own
      .map(({ detail }) => findSession(detail.attributes))
      .find(each => each !== undefined),
    services: [...new Set(labels)]
      .filter(label => label !== undefined && label !== "")
      .sort() as string[],
  };
}

/** What the local store promises of texts: anywhere in a name, service or queue; elsewhere with its words whole. */
function hasText(own: readonly SpanRecord[], text: string | undefined): boolean {
  if (text === undefined) return true;
  const wanted = text.toLowerCase();
  const parts = (value: string): string[] =>
    value.toLowerCase().match(/\p{Script=Han}|[a-z0-9äöüß]+/gu) ?? [];
  return own.some(({ span, detail }) => {
    if ([span.name, span.service, span.queue].some(each => each?.toLowerCase().includes(wanted))) {
      return true;
    }
    const texts = [
      detail.error?.message,
      detail.scope?.name,
      ...[...detail.attributes, ...detail.resource].flatMap(each =>
        Array.isArray(each.value) ? (each.value as unknown[]) : [each.value],
      ),
      ...detail.events.flatMap(event => [event.name, ...event.attributes.map(each => each.value)]),
    ];
    return texts.some(each => {
      if (typeof each !== "string" && typeof each !== "number") return false;
      const value = String(each).toLowerCase();
      return value.includes(wanted) && parts(wanted).every(word => parts(value).includes(word));
    });
  });
}

function normal(span: SpanRecord["span"]): SpanRecord["span"] {
  return {
    ...span,
    ...(span.endUnixNs === 0n && { endUnixNs: undefined }),
    ...(span.parentSpanId === "" && { parentSpanId: undefined }),
  };
}

function compactQuery(query: Omit<TraceQuery, "limit">): Omit<TraceQuery, "limit"> {
  return Object.fromEntries(
    Object.entries(query as Record<string, unknown>).filter(([, value]) => value !== undefined),
  );
}

/** Mulberry32: small, and the same everywhere. */
function makeRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
