/**
 * A Tempo server as a trace store. It only reads.
 *
 * Tempo searches by TraceQL, spans' ids and attributes alike, and answers with little: the traces themselves are read by
 * their ids.
 */

import { uuid7UnixMs } from "../../model/ids.ts";
import { listHexSpanIds, listHexTraceIds } from "../../model/idSpellings.ts";
import { getFailure } from "../../model/failure.ts";
import type { SpanRecord, SpanRecords } from "../../model/spanRecord.ts";
import type { StoredTrace } from "../../model/trace.ts";
import { HttpClient, type HttpStoreOptions } from "../http/httpClient.ts";
import { ProductGuard } from "../http/productGuard.ts";
import type {
  Found,
  SpanBrief,
  StoreHealth,
  TracePage,
  TraceQuery,
  TraceStore,
} from "../../model/traceStore.ts";
import {
  findTaskSpans,
  chooseTrace,
  isSearchable,
  SeenSpans,
  toChildren,
  toFoundSpan,
  toFoundTrace,
  toStoredTrace,
} from "../wholeTraces.ts";
import { searchWindows, type Window, type WindowAnswer } from "../windowSearch.ts";
import { TempoApi, type TempoHit } from "./tempoApi.ts";
import {
  toAttribute,
  toChildrenQuery,
  toServiceQuery,
  toSpanQuery,
  toTaskQuery,
  toTraceQl,
} from "./traceql.ts";

const HEX = /^[0-9a-f]{1,32}$/i;
const PLAIN = /^[\w.-]+$/;
const MAX_FOUND = 20;
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

class TempoStore implements TraceStore {
  readonly kind = "tempo";
  readonly name: string;
  readonly #client: HttpClient;
  readonly #guard: ProductGuard;
  readonly #api: TempoApi;
  readonly #seen = new SeenSpans();

  constructor(options: HttpStoreOptions) {
    this.name = options.name;
    this.#client = new HttpClient(options, "x-scope-orgid");
    this.#guard = new ProductGuard(this.#client, "tempo");
    this.#api = new TempoApi(this.#client);
  }

  async readTrace(traceId: string, signal: AbortSignal): Promise<StoredTrace | undefined> {
    const { records, problems } = await this.#read(traceId, signal);
    return records.length === 0 ? undefined : toStoredTrace(this.name, records, problems);
  }

  async findId(id: string, signal: AbortSignal): Promise<readonly Found[]> {
    signal.throwIfAborted();
    const wanted = id.trim();
    if (!isSearchable(wanted)) return [];
    const { records } = await this.#read(wanted, signal);
    if (records.length > 0) return [toFoundTrace(records)];
    for (const spanId of listHexSpanIds(wanted)) {
      const found = await this.#findSpan(spanId, signal);
      if (found.length > 0) return found;
    }
    return HEX.test(wanted) ? [] : this.#findTask(wanted, signal);
  }

  async readChildren(spanId: string, signal: AbortSignal): Promise<readonly SpanBrief[]> {
    signal.throwIfAborted();
    const [wanted] = listHexSpanIds(spanId);
    if (wanted === undefined) return [];
    const traces = await this.#readOfSpan(wanted, toChildrenQuery(wanted), signal);
    return traces.flatMap(records => toChildren(records, wanted)).slice(0, MAX_CHILDREN);
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

  async listOperations(service: string, signal: AbortSignal): Promise<readonly string[]> {
    if (service === "") return [];
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

  async listTags(signal: AbortSignal): Promise<readonly string[]> {
    return this.#ask(() => this.#api.listTags(signal), signal);
  }

  async listTagValues(key: string, signal: AbortSignal): Promise<readonly string[]> {
    if (key === "") return [];
    return this.#ask(() => this.#api.listValues(toAttribute(key), key, undefined, signal), signal);
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

  dispose(): void {
    this.#client.dispose();
  }

  /** Both forms of a long id: some tracers of a trace may have passed on its low half alone, which Tempo keeps apart. */
  async #read(traceId: string, signal: AbortSignal): Promise<SpanRecords> {
    signal.throwIfAborted();
    const forms = listHexTraceIds(traceId);
    const answers = await Promise.all(
      forms.map(form => this.#ask(() => this.#api.readTrace(form, signal), signal)),
    );
    const all = answers.flatMap(answer => answer.records);
    const records = chooseTrace(all, forms);
    this.#seen.add(records);
    return { records, problems: answers.flatMap(answer => answer.problems) };
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

  async #findSpan(spanId: string, signal: AbortSignal): Promise<readonly Found[]> {
    const traces = await this.#readOfSpan(spanId, toSpanQuery(spanId), signal);
    return traces.flatMap(records =>
      records
        .filter(({ span }) => span.spanId === spanId)
        .map(record => toFoundSpan(records, record)),
    );
  }

  /** The spans that carry a task's id, the one that ran it first. */
  async #findTask(id: string, signal: AbortSignal): Promise<readonly Found[]> {
    const traces = await this.#searchAll(toTaskQuery(id), uuid7UnixMs(id), signal);
    return findTaskSpans(traces, id);
  }

  /** The traces of one span: where it was seen lately, else by a search, which servers of old do not know. */
  async #readOfSpan(
    spanId: string,
    traceQl: string,
    signal: AbortSignal,
  ): Promise<readonly (readonly SpanRecord[])[]> {
    const seen = this.#seen.find(spanId);
    if (seen !== undefined) return [(await this.#read(seen.traceId, signal)).records];
    try {
      return await this.#searchAll(traceQl, undefined, signal);
    } catch (error) {
      if (getFailure(error)?.code === "storeRefused") return [];
      throw error;
    }
  }

  /** What matches in the last week, or in the week after `bornUnixMs`. */
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
    for (const records of traces) this.#seen.add(records);
    return traces;
  }

  async #ask<T>(question: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#guard.ask(question, signal);
  }
}
