/**
 * A SkyWalking server (OAP) as a trace store, by its GraphQL. It only reads.
 *
 * The server knows traces by their ids, which are any text, and segments by tags that it was told to index. A span has
 * no id of its own but its number in its segment: it is found where it was seen lately.
 */

import { readSkywalking } from "../../formats/skywalking/skywalking.ts";
import { spanKeys } from "../../formats/otlp/spanKeys.ts";
import { isObject, listObjects, type JsonObject } from "../../formats/values/jsonObject.ts";
import { TraceError } from "../../model/failure.ts";
import { listPossibleTraceIds } from "../../model/idSpellings.ts";
import type { Problem } from "../../model/problem.ts";
import type { SpanRecord, SpanRecords } from "../../model/spanRecord.ts";
import type {
  Found,
  StoreHealth,
  TracePage,
  TraceQuery,
  TraceStore,
} from "../../model/traceStore.ts";
import type { HttpStoreOptions } from "../http/httpClient.ts";
import { MAX_FOUND, TracingServer } from "../tracingServer.ts";
import { findTaskSpans, isSearchable } from "../wholeTraces.ts";
import { SkywalkingApi } from "./skywalkingApi.ts";
import {
  segmentsQuestion,
  tagKeysQuestion,
  toEndpointsQuestion,
  toServiceId,
  toServicesQuestion,
  toTraceQuestion,
} from "./skywalkingQueries.ts";
import { searchSkywalking, type SkywalkingReader } from "./skywalkingSearch.ts";

/** Traces in one question: the server bounds how much one may ask for. */
const TRACES_AT_ONCE = 10;
const MAX_ENDPOINTS = 1_000;
/** How far back tags, tasks and old traces are looked for. */
const REACH_MS = 7 * 86_400_000;
const SLACK_MS = 60_000;
/** Elasticsearch tells no more segments of a trace, unless its settings say otherwise. */
const USUAL_SEGMENT_LIMIT = 200;

/** Connects on the first question. Throws `storeMisconfigured`. */
export function openSkywalkingStore(options: HttpStoreOptions): TraceStore {
  return new SkywalkingStore(options);
}

class SkywalkingStore extends TracingServer implements SkywalkingReader {
  readonly kind = "skywalking";
  readonly api = new SkywalkingApi(this.client);

  /** A segment is known by its first span. */
  protected override findSpan(id: string, signal: AbortSignal): Promise<readonly Found[]> {
    return super.findSpan(id.includes(":") ? id : `${id}:0`, signal);
  }

  async searchTraces(query: TraceQuery, signal: AbortSignal): Promise<TracePage> {
    return searchSkywalking(this, query, signal);
  }

  /** Lists the services of all layers; those that others only call have no traces of their own. */
  async listServices(signal: AbortSignal): Promise<readonly string[]> {
    const query = toServicesQuestion(await this.api.readSchema(signal));
    const variables = query.includes("$duration") ? await this.#recently(signal) : {};
    const { data } = await this.api.ask({ query, variables }, signal);
    const services = listObjects(data["found"]).filter(({ normal }) => normal !== false);
    return toNames(services.map(({ name }) => name));
  }

  protected async readOperations(service: string, signal: AbortSignal): Promise<readonly string[]> {
    const query = toEndpointsQuestion(await this.api.readSchema(signal));
    const variables = { keyword: "", serviceId: toServiceId(service), limit: MAX_ENDPOINTS };
    const { data } = await this.api.ask({ query, variables }, signal);
    return toNames(listObjects(data["found"]).map(({ name }) => name));
  }

  async listTags(signal: AbortSignal): Promise<readonly string[]> {
    const { queries } = await this.api.readSchema(signal);
    if (!queries.has("queryTraceTagAutocompleteKeys")) return [];
    const variables = await this.#recently(signal);
    const { data } = await this.api.ask({ query: tagKeysQuestion, variables }, signal);
    return toNames(data["found"]);
  }

  async checkHealth(signal: AbortSignal): Promise<StoreHealth> {
    const { data } = await this.api.ask({ query: "{ version }" }, signal);
    const [timeZone, services] = await Promise.all([
      this.api.readTimeZone(signal),
      this.listServices(signal),
      this.#requireWell(signal),
    ]);
    const version = typeof data["version"] === "string" ? ` ${data["version"]}` : "";
    return {
      facts: [`SkyWalking${version}`, { kind: "services", names: services }, `UTC${timeZone}`],
      advice: [],
    };
  }

