/**
 * Jaeger's query APIs, whichever of them a server has: its stable one (`/api/v3`, OTLP in JSON), the classic one of its
 * page (`/api`), or both. Knows the wire, nothing of what the answers are for.
 *
 *     version      v3 by id   untouched   by tag   classic search
 *     1.x … 1.53   base64 ids    –          –          yes
 *     … 2.18       yes          yes*        –          yes          * told by asking
 *     2.19, 2.20   yes          yes        yes         yes
 *     2.21 …       yes          yes        yes          –
 *
 * Parameters were renamed in 2.19; each server reads the spelling that it knows, so both are sent.
 */

import { readJaegerJson } from "../../formats/jaeger/jaegerJson.ts";
import { readOtlpJson, readSpanId } from "../../formats/otlp/otlpJson.ts";
import { isObject, listObjects, type JsonObject } from "../../formats/values/jsonObject.ts";
import { getFailure, TraceError } from "../../model/failure.ts";
import { SpanFlag } from "../../model/span.ts";
import type { SpanRecords } from "../../model/spanRecord.ts";
import type { HttpAnswer } from "../http/httpBody.ts";
import type { HttpClient, HttpQuestion } from "../http/httpClient.ts";

/** The abilities of one server. */
export interface JaegerAbilities {
  /** A trace by its id from v3, with its times as they were sent. */
  readonly hasV3Raw: boolean;
  readonly hasV3Tags: boolean;
  readonly hasClassicSearch: boolean;
}

export interface JaegerConditions {
  readonly service?: string;
  readonly operation?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly minDurationMs?: number;
  readonly maxDurationMs?: number;
  readonly fromUnixMs: number;
  readonly toUnixMs: number;
  readonly limit: number;
}

export interface JaegerAnswer extends SpanRecords {
  readonly isCut: boolean;
}

/** Nobody's trace, to see what a server makes of a question. */
const NO_TRACE = "00000000000000000000000000000001";
/** The key under which v3 tells what the server did to a span. */
const WARNINGS = "@jaeger@warnings";
const MOVED = /timestamps were adjusted/;
const NOTHING: JaegerAnswer = { records: [], problems: [], isCut: false };

export class JaegerApi {
  readonly #client: HttpClient;
  #abilities: Promise<JaegerAbilities> | undefined;

  constructor(client: HttpClient) {
    this.#client = client;
  }

  /** Asked once; again where it failed. */
  async readAbilities(signal: AbortSignal): Promise<JaegerAbilities> {
    const known = await this.#abilities?.catch(() => undefined);
    signal.throwIfAborted();
    if (known !== undefined) return known;
    this.#abilities = this.#probe(signal);
    return this.#abilities;
  }

  async readTrace(traceId: string, signal: AbortSignal): Promise<JaegerAnswer> {
    const { hasV3Raw } = await this.readAbilities(signal);
    return hasV3Raw
      ? this.#askV3(`/api/v3/traces/${traceId}`, { rawTraces: "true", raw_traces: "true" }, signal)
      : this.#askClassic(`/api/traces/${traceId}`, { raw: "true" }, signal);
  }

  /** Whole traces, one list of all their spans. Jaeger wants one span that meets all conditions. */
  async findTraces(conditions: JaegerConditions, signal: AbortSignal): Promise<JaegerAnswer> {
    const { hasV3Raw, hasV3Tags, hasClassicSearch } = await this.readAbilities(signal);
    const hasTags = Object.keys(conditions.tags).length > 0;
    const isV3 = !hasClassicSearch || (hasV3Raw && (hasV3Tags || !hasTags));
    return isV3
      ? this.#askV3("/api/v3/traces", toV3Query(conditions), signal)
      : this.#askClassic("/api/traces", toClassicQuery(conditions), signal);
  }

  async listServices(signal: AbortSignal): Promise<readonly string[]> {
    const { hasClassicSearch } = await this.readAbilities(signal);
    const path = hasClassicSearch ? "/api/services" : "/api/v3/services";
    const { values } = await this.#client.askJson({ path }, signal);
    return listNames(values[0], "services");
  }

  async listOperations(service: string, signal: AbortSignal): Promise<readonly string[]> {
    const { hasClassicSearch } = await this.readAbilities(signal);
    const path = hasClassicSearch ? "/api/operations" : "/api/v3/operations";
    const { values } = await this.#client.askJson({ path, query: { service } }, signal);
    return listNames(values[0], "operations");
  }

