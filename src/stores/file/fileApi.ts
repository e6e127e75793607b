/** What the extension host may ask of the worker that reads trace files. Types only. */

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
import type { FileFacts, FileTrace } from "./fileTraces.ts";

/** What the worker is started with. */
export interface FileWorkerData {
  readonly path: string;
  readonly store: string;
}

/** A file whose spans go into the embedded store. */
export interface FileToImport {
  readonly bytes: Uint8Array;
  /** Named in the details as the teller. */
  readonly name: string;
  /** For failures. */
  readonly path: string;
  /** The embedded store's own file. */
  readonly into: string;
}

export interface ImportedFile {
  /** Newest first. */
  readonly traces: readonly TraceBrief[];
  readonly problems: readonly Problem[];
}

export type FileWorkerApi = LinkedApi & {
  readTrace(traceId: string, ticket: Ticket): Promise<FileTrace | undefined>;
  readDetail(key: string): Promise<SpanDetail>;
  findId(id: string, ticket: Ticket): Promise<readonly Found[]>;
  readChildren(spanId: string, ticket: Ticket): Promise<readonly SpanBrief[]>;
  searchTraces(query: TraceQuery, ticket: Ticket): Promise<TracePage>;
  listServices(ticket: Ticket): Promise<readonly string[]>;
  listOperations(service: string, ticket: Ticket): Promise<readonly string[]>;
  readFacts(ticket: Ticket): Promise<FileFacts>;
  /** Answers when all spans are on disk. Rejects with `unreadableFile`. */
  importFile(file: FileToImport, ticket: Ticket): Promise<ImportedFile>;
};