  async readTraces(
    traceIds: readonly string[],
    isShort: boolean,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly SpanRecord[]>> {
    const schema = await this.api.readSchema(signal);
    const found = new Map<string, readonly SpanRecord[]>();
    for (let start = 0; start < traceIds.length; start += TRACES_AT_ONCE) {
      const batch = traceIds.slice(start, start + TRACES_AT_ONCE);
      const query = toTraceQuestion(schema, batch.length, { isShort });
      const variables = Object.fromEntries(batch.map((id, index) => [`t${index}`, id]));
      const { data } = await this.api.ask({ query, variables, isForTraces: true }, signal);
      batch.forEach((id, index) => found.set(id, this.toRecords(data[`t${index}`])));
    }
    return found;
  }

  toRecords(answer: unknown): readonly SpanRecord[] {
    const { records } = readSkywalking(isObject(answer) ? [answer] : [], { store: this.name });
    this.recent.add(records);
    return records;
  }

  /** An id is any text; ids of other tracers may have been padded, or written large, on their way to us. */
  protected async readRecords(traceId: string, signal: AbortSignal): Promise<SpanRecords> {
    if (!isSearchable(traceId)) return { records: [], problems: [] };
    const schema = await this.api.readSchema(signal);
    const possible = listPossibleTraceIds(traceId);
    const short = possible.map(form => form.replace(/^0{16}(?=[0-9a-f]{16}$)/, ""));
    const forms = [...new Set([traceId, ...short, ...possible])].slice(0, TRACES_AT_ONCE);
    const variables = Object.fromEntries(forms.map((form, index) => [`t${index}`, form]));
    const query = toTraceQuestion(schema, forms.length);
    const trace = await this.#readAnswer(query, variables, signal);
    if (trace.records.length > 0 || !schema.hasTraceDuration) return trace;
    const hasDuration = true;
    return this.#readAnswer(
      toTraceQuestion(schema, forms.length, { hasDuration }),
      { ...variables, ...(await this.#recently(signal)) },
      signal,
    );
  }

  async #readAnswer(
    query: string,
    variables: JsonObject,
    signal: AbortSignal,
  ): Promise<SpanRecords> {
    const { data, isCut } = await this.api.ask({ query, variables, isForTraces: true }, signal);
    const { records, problems } = readSkywalking([data], { store: this.name });
    const allProblems: Problem[] = [...problems];
    if (isCut) {
      allProblems.push({ code: "cutAt", spans: [], limit: records.length, store: this.name });
    }
    const segments = new Set(records.map(({ span }) => span.spanId.replace(/:\d+$/, ""))).size;
    if (segments === USUAL_SEGMENT_LIMIT) {
      const text = `${segments} segments, which may be as many as this server tells of one trace`;
      allProblems.push({ code: "storeNote", spans: [], store: this.name, text });
    }
    return { records, problems: allProblems };
  }

  /** The spans that carry a task's id, where the server was told to index it. */
  protected async findTask(id: string, signal: AbortSignal): Promise<readonly Found[]> {
    const keys = (await this.listTags(signal)).filter(key =>
      (spanKeys.taskId as readonly string[]).includes(key),
    );
    const { duration } = await this.#recently(signal);
    const answers = await Promise.all(
      keys.map(async key => {
        const condition = {
          queryDuration: duration,
          traceState: "ALL",
          queryOrder: "BY_START_TIME",
          tags: [{ key, value: id }],
          paging: { pageNum: 1, pageSize: MAX_FOUND },
        };
        const { data } = await this.api.ask(
          { query: segmentsQuestion, variables: { condition } },
          signal,
        );
        const found = isObject(data["found"]) ? listObjects(data["found"]["traces"]) : [];
        return found.flatMap(({ traceIds }) => toNames(traceIds));
      }),
    );
    const traces = await this.readTraces([...new Set(answers.flat())], false, signal);
    return findTaskSpans([...traces.values()], id).slice(0, MAX_FOUND);
  }

  async #recently(signal: AbortSignal): Promise<{ readonly duration: JsonObject }> {
    const now = Date.now();
    const duration = await this.api.toDuration(now - REACH_MS, now + SLACK_MS, "MINUTE", signal);
    return { duration: { ...duration } };
  }

  /** Below zero it has not looked yet, or was not told to look. */
  async #requireWell(signal: AbortSignal): Promise<void> {
    const { queries } = await this.api.readSchema(signal);
    if (!queries.has("checkHealth")) return;
    const health = await this.#askHealth(signal);
    const score = Number(health?.["score"] ?? 0);
    if (score <= 0) return;
    const details = typeof health?.["details"] === "string" ? health["details"].trim() : "";
    throw this.api.refuse(`it is not well${details === "" ? "" : `: ${details}`}`);
  }

  async #askHealth(signal: AbortSignal): Promise<JsonObject | undefined> {
    try {
      const { data } = await this.api.ask({ query: "{ checkHealth { score details } }" }, signal);
      return isObject(data["checkHealth"]) ? data["checkHealth"] : undefined;
    } catch (error) {
      // The part of the server that looks may be switched off.
      if (error instanceof TraceError && error.failure.code === "storeRefused") return undefined;
      throw error;
    }
  }
}

function toNames(value: unknown): readonly string[] {
  const names = Array.isArray(value) ? (value as readonly unknown[]) : [];
  return [...new Set(names.filter(name => typeof name === "string"))].sort();
}