  /** The version as the page tells it to its own script; releases know theirs, other builds do not. */
  async readVersion(signal: AbortSignal): Promise<string | undefined> {
    try {
      const question = { path: "/", maxBytes: 1024 * 1024, accept: "text/html" };
      const { bytes } = await this.#client.ask(question, signal);
      const [, version] = /"gitVersion"\s*:\s*"v?([^"]+)"/.exec(bytes.toString("utf8")) ?? [];
      return version;
    } catch (error) {
      // The page may be switched off or kept for others.
      if (getFailure(error) === undefined) throw error;
      return undefined;
    }
  }

  /** Questions that are wrong on purpose: who knows the parameter complains of it, who does not passes it over. */
  async #probe(signal: AbortSignal): Promise<JaegerAbilities> {
    const [raw, tags, classic] = await Promise.all([
      this.#tryOut(
        { path: `/api/v3/traces/${NO_TRACE}`, query: bothSpellings("rawTraces", "?") },
        signal,
      ),
      this.#tryOut(
        {
          path: "/api/v3/traces",
          query: { ...toV3Query(NO_CONDITIONS), "query.attributes": "?" },
        },
        signal,
      ),
      this.#tryOut({ path: "/api/services" }, signal),
    ]);
    const hasV3 = isGatewayError(raw);
    const hasClassicSearch =
      classic.status === 200 && isObject(classic.json) && "data" in classic.json;
    if (!hasV3 && !hasClassicSearch) {
      // Its own failure is the best that can be told.
      await this.#client.askJson({ path: "/api/v3/services" }, signal);
      const reason = "it does not answer as Jaeger";
      throw new TraceError({ code: "storeRefused", store: this.#client.store, reason });
    }
    return {
      hasV3Raw: hasV3 && raw.status === 400,
      hasV3Tags: isGatewayError(tags) && tags.status === 400,
      hasClassicSearch,
    };
  }

  async #tryOut(question: HttpQuestion, signal: AbortSignal): Promise<TriedOut> {
    const expected = [400, 404, 405, 500, 501, 502, 503];
    const answer = await this.#client.ask({ ...question, expected }, signal);
    return { status: answer.status, json: this.#client.readJson(answer).values[0] };
  }

  async #askV3(
    path: string,
    query: HttpQuestion["query"],
    signal: AbortSignal,
  ): Promise<JaegerAnswer> {
    const answer = await this.#askObjects({ path, query }, "error", signal);
    if (answer === undefined) return NOTHING;
    const { items } = answer;
    const read = readOtlpJson(items, { store: this.#client.store });
    const warned = answer.hasWarnings ? listWarnings(items) : new Map<string, readonly string[]>();
    return { ...addWarnings(read, warned, this.#client.store), isCut: answer.isCut };
  }

  async #askClassic(
    path: string,
    query: HttpQuestion["query"],
    signal: AbortSignal,
  ): Promise<JaegerAnswer> {
    const answer = await this.#askObjects({ path, query }, "errors", signal);
    if (answer === undefined) return NOTHING;
    return { ...readJaegerJson(answer.items, { store: this.#client.store }), isCut: answer.isCut };
  }

  /** `undefined` where Jaeger itself says that there is nothing, under the key that its API says so with. */
  async #askObjects(
    question: HttpQuestion,
    errorKey: string,
    signal: AbortSignal,
  ): Promise<ReadAnswer | undefined> {
    const accept = "application/json";
    const answer = await this.#client.ask(
      { accept, ...question, expected: [404], isForTraces: true },
      signal,
    );
    const { values, error } = this.#client.readJson(answer);
    if (error !== undefined) throw new TraceError(error);
    const items = values.filter(isObject);
    if (answer.status === 404) {
      if (items.some(item => errorKey in item)) return undefined;
      // Not found, in words that are none of Jaeger's: there is something else at this address.
      const { store, address } = this.#client;
      throw new TraceError({ code: "storeRefused", store, reason: `HTTP 404 (${address})` });
    }
    return { ...answer, items, hasWarnings: answer.bytes.includes(WARNINGS) };
  }
}

interface TriedOut {
  readonly status: number;
  readonly json: unknown;
}

interface ReadAnswer extends HttpAnswer {
  readonly items: readonly JsonObject[];
  readonly hasWarnings: boolean;
}

const NO_CONDITIONS: JaegerConditions = { tags: {}, fromUnixMs: 1, toUnixMs: 2, limit: 1 };

/** `{"error":{"httpCode":404,"message":"trace not found"}}` */
function isGatewayError({ json }: TriedOut): boolean {
  return isObject(json) && isObject(json["error"]) && "httpCode" in json["error"];
}

function toV3Query(conditions: JaegerConditions): NonNullable<HttpQuestion["query"]> {
  const { service, operation, tags, minDurationMs, maxDurationMs, limit } = conditions;
  const query = {
    serviceName: service,
    operationName: operation,
    startTimeMin: new Date(conditions.fromUnixMs).toISOString(),
    startTimeMax: new Date(conditions.toUnixMs).toISOString(),
    durationMin: toGoDuration(minDurationMs),
    durationMax: toGoDuration(maxDurationMs),
    rawTraces: "true",
  };
  const named = Object.entries(query).flatMap(([key, value]) =>
    Object.entries(bothSpellings(`query.${key}`, value)),
  );
  return {
    ...Object.fromEntries(named),
    "query.searchDepth": limit,
    "query.num_traces": limit,
    "query.attributes": Object.keys(tags).length === 0 ? undefined : JSON.stringify(tags),
  };
}

function toClassicQuery(conditions: JaegerConditions): NonNullable<HttpQuestion["query"]> {
  const { service, operation, tags, minDurationMs, maxDurationMs, limit } = conditions;
  return {
    service,
    operation,
    tags: Object.keys(tags).length === 0 ? undefined : JSON.stringify(tags),
    start: Math.floor(conditions.fromUnixMs * 1_000),
    end: Math.ceil(conditions.toUnixMs * 1_000),
    minDuration: toGoDuration(minDurationMs),
    maxDuration: toGoDuration(maxDurationMs),
    limit,
    raw: "true",
  };
}

function bothSpellings(
  key: string,
  value: string | undefined,
): Readonly<Record<string, string | undefined>> {
  return { [key]: value, [key.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)]: value };
}

function toGoDuration(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : `${Math.round(ms * 1_000)}us`;
}

/** Names alone, or objects with a name; a list that is empty may be absent. */
function listNames(answer: unknown, key: string): readonly string[] {
  const list: unknown = isObject(answer) ? (answer[key] ?? answer["data"]) : undefined;
  const names = (Array.isArray(list) ? (list as readonly unknown[]) : []).flatMap(each => {
    const name: unknown = isObject(each) ? each["name"] : each;
    return typeof name === "string" && name !== "" ? [name] : [];
  });
  return [...new Set(names)].sort();
}

/** By span id. */
function listWarnings(items: readonly JsonObject[]): ReadonlyMap<string, readonly string[]> {
  const warned = new Map<string, readonly string[]>();
  const groups = items
    .map(item => item["result"])
    .filter(isObject)
    .flatMap(result => listObjects(result["resourceSpans"]))
    .flatMap(group => listObjects(group["scopeSpans"]));
  for (const span of groups.flatMap(scoped => listObjects(scoped["spans"]))) {
    const found = listObjects(span["attributes"]).find(each => each["key"] === WARNINGS);
    if (found === undefined) continue;
    const texts = [
      ...JSON.stringify(found["value"]).matchAll(/"stringValue":("(?:[^"\\]|\\.)*")/g),
    ];
    warned.set(
      readSpanId(span["spanId"]),
      texts.map(([, text = '""']) => JSON.parse(text) as string),
    );
  }
  return warned;
}

function addWarnings(
  { records, problems }: SpanRecords,
  warned: ReadonlyMap<string, readonly string[]>,
  store: string,
): SpanRecords {
  if (warned.size === 0) return { records, problems };
  const counts = new Map<string, number>();
  for (const text of [...warned.values()].flat()) counts.set(text, (counts.get(text) ?? 0) + 1);
  const notes = [...counts].map(([text, count]) => ({
    code: "storeNote" as const,
    spans: [],
    store,
    text: count === 1 ? text : `${text} (${count}×)`,
  }));
  return {
    records: records.map(record => {
      const warnings = warned.get(record.span.spanId);
      if (warnings === undefined) return record;
      const isMoved = warnings.some(text => MOVED.test(text));
      const flags = (record.span.flags ?? 0) | (isMoved ? SpanFlag.adjusted : 0);
      return {
        traceId: record.traceId,
        span: { ...record.span, flags, warnings },
        get detail() {
          return record.detail;
        },
      };
    }),
    problems: [...problems, ...notes],
  };
}
