/**
 * A Tempo server as a trace store. It only reads.
 *
 * Tempo searches by TraceQL, spans' ids and attributes alike, and answers with little: the traces themselves are read by
 * their ids.
 */

import { uuid7UnixMs } from "../../model/ids.ts";
import { listHexSpanIds } from "../../model/idSpellings.ts";
import { getFailure } from "../../model/failure.ts";
import type { SpanRecord, SpanRecords } from "../../model/spanRecord.ts";
import type { HttpStoreOptions } from "../http/httpClient.ts";
import { ProductGuard } from "../http/productGuard.ts";
import type {
  Found,
  SpanBrief,
  StoreHealth,
  TracePage,
  TraceQuery,
  TraceStore,
} from "../../model/traceStore.ts";
import { MAX_FOUND, TracingServer } from "../tracingServer.ts";
import { findTaskSpans, toChildren, toFoundSpan } from "../wholeTraces.ts";
import { searchWindows, type Window, type WindowAnswer } from "../windowSearch.ts";
import { TempoApi, type TempoHit } from "./tempoApi.ts";
import { toChildrenQuery, toServiceQuery, toSpanQuery, toTaskQuery, toTraceQl } from "./traceql.ts";

const HEX = /^[0-9a-f]{1,32}$/i;
const PLAIN = /^[\w.-]+$/;
const MAX_CHILDREN = 1_000;
/** Tempo refuses to search more than a week at once; the seconds it counts in are whole ones. */
const REACH_MS = 7 * 86_400_000 - 2_000;
const SLACK_MS = 60_000;
/** Hits that are looked at for the newest: servers of old answer in no order. */
const SEARCH_SIZE = 100;
const READS_AT_ONCE = 6;

/** Connects on the first question. Throws `storeMisconfigured`. */
export function openTempoStore(options: HttpStoreOptions): TraceStore {
  return new TempoStore(options);
}

class TempoStore extends TracingServer {
  readonly kind = "tempo";
  readonly #guard = new ProductGuard(this.client, "tempo");
  readonly #api = new TempoApi(this.client);

  constructor(options: HttpStoreOptions) {
    super(options, "x-scope-orgid");
  }

  override async readChildren(spanId: string, signal: AbortSignal): Promise<readonly SpanBrief[]> {
    signal.throwIfAborted();
    const [sought] = listHexSpanIds(spanId);
    if (sought === undefined) return [];
    if (this.recent.find(sought) !== undefined) return super.readChildren(sought, signal);
    const traces = await this.#searchSpans(toChildrenQuery(sought), signal);
    return traces.flatMap(records => toChildren(records, sought)).slice(0, MAX_CHILDREN);
  }

