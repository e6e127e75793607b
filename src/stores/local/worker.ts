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
import type { WorkspaceCommit } from "../../model/workspaceCommit.ts";
import { connectPeer, PeerGone } from "../../threads/rpc.ts";
import { openPortChannel } from "../../threads/portChannel.ts";
import type { Ticket } from "../../threads/workerLink.ts";
import { readLogs } from "./read/logReader.ts";
import { ChangeFeed } from "./read/changeFeed.ts";
import { isBusy } from "./file/sqliteError.ts";
import { listNotes } from "./recovery/notes.ts";
import { StoreHandle } from "./recovery/storeHandle.ts";
import type { LocalHostApi, LocalWorkerApi, LocalWorkerData } from "./localApi.ts";
import type { Tables } from "./file/tables.ts";

/** How often the file is asked whether another process wrote to it; the promise is "within a second". */
const POLL_MS = 400;

/** Who has not searched for so long reads, or has gone; a trace's bytes are up to 128 MB. */
const FORGET_MS = 300_000;

const { file, store, ...started } = workerData as LocalWorkerData;
const port = parentPort;
assert(port, "runs in a worker");

const handle = new StoreHandle({
  ...{ file, store, isOwner: started.isOwner ?? false },
  capBytes: started.capBytes ?? Number.POSITIVE_INFINITY,
  onOpen: ({ sql, captures }) => {
    const isAgain = changes !== undefined;
    changes = new ChangeFeed(sql);
    // Of a new file after the old one was set aside.
    if (isAgain) captures.set(workspace);
    if (isAgain) tellChanges(true);
  },
});
let changes: ChangeFeed | undefined;
/** The long questions that someone still waits for. */
const awaited = new Set<Ticket>();
let poll: NodeJS.Timeout | undefined;
let forgetting: NodeJS.Timeout | undefined;
/** At which commits the repositories of this window are. */
let workspace: readonly WorkspaceCommit[] = [];

function use<T>(run: (tables: Tables) => T | Promise<T>): Promise<T> {
  return handle.use(run);
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

function forgetLater({ bytes }: Tables): void {
  clearTimeout(forgetting);
  forgetting = setTimeout(() => bytes.forget(), FORGET_MS).unref();
}

const api: LocalWorkerApi = {
  writeCommit: commit =>
    use(() => {
      const startMs = performance.now();
      try {
        handle.commit(commit, () => void peer.remote.awaitingFsync());
      } catch (error) {
        if (isBusy(error)) return "busy";
        throw error;
      }
      handle.turns.take(performance.now() - startMs);
      return commit.terms;
    }),
  deleteTraces: traceIds =>
    use(open => {
      const names = traceIds.flatMap(id => open.reader.listNames(id));
      const deleted = open.removal.deleteTraces(names);
      if (deleted.length > 0) {
        open.runs.forget();
        tellChanges(true);
      }
      handle.turns.take();
      return deleted;
    }),
  pinTrace: (traceId, isPinned) =>
    use(open => {
      const names = open.reader.listNames(traceId);
      const isThere = names.map(id => open.pinTrace(id, isPinned)).includes(true);
      if (isThere) tellChanges(true);
      return isThere;
    }),
  clear: () =>
    use(open => {
      open.removal.clear();
      open.runs.forget();
      tellChanges(true);
      handle.turns.take();
    }),
  setCap: bytes =>
    use(() => {
      handle.setCap(bytes);
    }),
  check: () =>
    use(() => {
      handle.check();
    }),
  readTrace: (traceId, ticket) =>
    useLong(ticket, async (open, yieldAndCheckCancelled) => {
      const cells = await open.reader.readTrace(traceId, yieldAndCheckCancelled);
      const trace = open.reader.findTrace(traceId);
      return cells && trace !== undefined
        ? { ...cells, captured: open.captures.find(trace) }
        : cells;
    }),
  findText: (traceId, text, from) =>
    use(open => {
      forgetLater(open);
      return open.textSearch.find(traceId, text, from);
    }),
  prepareFind: (traceId, ticket) =>
    useLong(ticket, (open, yieldAndCheckCancelled) => {
      forgetLater(open);
      return open.textSearch.prepare(traceId, yieldAndCheckCancelled);
    }),
  readDetail: (traceId, spanId, slot) => use(open => open.reader.readDetail(traceId, spanId, slot)),
  findId: id => use(open => open.briefs.findId(id)),
  readChildren: spanId => use(open => open.briefs.readChildren(spanId)),
  searchTraces: (query, ticket) =>
    useLong(ticket, (open, yieldAndCheckCancelled) =>
      open.search.search(query, yieldAndCheckCancelled),
    ),
  listServices: () => use(open => open.operations.listServices()),
  listOperations: service => use(open => open.operations.listOperations(service)),
  readRuns: since =>
    use(open => ({ ...open.runs.readRuns(since), captures: open.captures.readLog() })),
  readRun: (key, isFailed) => use(open => open.runs.readRun(key, isFailed)),
  listRuns: (keys, limit) => use(open => open.runs.listRuns(keys, limit)),
  readLogs: query => use(open => readLogs(open.reader, query)),
  readFacts: () =>
    use(open => ({
      file,
      sqliteVersion: process.versions["sqlite"] ?? "",
      ...open.readFacts(),
      notes: listNotes(open.sql),
    })),
  setWorkspace: commits =>
    use(open => {
      workspace = commits;
      open.captures.set(commits);
    }),
  watch: isOn =>
    use(() => {
      clearInterval(poll);
      poll = undefined;
      if (!isOn) return;
      changes?.take();
      poll = setInterval(() => {
        const look = (open: Tables): void => {
          if (changes?.isChangedElsewhere() !== true) return;
          open.captures.check();
          tellChanges(true);
        };
        // A file that cannot be read now says so to whoever asks; the watcher just goes on.
        use(look).catch(() => undefined);
      }, POLL_MS);
    }),
  cancel: ticket => {
    awaited.delete(ticket);
    return Promise.resolve();
  },
  close: async () => {
    clearInterval(poll);
    clearTimeout(forgetting);
    // What the window said ends with it; where that cannot be written, its process is found to be gone.
    if (workspace.length > 0) await use(open => open.captures.set([])).catch(() => undefined);
    handle.dispose();
    port.close();
  },
};

const peer = connectPeer<LocalHostApi>(openPortChannel(port), api, error => {
  console.error(error);
});
