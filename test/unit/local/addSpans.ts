import type { SpanRecord } from "../../../src/model/spanRecord.ts";
import type { LocalStore } from "../../../src/stores/local/localStore.ts";
import { openSpanLog } from "../../../src/stores/local/log/spanLog.ts";

/** Puts spans into a store's file by the only road there is; answers when they are on disk. */
export async function addSpans(store: LocalStore, records: Iterable<SpanRecord>): Promise<void> {
  const { file } = await store.readFacts(new AbortController().signal);
  const log = openSpanLog({ file, capBytes: Number.MAX_SAFE_INTEGER });
  try {
    await log.ingestSpans(records);
  } finally {
    await log.close();
  }
}
