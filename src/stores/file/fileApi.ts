/** What the extension host may ask of the worker that reads trace files. Types only. */

import type { SpanDetail } from "../../model/spanDetail.ts";
import type { Found, SpanBrief, TracePage, TraceQuery } from "../traceStore.ts";
import type { LinkedApi, Ticket } from "../workerLink.ts";
import type { FileFacts, FileTrace } from "./fileTraces.ts";

/** What the worker is started with. */
export interface FileWorkerData {
  readonly path: string;
  readonly store: string;
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
};