  async searchTraces(query: TraceQuery, signal: AbortSignal): Promise<TracePage> {
    signal.throwIfAborted();
    // Only what has ended is sent to it.
    if (query.status === "running") return { traces: [] };
    const traceQl = toTraceQl(query);
    const isSieved = query.text !== undefined || query.status === "ok";
    return searchWindows(query, window => this.#find(traceQl, window, signal), {
      sieveSize: isSieved ? SEARCH_SIZE / 2 : 0,
      reachMs: REACH_MS,
    });
  }

  async listServices(signal: AbortSignal): Promise<readonly string[]> {
    return this.#ask(
      () => this.#api.listValues("resource.service.name", "service.name", undefined, signal),
      signal,
    );
  }

  protected async readOperations(service: string, signal: AbortSignal): Promise<readonly string[]> {
    const query = toServiceQuery(service);
    const toUnixMs = Date.now() + SLACK_MS;
    const window = { fromUnixMs: toUnixMs - 86_400_000, toUnixMs, limit: MAX_FOUND };
    // Its completion leaves out some names, and takes no filter with other than plain letters in it.
    const [offered, found] = await Promise.all([
      PLAIN.test(service)
        ? this.#ask(() => this.#api.listValues("name", "name", query, signal), signal)
        : [],
      this.#ask(() => this.#api.listSpanNames(query, window, signal), signal),
    ]);
    return [...new Set([...offered, ...found])].sort();
  }

  async checkHealth(signal: AbortSignal): Promise<StoreHealth> {
    const services = await this.listServices(signal);
    const version = await this.#api.readVersion(signal);
    return {
      facts: [
        version === undefined ? "Tempo" : `Tempo ${version}`,
        { kind: "services", names: services },
      ],
      advice: [],
    };
  }

  protected async readRecords(traceId: string, signal: AbortSignal): Promise<SpanRecords> {
    return this.readForms(traceId, form =>
      this.#ask(() => this.#api.readTrace(form, signal), signal),
    );
  }

  async #find(
    traceQl: string,
    { fromUnixMs, toUnixMs, limit }: Window,
    signal: AbortSignal,
  ): Promise<WindowAnswer> {
    const size = Math.max(limit, SEARCH_SIZE);
    const search = async (endMs: number): Promise<readonly [number, readonly TempoHit[]]> => {
      const startMs = Math.max(fromUnixMs, endMs - REACH_MS);
      const window = { fromUnixMs: startMs, toUnixMs: endMs, limit: size };
      return [startMs, await this.#ask(() => this.#api.search(traceQl, window, signal), signal)];
    };
    // It files spans that came minutes late by when they came: an earlier end finds them only among all of few.
    const nowMs = Date.now() + SLACK_MS;
    const isLately = toUnixMs < nowMs && toUnixMs > nowMs - REACH_MS;
    let [lookedBackToMs, hits] = await search(isLately ? nowMs : toUnixMs);
    if (isLately && hits.length >= size) [lookedBackToMs, hits] = await search(toUnixMs);
    // It counts in whole seconds.
    const newest = hits
      .filter(hit => hit.startUnixMs <= toUnixMs)
      .sort((a, b) => b.startUnixMs - a.startUnixMs);
    const traces = await this.#readAll(
      newest.slice(0, limit).map(hit => hit.traceId),
      signal,
    );
    const isSeen = hits.length < size && newest.length <= limit;
    const isAll = isSeen && lookedBackToMs === fromUnixMs;
    return { traces, isAll, ...(isSeen && !isAll && { lookedBackToMs }) };
  }

  protected override async findSpan(id: string, signal: AbortSignal): Promise<readonly Found[]> {
    const recently = await super.findSpan(id, signal);
    if (recently.length > 0) return recently;
    for (const spanId of listHexSpanIds(id)) {
      const traces = await this.#searchSpans(toSpanQuery(spanId), signal);
      const found = traces.flatMap(records =>
        records
          .filter(({ span }) => span.spanId === spanId)
          .map(record => toFoundSpan(records, record)),
      );
      if (found.length > 0) return found;
    }
    return [];
  }

  protected async findTask(id: string, signal: AbortSignal): Promise<readonly Found[]> {
    if (HEX.test(id)) return [];
    const traces = await this.#searchAll(toTaskQuery(id), uuid7UnixMs(id), signal);
    return findTaskSpans(traces, id);
  }

  /** Servers of old do not know spans' ids in a search. */
  async #searchSpans(
    traceQl: string,
    signal: AbortSignal,
  ): Promise<readonly (readonly SpanRecord[])[]> {
    try {
      return await this.#searchAll(traceQl, undefined, signal);
    } catch (error) {
      if (getFailure(error)?.code === "storeRefused") return [];
      throw error;
    }
  }

  /** Finds what matches in the last week, or in the week after `bornUnixMs`. */
  async #searchAll(
    traceQl: string,
    bornUnixMs: number | undefined,
    signal: AbortSignal,
  ): Promise<readonly (readonly SpanRecord[])[]> {
    const fromUnixMs = (bornUnixMs ?? Date.now() - REACH_MS + 2 * SLACK_MS) - SLACK_MS;
    const toUnixMs = Math.min(fromUnixMs + REACH_MS, Date.now() + SLACK_MS);
    if (fromUnixMs >= toUnixMs) return [];
    const window = { fromUnixMs, toUnixMs, limit: MAX_FOUND };
    const hits = await this.#ask(() => this.#api.search(traceQl, window, signal), signal);
    return this.#readAll(
      hits.map(hit => hit.traceId),
      signal,
    );
  }

  /** A trace that went between the search and the reading is left out. */
  async #readAll(
    traceIds: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (readonly SpanRecord[])[]> {
    const traces: (readonly SpanRecord[])[] = [];
    for (let start = 0; start < traceIds.length; start += READS_AT_ONCE) {
      const some = traceIds.slice(start, start + READS_AT_ONCE);
      const read = await Promise.all(
        some.map(id => this.#ask(() => this.#api.readTrace(id, signal), signal)),
      );
      traces.push(...read.map(({ records }) => records).filter(records => records.length > 0));
    }
    for (const records of traces) this.recent.add(records);
    return traces;
  }

  async #ask<T>(question: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#guard.ask(question, signal);
  }
}
