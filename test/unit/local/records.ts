/** Spans written by hand, and stores in folders that vanish with the test. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach } from "vitest";
import type { SpanInput } from "../../../src/model/span.ts";
import type { SpanDetail } from "../../../src/model/spanDetail.ts";
import type { SpanRecord } from "../../../src/model/spanRecord.ts";
import { openLocalStore, type LocalStore } from "../../../src/stores/local/localStore.ts";
import { createEmptyDetail } from "../../../src/model/emptyDetail.ts";

export const workerPath = resolve(import.meta.dirname, "../../../src/stores/local/worker.ts");
export const traceId = "0af7651916cd43dd8448eb211c80319c";
/** Beyond 2^53, and odd to the last digit. */
export const start = 1_767_225_600_123_456_789n;
export const never = new AbortController().signal;

export function record(
  span: Partial<SpanInput> & { readonly spanId: string },
  detail: Partial<SpanDetail> = {},
  trace = traceId,
): SpanRecord {
  return {
    traceId: trace,
    span: { name: "work", startUnixNs: start, endUnixNs: start + 1_000n, ...span },
    detail: {
      ...createEmptyDetail(span.spanId, trace),
      ...detail,
    },
  };
}

/** A store that hangs, not one on a machine where others are at work. */
const deadlineMs = 60_000;

/** Call at the top of a test file. */
export function useStores() {
  const folders: string[] = [];
  const stores: LocalStore[] = [];
  afterEach(() => {
    for (const store of stores.splice(0)) store.dispose();
    // A worker that is closing may write to its folder yet.
    for (const folder of folders.splice(0)) {
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    }
  });
  const newFile = (): string => {
    const folder = mkdtempSync(join(tmpdir(), "traceside-local-"));
    folders.push(folder);
    return join(folder, "store", "traces.sqlite");
  };
  const open = (file = newFile(), options: { deadlineMs?: number; workerPath?: string } = {}) => {
    const store = openLocalStore({ file, workerPath, name: "local", deadlineMs, ...options });
    stores.push(store);
    return store;
  };
  return { newFile, open };
}

export async function readSpans(store: LocalStore, trace = traceId): Promise<SpanInput[]> {
  const stored = await store.readTrace(trace, never);
  return [...(stored?.spans ?? [])].sort((a, b) => (a.spanId < b.spanId ? -1 : 1));
}

/** Without what is undefined, so that it compares with what was written. */
export function compact(span: SpanInput): object {
  return Object.fromEntries(Object.entries(span).filter(([, value]) => value !== undefined));
}
