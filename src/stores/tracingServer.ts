/**
 * The part of a trace store that all tracing servers have in common: they tell whole traces by their ids, and are asked
 * for spans and tasks in ways of their own, which each product's adapter adds. Knows no product and no wire format.
 */

import { listHexTraceIds } from "../model/idSpellings.ts";
import type { SpanRecord, SpanRecords } from "../model/spanRecord.ts";
import type { StoredTrace } from "../model/trace.ts";
import type {
  Found,
  SpanBrief,
  StoreHealth,
  StoreKind,
  TracePage,
  TraceQuery,
  TraceStore,
} from "../model/traceStore.ts";
import { HttpClient, type HttpStoreOptions } from "./http/httpClient.ts";
import {
  chooseTrace,
  isSearchable,
  RecentSpans,
  toChildren,
  toFoundSpan,
  toFoundTrace,
  toStoredTrace,
} from "./wholeTraces.ts";

/** As many as a person looks through for one id. */
export const MAX_FOUND = 20;
/** As long as it takes to go from what was found to its trace; the server may know more of it later. */
const FOUND_MS = 5_000;

export abstract class TracingServer implements TraceStore {
  abstract readonly kind: StoreKind;
  readonly name: string;
  protected readonly client: HttpClient;
  /** The server cannot be asked for a span's id: spans are found in the traces that were read lately. */
  protected readonly recent = new RecentSpans();
  /** The trace that an id was just found in, so that it is not read again to be shown. */
  #found: { readonly traceId: string; readonly trace: SpanRecords } | undefined;
  #forgetting: NodeJS.Timeout | undefined;

  /** `tenantHeader`: where the product wants the tenant. */
  constructor(options: HttpStoreOptions, tenantHeader?: string) {
    this.name = options.name;
    this.client = new HttpClient(options, tenantHeader);
  }

  /** All that the server has under the forms that a trace's id may have. */
  protected abstract readRecords(traceId: string, signal: AbortSignal): Promise<SpanRecords>;
  /** The spans that carry a task's id, the one that ran it first. */
  protected abstract findTask(id: string, signal: AbortSignal): Promise<readonly Found[]>;
  /** The names are not empty. */
  protected abstract readOperations(
    service: string,
    signal: AbortSignal,
  ): Promise<readonly string[]>;
  abstract searchTraces(query: TraceQuery, signal: AbortSignal): Promise<TracePage>;
  abstract listServices(signal: AbortSignal): Promise<readonly string[]>;
  abstract checkHealth(signal: AbortSignal): Promise<StoreHealth>;

  async readTrace(traceId: string, signal: AbortSignal): Promise<StoredTrace | undefined> {
    signal.throwIfAborted();
    const found = this.#found?.traceId === traceId ? this.#found.trace : undefined;
    this.#forget();
    const { records, problems } = found ?? (await this.readLately(traceId, signal));
    return records.length === 0 ? undefined : toStoredTrace(this.name, records, problems);
  }

  async findId(id: string, signal: AbortSignal): Promise<readonly Found[]> {
    signal.throwIfAborted();
    const sought = id.trim();
    if (!isSearchable(sought)) return [];
    const trace = await this.readLately(sought, signal);
    if (trace.records.length > 0) {
      const found = toFoundTrace(trace.records);
      this.#remember(found.traceId, trace);
      return [found];
    }
    const spans = await this.findSpan(sought, signal);
    return spans.length > 0 ? spans : this.findTask(sought, signal);
  }

  async readChildren(spanId: string, signal: AbortSignal): Promise<readonly SpanBrief[]> {
    signal.throwIfAborted();
    const span = this.recent.find(spanId);
    if (span === undefined) return [];
    const { records } = await this.readLately(span.traceId, signal);
    return toChildren(records, span.spanId);
  }

  async listOperations(service: string, signal: AbortSignal): Promise<readonly string[]> {
    return service === "" ? [] : this.readOperations(service, signal);
  }

  dispose(): void {
    this.#forget();
    this.client.dispose();
  }

  /** The spans of this id, where they were read lately. */
  protected async findSpan(id: string, signal: AbortSignal): Promise<readonly Found[]> {
    const span = this.recent.find(id);
    if (span === undefined) return [];
    const trace = await this.readLately(span.traceId, signal);
    const same = trace.records.filter(record => record.span.spanId === span.spanId);
    if (same.length > 0) this.#remember(span.traceId, trace);
    return same.map(record => toFoundSpan(trace.records, record));
  }

  /** Remembers where the spans of the trace are. */
  protected async readLately(traceId: string, signal: AbortSignal): Promise<SpanRecords> {
    signal.throwIfAborted();
    const trace = await this.readRecords(traceId, signal);
    this.recent.add(trace.records);
    return trace;
  }

  /**
   * Both forms of a long id at once: some tracers of a trace may have passed on its low half alone, which servers keep
   * apart. One that joins them answers both with the same spans, which count once.
   */
  protected async readForms(
    traceId: string,
    read: (form: string) => Promise<SpanRecords>,
  ): Promise<SpanRecords> {
    const forms = listHexTraceIds(traceId);
    const answers = await Promise.all(forms.map(read));
    const knownKeys = new Set<string>();
    const once = answers.map(({ records, problems }) => {
      const others = records.filter(record => !knownKeys.has(keyOf(record)));
      for (const record of others) knownKeys.add(keyOf(record));
      return { records: others, problems: others.length < records.length ? [] : problems };
    });
    const all = once.flatMap(({ records }) => records);
    return {
      records: chooseTrace(all, forms),
      problems: once.flatMap(({ problems }) => problems),
    };
  }

  #remember(traceId: string, trace: SpanRecords): void {
    this.#forget();
    this.#found = { traceId, trace };
    this.#forgetting = setTimeout(() => this.#forget(), FOUND_MS).unref();
  }

  #forget(): void {
    clearTimeout(this.#forgetting);
    this.#found = undefined;
  }
}

/** Both sides of a call may have one id. */
function keyOf({ span: { spanId, kind, startUnixNs } }: SpanRecord): string {
  return `${spanId} ${kind} ${startUnixNs}`;
}
