/**
 * The worker that reads trace files, so that parsing never holds up the editor. Bundled to dist/fileWorker.cjs; runs
 * from source where Node strips types. Knows no editor.
 */

import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../../base/assert.ts";
import { connectPeer, PeerGone } from "../../threads/rpc.ts";
import { openPortChannel } from "../../threads/portChannel.ts";
import type { Ticket } from "../../threads/workerLink.ts";
import type { FileHostApi, FileWorkerApi, FileWorkerData } from "./fileApi.ts";
import { FileTraces } from "./fileTraces.ts";
import { OpenedFile } from "./openedFile.ts";

const port = parentPort;
assert(port, "runs in a worker");

const files = new FileTraces({
  ...(workerData as FileWorkerData),
  onRead: (file, size) => void peer.remote.onRead(file, size),
});
let opened: OpenedFile | undefined;
/** The questions that nobody waits for any more. */
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
  openFile: file => {
    opened = new OpenedFile(file);
    return Promise.resolve(opened.describe());
  },
  readOpened: traceId => Promise.resolve(opened?.readTrace(traceId)),
  readOpenedDetail: (traceId, key, store) =>
    Promise.resolve(opened?.readDetail(traceId, key, store)),
  findOpenedText: (traceId, text) => Promise.resolve(opened?.findText(traceId, text) ?? []),
  keepOpened: async (file, ticket) => {
    assert(opened, "a file was opened");
    const check = (): Promise<void> => yieldAndCheckCancelled(ticket);
    return opened.keep(file, check, spans => void peer.remote.onStored(spans));
  },
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

const peer = connectPeer<FileHostApi>(openPortChannel(port), api, error => {
  console.error(error);
});
