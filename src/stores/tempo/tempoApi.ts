/**
 * Tempo's query API, in whichever version a server has it. Knows the wire, nothing of what the answers are for.
 *
 * Traces are asked for in protobuf, which is OTLP; Tempo's JSON is not quite: ids are base64, enums are names. Search
 * answers leave out the zeros that an id begins with.
 */

import { readOtlpJson } from "../../formats/otlp/otlpJson.ts";
import { readOtlpProto } from "../../formats/otlp/otlpProto.ts";
import {
  decodeProto,
  one,
  WireError,
  type ProtoMessage,
} from "../../formats/encodings/protoReader.ts";
import { isObject, listObjects, type JsonObject } from "../../formats/values/jsonObject.ts";
import { getFailure, TraceError } from "../../model/failure.ts";
import type { Problem } from "../../model/problem.ts";
import type { SpanRecords } from "../../model/spanRecord.ts";
import type { HttpAnswer } from "../http/httpBody.ts";
import type { HttpClient, HttpQuestion } from "../http/httpClient.ts";

/** A trace that a search found. */
export interface TempoHit {
  readonly traceId: string;
  readonly startUnixMs: number;
}

export interface TempoWindow {
  readonly fromUnixMs: number;
  readonly toUnixMs: number;
  readonly limit: number;
}

/** The fields that the v2 answer has beside the trace. */
const remarks: ProtoMessage = { 3: one("status", "uint"), 4: one("message", "string") };
const COMPLETION_REACH_S = 86_400;
const NAMED_SPANS = 100;
const NEWEST_FIRST = " with (most_recent=true)";

export class TempoApi {
  readonly #client: HttpClient;
  /** Absent: not known yet. */
  #hasV2: boolean | undefined;
  #hasNewestFirst = true;
  #isTempo = false;

  constructor(client: HttpClient) {
    this.#client = client;
  }

