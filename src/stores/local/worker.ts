/**
 * The worker that owns the embedded store's file: the only thread of a window that touches it. Bundled to
 * dist/localWorker.cjs; runs from source where Node strips types. Knows no editor.
 *
 * Each question is answered in one go, or in stretches with a breath between them where it may take long; no
 * transaction outlives a stretch.
 */

import { statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../../base/assert.ts";
import { TraceError } from "../../model/failure.ts";
import { connectPeer, PeerGone } from "../../protocol/rpc.ts";
import { isDamage, openDatabase, toFailure } from "./database.ts";
import {
  openPortChannel,
  type LocalFacts,
  type LocalHostApi,
  type LocalWorkerApi,
  type LocalWorkerData,
  type Ticket,
} from "./localApi.ts";
import { SpanBriefs } from "./spanBriefs.ts";
import { SpanWriter } from "./spanWriter.ts";
import { Strings } from "./strings.ts";
import { TraceReader } from "./traceReader.ts";
import { TraceSearch } from "./traceSearch.ts";

/** How often the file is asked whether another process wrote to it; the promise is "within a second". */
const POLL_MS = 400;

const { file, store } = workerData as LocalWorkerData;
const port = parentPort;
assert(port, "runs in a worker");

/** The open file and what reads and writes it. */
class Tables {
  readonly sql: DatabaseSync;
  readonly writer: SpanWriter;
  readonly reader: TraceReader;
  readonly briefs: SpanBriefs;
  readonly search: TraceSearch;
  readonly strings: Strings;
  /** The highest `trace.changed` that the host was told of. */
  toldChanges: number;
  #dataVersion: unknown;

  constructor(sql: DatabaseSync) {
    this.sql = sql;
    this.strings = new Strings(sql);
    this.writer = new SpanWriter(sql, this.strings);
    this.reader = new TraceReader(sql, this.strings);
    this.briefs = new SpanBriefs(sql, this.strings);
    this.search = new TraceSearch(sql, this.strings, this.briefs);
    this.toldChanges = this.#read("SELECT max(changed) AS value FROM trace");
    this.isChangedElsewhere();
  }

  /** Whether another process wrote since this was last asked. */
  isChangedElsewhere(): boolean {
    const version = this.sql.prepare("PRAGMA data_version").get()?.["data_version"];
    const isChanged = version !== this.#dataVersion;
    this.#dataVersion = version;
    return isChanged;
  }

  takeChanges(): string[] {
    const rows = this.sql
      .prepare("SELECT trace_id, changed FROM trace WHERE changed > ? ORDER BY changed")
      .all(this.toldChanges) as unknown as { trace_id: string; changed: number }[];
    this.toldChanges = rows.at(-1)?.changed ?? this.toldChanges;
    return rows.map(row => row.trace_id);
  }

  readFacts(notes: readonly string[]): LocalFacts {
    const wal = statSync(`${file}-wal`, { throwIfNoEntry: false });
    const counts = this.sql
      .prepare("SELECT count(*) AS traces, coalesce(sum(span_count), 0) AS spans FROM trace")
      .get() as { traces: number; spans: number };
    return {
      file,
      sqliteVersion: process.versions["sqlite"] ?? "",
      bytes: statSync(file).size + (wal?.size ?? 0),
      traceCount: counts.traces,
      spanCount: counts.spans,
      notes,
    };
  }

  #read(sql: string): number {
    return (this.sql.prepare(sql).get() as { value: number | null }).value ?? 0;
  }
}

let tables: Tables | undefined;
let isSuspect = false;
const notes: string[] = [];
/** Those long questions that someone still waits for. */
const awaited = new Set<Ticket>();
let poll: NodeJS.Timeout | undefined;

function openTables(): Tables {
  if (tables !== undefined) return tables;
  const opened = openDatabase(file, store, isSuspect);
  isSuspect = false;
  notes.push(...opened.notes);
  tables = new Tables(opened.sql);
  return tables;
}

/** Opens the file where it is not open, and says what SQLite says as a fact. */
async function use<T>(run: (tables: Tables) => T | Promise<T>): Promise<T> {
  try {
    return await run(openTables());
  } catch (error) {
    if (isDamage(error)) {
      // The next question looks through the whole file and moves it aside if it must.
      isSuspect = true;
      tables?.sql.close();
      tables = undefined;
    }
    const failure = toFailure(error, store, file);
    throw failure === undefined ? error : new TraceError(failure, { cause: error });
  }
}

/** For questions that may take long: answered in stretches, and dropped when nobody waits any more. */
async function useLong<T>(
  ticket: Ticket,
  run: (tables: Tables, breathe: () => Promise<void>) => Promise<T>,
): Promise<T> {
  awaited.add(ticket);
  const breathe = async (): Promise<void> => {
    await new Promise(resolve => setImmediate(resolve));
    if (!awaited.has(ticket)) throw new PeerGone();
  };
  try {
    return await use(open => run(open, breathe));
  } finally {
    awaited.delete(ticket);
  }
}

function tellChanges(from: Tables, isForced: boolean): void {
  if (poll === undefined) return;
  const traceIds = from.takeChanges();
  if (traceIds.length > 0 || isForced) void peer.remote.changed(traceIds);
}

const api: LocalWorkerApi = {
  addSpans: rows =>
    use(open => {
      const traceIds = open.writer.addSpans(rows);
      if (traceIds.length > 0) tellChanges(open, false);
      return traceIds;
    }),
  deleteTraces: traceIds =>
    use(open => {
      const deleted = open.writer.deleteTraces(traceIds);
      if (deleted.length > 0) tellChanges(open, true);
      return deleted;
    }),
  pinTrace: () => Promise.resolve(false),
  clear: () => Promise.resolve(),
  setCap: () => Promise.resolve(),
  readTrace: (traceId, ticket) =>
    useLong(ticket, (open, breathe) => open.reader.readTrace(traceId, breathe)),
  readDetail: (traceId, spanId, slot) => use(open => open.briefs.readDetail(traceId, spanId, slot)),
  findId: id => use(open => open.briefs.findId(id)),
  readChildren: spanId => use(open => open.briefs.readChildren(spanId)),
  searchTraces: (query, ticket) =>
    useLong(ticket, (open, breathe) => open.search.search(query, breathe)),
  listServices: () =>
    use(open => sortTexts(open.search.readLabels().map(label => open.strings.getText(label)))),
  listOperations: service =>
    use(open => {
      const label = open.strings.find(service);
      const names = label === undefined ? [] : open.search.readNames(label);
      return sortTexts(names.map(name => open.strings.getText(name)));
    }),
  readFacts: () => use(open => open.readFacts(notes)),
  watch: isOn =>
    use(open => {
      clearInterval(poll);
      poll = undefined;
      if (!isOn) return;
      open.takeChanges();
      poll = setInterval(() => {
        // A file that cannot be read now says so to whoever asks; the watcher just goes on.
        if (tables?.isChangedElsewhere() === true) tellChanges(tables, true);
      }, POLL_MS);
    }),
  cancel: ticket => {
    awaited.delete(ticket);
    return Promise.resolve();
  },
  close: () => {
    clearInterval(poll);
    tables?.sql.close();
    tables = undefined;
    port.close();
    return Promise.resolve();
  },
};

function sortTexts(texts: readonly string[]): string[] {
  return texts.filter(text => text !== "").sort();
}

const peer = connectPeer<LocalHostApi>(openPortChannel(port), api, error => {
  console.error(error);
});
