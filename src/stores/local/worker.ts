/**
 * The worker that reads and writes the embedded store's file, so that neither holds up its owner: the window has one to
 * read by, the collector one to write by. Bundled to dist/localWorker.cjs; runs from source where Node strips types.
 * Knows no editor.
 *
 * Each question is answered in one go, or in stretches with a breath between them where it may take long; no
 * transaction outlives a stretch.
 */

import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../../base/assert.ts";
import { TraceError } from "../../model/failure.ts";
import { connectPeer, PeerGone } from "../../threads/rpc.ts";
import { openPortChannel } from "../../threads/portChannel.ts";
import type { Ticket } from "../../threads/workerLink.ts";
import { ChangeFeed } from "./read/changeFeed.ts";
import { isBusy, isDamage, openDatabase, toFailure } from "./file/database.ts";
import type { LocalHostApi, LocalWorkerApi, LocalWorkerData } from "./localApi.ts";
import { CommitBuilder } from "./log/commitBuilder.ts";
import { Tables } from "./file/tables.ts";
import { MaintenanceTurns } from "./maintenance/maintenanceTurns.ts";

/** How often the file is asked whether another process wrote to it; the promise is "within a second". */
const POLL_MS = 400;

const { file, store, ...started } = workerData as LocalWorkerData;
const port = parentPort;
assert(port, "runs in a worker");

let tables: Tables | undefined;
let changes: ChangeFeed | undefined;
let capBytes = started.capBytes ?? Number.POSITIVE_INFINITY;
let isSuspect = false;
const notes: string[] = [];
/** Those long questions that someone still waits for. */
const awaited = new Set<Ticket>();
let poll: NodeJS.Timeout | undefined;
const turns = new MaintenanceTurns(keepUp);

function openTables(): Tables {
  if (tables !== undefined) return tables;
  const opened = openDatabase(file, store, isSuspect);
  isSuspect = false;
  notes.push(...opened.notes);
  tables = new Tables(opened.sql, file, store, capBytes);
  changes = new ChangeFeed(opened.sql);
  return tables;
}

/** The next question looks through the whole file and moves it aside if it must. */
function closeSuspect(): void {
  isSuspect = true;
  tables?.dispose();
  tables = undefined;
}

/** Opens the file where it is not open, and says what SQLite says as a fact. */
async function use<T>(run: (tables: Tables) => T | Promise<T>): Promise<T> {
  try {
    return await run(openTables());
  } catch (error) {
    if (isDamage(error)) closeSuspect();
    const failure = toFailure(error, store, file);
    throw failure === undefined ? error : new TraceError(failure, { cause: error });
  }
}

/** For questions that may take long: answered in stretches, and dropped when nobody waits any more. */
async function useLong<T>(
  ticket: Ticket,
  run: (tables: Tables, yieldAndCheckCancelled: () => Promise<void>) => Promise<T>,
): Promise<T> {
  awaited.add(ticket);
  const yieldAndCheckCancelled = async (): Promise<void> => {
    await new Promise(resolve => setImmediate(resolve));
    if (!awaited.has(ticket)) throw new PeerGone();
  };
  try {
    return await use(open => run(open, yieldAndCheckCancelled));
  } finally {
    awaited.delete(ticket);
  }
}

function tellChanges(isForced: boolean): void {
  if (poll === undefined || changes === undefined) return;
  const traceIds = changes.take();
  if (traceIds.length > 0 || isForced) void peer.remote.changed(traceIds);
}

function keepUp(untilMs: number): boolean {
  try {
    return tables?.maintenance.work(untilMs) ?? false;
  } catch (error) {
    // Whoever asks the store next hears of it; there is nobody to tell here.
    if (isDamage(error)) closeSuspect();
    return false;
  }
}

const api: LocalWorkerApi = {
  addSpans: ({ bytes, ends }) =>
    use(open => {
      const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const builder = new CommitBuilder();
      ends.forEach((end, i) => builder.addEncoded(all.subarray(ends[i - 1] ?? 0, end)));
      const committed = open.writer.commit(builder.take());
      if (committed.batches > 0) tellChanges(false);
      turns.take();
      return committed.listTraces();
    }),
  writeCommit: commit =>
    use(open => {
      const startMs = performance.now();
      try {
        open.writer.commit(commit, () => void peer.remote.awaitingFsync());
      } catch (error) {
        if (isBusy(error)) return "busy";
        throw error;
      }
      turns.take(performance.now() - startMs);
      return commit.terms;
    }),
  deleteTraces: traceIds =>
    use(open => {
      const deleted = open.removal.deleteTraces(traceIds);
      if (deleted.length > 0) tellChanges(true);
      turns.take();
      return deleted;
    }),
  pinTrace: (traceId, isPinned) =>
    use(open => {
      const isThere = open.pinTrace(traceId, isPinned);
      if (isThere) tellChanges(true);
      return isThere;
    }),
  clear: () =>
    use(open => {
      open.removal.clear();
      tellChanges(true);
      turns.take();
    }),
  setCap: bytes =>
    use(open => {
      capBytes = bytes;
      open.maintenance.setCap(bytes);
      turns.take();
    }),
  readTrace: (traceId, ticket) =>
    useLong(ticket, (open, yieldAndCheckCancelled) =>
      open.reader.readTrace(traceId, yieldAndCheckCancelled),
    ),
  readDetail: (traceId, spanId, slot) => use(open => open.reader.readDetail(traceId, spanId, slot)),
  findId: id => use(open => open.briefs.findId(id)),
  readChildren: spanId => use(open => open.briefs.readChildren(spanId)),
  searchTraces: (query, ticket) =>
    useLong(ticket, (open, yieldAndCheckCancelled) =>
      open.search.search(query, yieldAndCheckCancelled),
    ),
  listServices: () => use(open => open.operations.listServices()),
  listOperations: service => use(open => open.operations.listOperations(service)),
  readFacts: () =>
    use(open => ({
      file,
      sqliteVersion: process.versions["sqlite"] ?? "",
      ...open.readFacts(),
      notes,
    })),
  watch: isOn =>
    use(() => {
      clearInterval(poll);
      poll = undefined;
      if (!isOn) return;
      changes?.take();
      poll = setInterval(() => {
        // A file that cannot be read now says so to whoever asks; the watcher just goes on.
        if (changes?.isChangedElsewhere() === true) tellChanges(true);
      }, POLL_MS);
    }),
  cancel: ticket => {
    awaited.delete(ticket);
    return Promise.resolve();
  },
  close: () => {
    clearInterval(poll);
    turns.dispose();
    tables?.dispose();
    tables = undefined;
    port.close();
    return Promise.resolve();
  },
};

const peer = connectPeer<LocalHostApi>(openPortChannel(port), api, error => {
  console.error(error);
});
