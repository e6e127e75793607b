/** The questions that the extension host and the embedded store's worker ask of each other. Types only. */

import type { LogPage, LogQuery } from "../../model/logRecord.ts";
import type { RunBrief, RunsAnswer, RunsMark, RunSpan } from "../../model/operationRuns.ts";
import type { FoundKeys, SpanDetail } from "../../model/spanDetail.ts";
import type { Found, SpanBrief, TracePage, TraceQuery } from "../../model/traceStore.ts";
import type { WorkspaceCommit } from "../../model/workspaceCommit.ts";
import type { LinkedApi, Ticket } from "../../threads/workerLink.ts";
import type { Pairs } from "./index/pairSort.ts";
import type { Commit } from "./log/commitBuilder.ts";
import type { TraceCells } from "./read/traceCells.ts";

export interface LocalFacts {
  readonly file: string;
  readonly sqliteVersion: string;
  /** The file with its write-ahead log. */
  readonly bytes: number;
  readonly traceCount: number;
  /** How many of them stay when all are cleared. */
  readonly pinnedCount: number;
  readonly spanCount: number;
  /** The notes on what happened while opening that a person should know: a damaged file was moved aside. */
  readonly notes: readonly string[];
}

/** The data that the worker is started with. */
export interface LocalWorkerData {
  readonly file: string;
  /** The store's name, for failures. */
  readonly store: string;
  /** How large it may grow; as large as it likes until `setCap`. */
  readonly capBytes?: number;
  /** Whether this process holds the owner's lock for as long as the worker runs. */
  readonly isOwner?: boolean;
}

/** Everything the host may ask of the worker. */
export type LocalWorkerApi = LinkedApi & {
  /** Writes what a `CommitBuilder` has taken, with its buffers, which are handed over; those of its terms come back. */
  writeCommit(commit: Commit, buffers: readonly ArrayBuffer[]): Promise<Pairs | "busy">;
  /** Looks whether the file is still there and well, and recovers it where it is not. */
  check(): Promise<void>;
  /** The ids of those that were there. */
  deleteTraces(traceIds: readonly string[]): Promise<readonly string[]>;
  /** A pinned trace stays when older ones go and when all are cleared. Answers whether it is there. */
  pinTrace(traceId: string, isPinned: boolean): Promise<boolean>;
  /** Deletes every trace that is not pinned. */
  clear(): Promise<void>;
  /** From now on the oldest traces go when the file holds more. */
  setCap(bytes: number): Promise<void>;
  readTrace(traceId: string, ticket: Ticket): Promise<TraceCells | undefined>;
  /** The details that hold this text, whatever its case: asked again from `next` on. */
  findText(traceId: string, text: string, from: number): Promise<FoundKeys>;
  /** Reads what `findText` looks into, ahead of the first question. */
  prepareFind(traceId: string, ticket: Ticket): Promise<void>;
  readDetail(traceId: string, spanId: string, slot: number): Promise<SpanDetail | undefined>;
  findId(id: string): Promise<readonly Found[]>;
  readChildren(spanId: string): Promise<readonly SpanBrief[]>;
  searchTraces(query: TraceQuery, ticket: Ticket): Promise<TracePage>;
  listServices(): Promise<readonly string[]>;
  listOperations(service: string): Promise<readonly string[]>;
  readRuns(since: RunsMark | undefined): Promise<RunsAnswer>;
  readRun(key: string, isFailed: boolean): Promise<RunSpan | undefined>;
  listRuns(keys: readonly string[], limit: number): Promise<readonly RunBrief[]>;
  /** Reads what came as logs: of a trace, or without one. */
  readLogs(query: LogQuery): Promise<LogPage>;
  readFacts(): Promise<LocalFacts>;
  /** New traces come in while the window's repositories are so, until it says otherwise or closes. */
  setWorkspace(commits: readonly WorkspaceCommit[]): Promise<void>;
  /** From now on `changed` is told, or no longer. */
  watch(isOn: boolean): Promise<void>;
};

/** The questions that the store passes on as they are. */
export type PassedCall =
  | ("deleteTraces" | "pinTrace" | "clear" | "setCap" | "findId" | "readChildren" | "listServices")
  | ("listOperations" | "readRuns" | "readRun" | "listRuns" | "readLogs" | "readFacts");

/** With the signal of who asks behind what is asked. */
export type PassedCalls = {
  readonly [Name in PassedCall]: (
    ...asked: [...Parameters<LocalWorkerApi[Name]>, signal: AbortSignal]
  ) => ReturnType<LocalWorkerApi[Name]>;
};

/** Everything the worker may tell the host. */
export type LocalHostApi = {
  /** The commit is written and waits for the disk: the next may come. Only to who asks to `writeCommit`. */
  awaitingFsync(): Promise<void>;
  /** Traces that came or grew, in this or another process; none where some were deleted. */
  changed(traceIds: readonly string[]): Promise<void>;
};
