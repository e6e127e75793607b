/** The questions that the extension host may ask of the worker that reads trace files. Types only. */

import type { LogPage } from "../../model/logRecord.ts";
import type { SpanDetail } from "../../model/spanDetail.ts";
import type { Problem } from "../../model/problem.ts";
import type {
  Found,
  SpanBrief,
  TraceBrief,
  TracePage,
  TraceQuery,
} from "../../model/traceStore.ts";
import type { LinkedApi, Ticket } from "../../threads/workerLink.ts";
import type { TraceCells } from "../local/read/traceCells.ts";
import type { FileFacts, FileTrace, FullFile } from "./fileTraces.ts";

/** The data that the worker is started with. */
export interface FileWorkerData {
  readonly path: string;
  readonly store: string;
  /** The files that ended earlier workers: they are read again only where they have become smaller. */
  readonly full: readonly FullFile[];
}

/** A file that is shown, and whose spans go into the embedded store. */
export interface FileToOpen {
  readonly bytes: Uint8Array;
  /** Named in the details as the source. */
  readonly name: string;
  /** For failures. */
  readonly path: string;
}

export interface OpenedFacts {
  readonly spanCount: number;
  /** The id of its only trace. */
  readonly traceId?: string;
  /** Where it has several, newest first. */
  readonly traces: readonly TraceBrief[];
  readonly problems: readonly Problem[];
  /** The logs of a file that has no spans. */
  readonly logs?: LogPage;
}

export interface FileToKeep {
  /** The embedded store's own file. */
  readonly into: string;
  /** The embedded store's worker, which writes; where it is absent, this thread does. */
  readonly workerPath?: string;
}

export interface StoredFile {
  readonly stored: number;
  /** The problems of the spans that could not be kept. */
  readonly problems: readonly Problem[];
}

/** The calls that the worker makes while it reads or keeps a file. */
export type FileHostApi = {
  /** From now on this file is read: where the worker ends, it may be why. */
  onRead(path: string, size: number): Promise<void>;
  /** So many spans are on disk. */
  onStored(spans: number): Promise<void>;
};

export type FileWorkerApi = LinkedApi & {
  readTrace(traceId: string, ticket: Ticket): Promise<FileTrace | undefined>;
  readDetail(key: string): Promise<SpanDetail>;
  findId(id: string, ticket: Ticket): Promise<readonly Found[]>;
  readChildren(spanId: string, ticket: Ticket): Promise<readonly SpanBrief[]>;
  searchTraces(query: TraceQuery, ticket: Ticket): Promise<TracePage>;
  listServices(ticket: Ticket): Promise<readonly string[]>;
  listOperations(service: string, ticket: Ticket): Promise<readonly string[]>;
  readFacts(ticket: Ticket): Promise<FileFacts>;
  /** From now on this file is the one that is opened; `buffers` are handed over. Rejects with `unreadableFile`. */
  openFile(file: FileToOpen, buffers: readonly ArrayBuffer[]): Promise<OpenedFacts>;
  readOpened(traceId: string): Promise<TraceCells | undefined>;
  /** `store` is the one that will tell it. */
  readOpenedDetail(traceId: string, key: string, store: string): Promise<SpanDetail | undefined>;
  findOpenedText(traceId: string, text: string): Promise<readonly string[]>;
  /** Answers when all spans of the opened file are on disk. */
  keepOpened(file: FileToKeep, ticket: Ticket): Promise<StoredFile>;
};
