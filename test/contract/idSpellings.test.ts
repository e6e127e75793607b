/** Whatever spelling of an id someone pastes, every store finds the trace and the span that it names. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openFileStore } from "../../src/stores/file/fileStore.ts";
import { openJaegerStore } from "../../src/stores/jaeger/jaegerStore.ts";
import { openZipkinStore } from "../../src/stores/zipkin/zipkinStore.ts";
import { never, record, useStores } from "../unit/local/records.ts";
import { spanId, spanSpellings, traceId, traceSpellings } from "../unit/model/spellings.ts";
import { serve } from "./madeUpServer.ts";
import { addSpans } from "../unit/local/addSpans.ts";

const { open } = useStores();
const folder = mkdtempSync(join(tmpdir(), "traceside-spellings-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fileWorker = resolve(import.meta.dirname, "../../src/stores/file/fileWorker.ts");

const span = {
  name: "checkout",
  startTimeUnixNano: "1767261600000000000",
  endTimeUnixNano: "1767261601000000000",
};
const otlp = {
  resourceSpans: [{ scopeSpans: [{ spans: [{ traceId, spanId, ...span }] }] }],
};

describe("the embedded store", () => {
  it("is asked in every spelling", async () => {
    const store = open();
    await addSpans(store, [record({ spanId, name: "checkout" }, {}, traceId)]);
    for (const { name, text } of traceSpellings) {
      expect((await store.findId(text, never))[0], name).toMatchObject({ traceId });
      const part = await store.readTrace(text, never);
      expect(
        [...(part?.spans ?? [])].map(each => each.spanId),
        name,
      ).toEqual([spanId]);
      expect((await part?.details.readDetail(spanId, never))?.spanId).toBe(spanId);
    }
    for (const { name, text } of spanSpellings) {
      const found = await store.findId(text, never);
      expect(
        found.some(each => each.traceId === traceId),
        name,
      ).toBe(true);
    }
  });

  it("finds what it holds in the spelling of its tracer", async () => {
    const store = open();
    const held = traceSpellings.filter(({ isStored, isCertain }) => isStored && !isCertain);
    for (const { text } of held) await addSpans(store, [record({ spanId: "s-1" }, {}, text)]);
    for (const { text } of held) {
      expect(await store.findId(text, never)).toMatchObject([{ traceId: text }]);
    }
  });

  it("keeps ids of other kinds as they are", async () => {
    const store = open();
    const ids = ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "deadbeef", "42", "507f1f77bcf86cd799439011", "0"];
    for (const id of ids) await addSpans(store, [record({ spanId: `${id}-s` }, {}, id)]);
    for (const id of ids) {
      expect(await store.findId(id, never)).toMatchObject([{ traceId: id }]);
    }
  });
});

it("a folder of files is asked in every spelling", async () => {
  writeFileSync(join(folder, "one.json"), JSON.stringify(otlp));
  const store = openFileStore({ name: "files", path: folder, workerPath: fileWorker });
  try {
    for (const { name, text } of traceSpellings) {
      expect(await store.findId(text, never), name).toMatchObject([{ traceId }]);
      const part = await store.readTrace(text, never);
      expect([...(part?.spans ?? [])], name).toHaveLength(1);
    }
    for (const { name, text } of spanSpellings) {
      expect(await store.findId(text, never), name).toMatchObject([{ traceId }]);
    }
  } finally {
    store.dispose();
  }
});

const servers = [
  {
    name: "Zipkin",
    open: openZipkinStore,
    traceAt: /\/api\/v2\/trace\/(.+)$/,
    known: [{ traceId, id: spanId, name: "checkout", timestamp: 1, duration: 1 }],
    others: [],
    missing: (id: string) => `${id} not found`,
  },
  {
    name: "Jaeger",
    open: openJaegerStore,
    traceAt: /\/api\/traces\/([^?]+)/,
    known: {
      data: [
        {
          traceID: traceId,
          spans: [
            {
              ...{ traceID: traceId, spanID: spanId, operationName: "checkout", processID: "p1" },
              ...{ startTime: 1, duration: 1, references: [], tags: [], logs: [] },
            },
          ],
          processes: { p1: { serviceName: "shop", tags: [] } },
        },
      ],
    },
    others: { data: ["shop"], errors: null },
    missing: () => JSON.stringify({ data: null, errors: [{ code: 404, msg: "trace not found" }] }),
  },
];

it.each(servers)(
  "$name, who knows hexadecimal ids alone, is asked in these",
  async ({ open: openStore, traceAt, known, others, missing }) => {
    const asked = new Set<string>();
    const url = await serve((request, response) => {
      const path = request.url ?? "";
      const id = traceAt.exec(path)?.[1];
      if (id !== undefined) asked.add(id);
      const isUnknown = path.startsWith("/api/v3/") || (id !== undefined && id !== traceId);
      const body = isUnknown
        ? missing(id ?? path)
        : JSON.stringify(id === undefined ? others : known);
      const contentType = /^[[{]/.test(body) ? "application/json" : "text/plain";
      response.writeHead(isUnknown ? 404 : 200, { "content-type": contentType }).end(body);
    });
    const store = openStore({ name: "server", url });
    try {
      for (const { name, text } of traceSpellings) {
        expect(await store.findId(text, never), name).toMatchObject([{ traceId }]);
      }
      // Once it was read, its spans are known, too.
      for (const { name, text } of spanSpellings) {
        expect(await store.findId(text, never), name).toMatchObject([{ traceId }]);
      }
      expect(asked.size).toBeGreaterThan(0);
      expect([...asked].every(id => /^[0-9a-f]{16,32}$/.test(id))).toBe(true);
    } finally {
      store.dispose();
    }
  },
);
