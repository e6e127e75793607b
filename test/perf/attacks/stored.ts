/** What is on disk, as another window reads it. */

import { openLocalStore } from "../../../src/stores/local/localStore.ts";
import type { Bundles } from "../../contract/collectorWindows/bundles.ts";

/** The spans that are found in these traces. */
export async function countStored(
  file: string,
  { localWorkerPath }: Bundles,
  traceIds: readonly string[],
): Promise<number> {
  const store = openLocalStore({
    ...{ name: "local", file, workerPath: localWorkerPath, deadlineMs: 60_000 },
  });
  try {
    const { signal } = new AbortController();
    let found = 0;
    for (const traceId of traceIds) {
      const trace = await store.readTrace(traceId, signal);
      found += trace === undefined ? 0 : [...trace.spans].length;
    }
    return found;
  } finally {
    store.dispose();
  }
}
