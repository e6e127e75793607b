/**
 * The worker that reads trace files, so that parsing never holds up the editor. Bundled to dist/fileWorker.cjs; runs
 * from source where Node strips types. Knows no editor.
 */

import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../../base/assert.ts";
import { connectPeer, PeerGone } from "../../threads/rpc.ts";
import { openPortChannel } from "../../threads/portChannel.ts";
import type { Ticket } from "../../threads/workerLink.ts";
import type { FileWorkerApi, FileWorkerData } from "./fileApi.ts";
import { FileTraces } from "./fileTraces.ts";
import { importFile } from "./importFile.ts";

const port = parentPort;
assert(port, "runs in a worker");

const { path, store } = workerData as FileWorkerData;
const files = new FileTraces({ path, store });
/** Those questions that nobody waits for any more. */
const dropped = new Set<Ticket>();

/** Lets a cancellation in. */
async function yieldAndCheckCancelled(ticket: Ticket): Promise<void> {
  await new Promise(resolve => setImmediate(resolve));
  if (dropped.delete(ticket)) throw new PeerGone();
}

const api: FileWorkerApi = {
  readTrace: (traceId, ticket) => files.readTrace(traceId, () => yieldAndCheckCancelled(ticket)),
  readDetail: key => files.readDetail(key),
  findId: (id, ticket) => files.findId(id, () => yieldAndCheckCancelled(ticket)),
  readChildren: (spanId, ticket) =>
    files.readChildren(spanId, () => yieldAndCheckCancelled(ticket)),
  searchTraces: (query, ticket) => files.searchTraces(query, () => yieldAndCheckCancelled(ticket)),
  listServices: ticket => files.listServices(() => yieldAndCheckCancelled(ticket)),
  listOperations: (service, ticket) =>
    files.listOperations(service, () => yieldAndCheckCancelled(ticket)),
  importFile: (file, ticket) => importFile(file, () => yieldAndCheckCancelled(ticket)),
  readFacts: ticket => files.readFacts(() => yieldAndCheckCancelled(ticket)),
  cancel: ticket => {
    dropped.add(ticket);
    return Promise.resolve();
  },
  close: () => {
    port.close();
    return Promise.resolve();
  },
};

connectPeer(openPortChannel(port), api, error => {
  console.error(error);
});