  /** "Not found" is only an answer where it is Tempo that says so. Rejects where it is not. */
  async requireTempo(signal: AbortSignal): Promise<void> {
    if (this.#isTempo) return;
    const echo = await this.#client.ask({ path: "/api/echo", expected: [404, 405] }, signal);
    if (echo.bytes.toString("utf8").trim() !== "echo") {
      // A gateway may pass on only the questions that Grafana has.
      const { values } = await this.#client.askJson({ path: "/api/search/tags" }, signal);
      if (!isObject(values[0]) || !("tagNames" in values[0])) {
        const reason = "it does not answer as Tempo";
        throw new TraceError({ code: "storeRefused", store: this.#client.store, reason });
      }
    }
    this.#isTempo = true;
  }

  async readTrace(traceId: string, signal: AbortSignal): Promise<SpanRecords> {
    await this.requireTempo(signal);
    if (this.#hasV2 !== false) {
      const answer = await this.#askTrace(`/api/v2/traces/${traceId}`, signal);
      this.#hasV2 = answer.status !== 404;
      if (this.#hasV2) return this.#read(answer);
    }
    const answer = await this.#askTrace(`/api/traces/${traceId}`, signal);
    return answer.status === 404 ? { records: [], problems: [] } : this.#read(answer);
  }

  /** The newest first, where the server can. */
  async search(
    query: string,
    window: TempoWindow,
    signal: AbortSignal,
  ): Promise<readonly TempoHit[]> {
    const traces = await this.#search(query, window, 1, signal);
    return traces.map(trace => ({
      traceId: String(trace["traceID"]).padStart(32, "0"),
      startUnixMs: Number(trace["startTimeUnixNano"] ?? 0) / 1e6,
    }));
  }

  /** The names of the spans that match, in some of the newest traces. */
  async listSpanNames(
    query: string,
    window: TempoWindow,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const traces = await this.#search(`${query} | select(name)`, window, NAMED_SPANS, signal);
    const spans = traces
      .flatMap(trace => [trace["spanSet"], ...listObjects(trace["spanSets"])])
      .flatMap(set => (isObject(set) ? listObjects(set["spans"]) : []));
    return toNames(spans.map(span => span["name"]));
  }

  async #search(
    query: string,
    window: TempoWindow,
    spansPerTrace: number,
    signal: AbortSignal,
  ): Promise<readonly JsonObject[]> {
    await this.requireTempo(signal);
    const question = (q: string): HttpQuestion => ({
      path: "/api/search",
      query: {
        q,
        limit: window.limit,
        spss: spansPerTrace,
        start: Math.floor(window.fromUnixMs / 1_000),
        end: Math.ceil(window.toUnixMs / 1_000),
      },
      accept: "application/json",
      isForTraces: true,
    });
    let answer: HttpAnswer | undefined;
    if (this.#hasNewestFirst) {
      answer = await this.#client.ask(
        { ...question(query + NEWEST_FIRST), expected: [400] },
        signal,
      );
      this.#hasNewestFirst = answer.status !== 400;
    }
    if (answer === undefined || answer.status === 400) {
      answer = await this.#client.ask(question(query), signal);
    }
    const { values, error } = this.#client.readJson(answer);
    if (error !== undefined) throw new TraceError(error);
    return isObject(values[0]) ? listObjects(values[0]["traces"]) : [];
  }

  /** By the key as TraceQL has it; `filter` is TraceQL too, which servers of old pass over. */
  async listValues(
    key: string,
    oldKey: string,
    filter: string | undefined,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const names = await this.#askEither(
      {
        path: `/api/v2/search/tag/${encodeURIComponent(key)}/values`,
        query: { q: filter, ...lately() },
      },
      { path: `/api/search/tag/${encodeURIComponent(oldKey)}/values` },
      signal,
    );
    const values: unknown = names["tagValues"];
    return toNames(Array.isArray(values) ? (values as readonly unknown[]) : []);
  }

  async readVersion(signal: AbortSignal): Promise<string | undefined> {
    try {
      const { values } = await this.#client.askJson({ path: "/api/status/buildinfo" }, signal);
      const version = isObject(values[0]) ? values[0]["version"] : undefined;
      return typeof version === "string" && version !== "" ? version : undefined;
    } catch (error) {
      // A gateway may keep it for others.
      if (getFailure(error) === undefined) throw error;
      return undefined;
    }
  }

  async #askEither(
    question: HttpQuestion,
    old: HttpQuestion,
    signal: AbortSignal,
  ): Promise<JsonObject> {
    await this.requireTempo(signal);
    const answer = await this.#client.askJson({ ...question, expected: [404] }, signal).catch(
      // The 404 of an older server is no JSON.
      (error: unknown) => {
        if (getFailure(error)?.code === "storeRefused") return undefined;
        throw error;
      },
    );
    const { values } =
      answer === undefined || answer.status === 404
        ? await this.#client.askJson(old, signal)
        : answer;
    return isObject(values[0]) ? values[0] : {};
  }

  async #askTrace(path: string, signal: AbortSignal): Promise<HttpAnswer> {
    const accept = "application/protobuf";
    const question = { path, accept, expected: [404], isForTraces: true };
    const answer = await this.#client.ask(question, signal);
    if (answer.status !== 406) return answer;
    // Some gateways know only one of the two.
    return this.#client.ask({ ...question, accept: `${accept}, application/json;q=0.5` }, signal);
  }

  #read(answer: HttpAnswer): SpanRecords {
    const context = { store: this.#client.store };
    if (/protobuf|octet-stream/i.test(answer.contentType)) {
      const said: Record<string, unknown> = {};
      tryDecode(answer.bytes, said);
      return this.#tell(readOtlpProto(answer.bytes, context), answer.isCut, said);
    }
    const { values, error } = this.#client.readJson(answer);
    if (error !== undefined) throw new TraceError(error);
    const items = values.filter(isObject);
    return this.#tell(readOtlpJson(items, context), answer.isCut, items[0] ?? {});
  }

  /** Tells what the answer leaves out, in the server's own words where it has any. */
  #tell({ records, problems }: SpanRecords, isCut: boolean, said: JsonObject): SpanRecords {
    const isPartial = isCut || said["status"] === 1 || said["status"] === "PARTIAL";
    if (!isPartial) return { records, problems };
    const { store } = this.#client;
    const message = said["message"];
    const note: readonly Problem[] =
      typeof message === "string" && message !== ""
        ? [{ code: "storeNote", spans: [], store, text: message }]
        : [];
    const cut: Problem = { code: "cutAt", spans: [], limit: records.length, store };
    // That the bytes end in the middle is our own doing.
    return { records, problems: [...(isCut ? [] : problems), ...note, cut] };
  }
}

function tryDecode(bytes: Uint8Array, target: Record<string, unknown>): void {
  try {
    decodeProto(bytes, remarks, target);
  } catch (error) {
    // Cut short: then the remarks, which stand at the end, did not come.
    if (!(error instanceof WireError)) throw error;
  }
}

/** Without a time only what has not been written to a block yet would be looked at. */
function lately(): { readonly start: number; readonly end: number } {
  const end = Math.ceil(Date.now() / 1_000);
  return { start: end - COMPLETION_REACH_S, end };
}

/** Texts, or objects with one. */
function toNames(list: readonly unknown[]): readonly string[] {
  const names = list.flatMap(each => {
    const name: unknown = isObject(each) ? each["value"] : each;
    return typeof name === "string" && name !== "" ? [name] : [];
  });
  return [...new Set(names)].sort();
}
