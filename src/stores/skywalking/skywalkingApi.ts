/**
 * SkyWalking's GraphQL: one question at a time, its errors as failures, and what this version of the server can be
 * asked for. Versions differ in fields, so the schema is read once. Knows no spans.
 */

import { neverAborted } from "../../base/neverAborted.ts";
import { isObject, listObjects, type JsonObject } from "../../formats/values/jsonObject.ts";
import { TraceError } from "../../model/failure.ts";
import type { HttpClient } from "../http/httpClient.ts";
import { ProductGuard } from "../http/productGuard.ts";
import { parseTimeZone, toDuration, type DurationInput } from "./skywalkingTime.ts";

/** The questions that can be asked. */
export interface SkywalkingSchema {
  /** The names of the queries. */
  readonly queries: ReadonlySet<string>;
  /** The fields of a span. */
  readonly spanFields: ReadonlySet<string>;
  /** A trace may be asked for with a time: storages that keep time first look back a day only. */
  readonly hasTraceDuration: boolean;
  /** Traces come whole from a search. */
  readonly hasWholeTraces: boolean;
}

export interface GraphqlQuestion {
  readonly query: string;
  readonly variables?: JsonObject;
  readonly isForTraces?: boolean;
}

export interface GraphqlAnswer {
  readonly data: JsonObject;
  readonly isCut: boolean;
}

const QUERIES_QUESTION = "{ __schema { queryType { fields { name args { name } } } } }";
const SPAN_QUESTION = '{ __type(name: "Span") { fields { name } } }';
/** For a server that does not tell its schema: what all of the last years have. */
const plainQueries = [
  ...["version", "getTimeInfo", "queryTrace", "queryBasicTraces", "listServices", "findEndpoint"],
  ...["queryTraceTagAutocompleteKeys", "queryTraceTagAutocompleteValues"],
];
const plainSpanFields = [
  ...["traceId", "segmentId", "spanId", "parentSpanId", "refs", "serviceCode"],
  ...["serviceInstanceName", "startTime", "endTime", "endpointName", "type", "peer", "component"],
  ...["isError", "layer", "tags", "logs"],
];
/** A server may be replaced by a newer one, and summer time begins. */
const KNOWLEDGE_MS = 600_000;

/** Something the server was asked once and that holds for a while. */
interface Knowledge {
  readonly schema: SkywalkingSchema;
  readonly offsetMinutes: number;
  readonly timeZone: string;
}

export class SkywalkingApi {
  readonly #client: HttpClient;
  readonly #guard: ProductGuard;
  readonly #path: string;
  #knowledge: { readonly value: Promise<Knowledge>; readonly untilMs: number } | undefined;

  constructor(client: HttpClient) {
    this.#client = client;
    this.#guard = new ProductGuard(client, "skywalking");
    // People copy the address with its path, or without.
    this.#path = client.basePath.endsWith("/graphql") ? "" : "/graphql";
  }

  /** Rejects with `storeRefused` where GraphQL answers with errors. */
  async ask(question: GraphqlQuestion, signal: AbortSignal): Promise<GraphqlAnswer> {
    return this.#guard.ask(async () => {
      const { query, variables = {}, isForTraces } = question;
      const answer = await this.#client.askJson(
        // What it cannot make sense of is refused with a 400, and says why in the same form.
        { path: this.#path, body: { query, variables }, expected: [400], isForTraces },
        signal,
      );
      const [body] = answer.values;
      if (!isObject(body)) throw this.refuse("it does not answer as GraphQL");
      const [error] = listObjects(body["errors"]);
      if (error !== undefined) throw this.refuse(toReason(error["message"]));
      const data = body["data"];
      if (!isObject(data)) throw this.refuse("it does not answer as GraphQL");
      return { data, isCut: answer.isCut };
    }, signal);
  }

  async readSchema(signal: AbortSignal): Promise<SkywalkingSchema> {
    return (await this.#know(signal)).schema;
  }

  /** As the server writes it: `+0800`. */
  async readTimeZone(signal: AbortSignal): Promise<string> {
    return (await this.#know(signal)).timeZone;
  }

  async toDuration(
    fromUnixMs: number,
    toUnixMs: number,
    step: DurationInput["step"],
    signal: AbortSignal,
  ): Promise<DurationInput> {
    return toDuration(fromUnixMs, toUnixMs, (await this.#know(signal)).offsetMinutes, step);
  }

  refuse(reason: string): TraceError {
    return new TraceError({ code: "storeRefused", store: this.#client.store, reason });
  }

  /** Asked once for whoever waits; one that gives up waiting takes nothing from the others. */
  async #know(signal: AbortSignal): Promise<Knowledge> {
    signal.throwIfAborted();
    if (this.#knowledge === undefined || this.#knowledge.untilMs < Date.now()) {
      const knowledge = {
        value: this.#learn(neverAborted()),
        untilMs: Date.now() + KNOWLEDGE_MS,
      };
      this.#knowledge = knowledge;
      knowledge.value.catch(() => {
        if (this.#knowledge === knowledge) this.#knowledge = undefined;
      });
    }
    const { value } = this.#knowledge;
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(signal.reason as Error);
      signal.addEventListener("abort", stop, { once: true });
      value.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
    });
  }

  async #learn(signal: AbortSignal): Promise<Knowledge> {
    const [schema, timeZone] = await Promise.all([
      this.#learnSchema(signal),
      this.#learnZone(signal),
    ]);
    return { schema, timeZone, offsetMinutes: parseTimeZone(timeZone) };
  }

  async #learnZone(signal: AbortSignal): Promise<string> {
    const { data } = await this.ask({ query: "{ getTimeInfo { timezone } }" }, signal);
    const info = data["getTimeInfo"];
    const timezone = isObject(info) ? info["timezone"] : undefined;
    return typeof timezone === "string" ? timezone : "+0000";
  }

  async #learnSchema(signal: AbortSignal): Promise<SkywalkingSchema> {
    const [queries, span] = await Promise.all([
      this.#introspect(QUERIES_QUESTION, signal),
      this.#introspect(SPAN_QUESTION, signal),
    ]);
    const schema = queries["__schema"];
    const root = isObject(schema) && isObject(schema["queryType"]) ? schema["queryType"] : {};
    const type = isObject(span["__type"]) ? span["__type"] : {};
    const fields = listObjects(root["fields"]);
    const trace = fields.find(({ name }) => name === "queryTrace");
    const names = new Set(fields.map(({ name }) => String(name)));
    return {
      queries: names.size > 0 ? names : new Set(plainQueries),
      spanFields: toNames(type["fields"], plainSpanFields),
      hasTraceDuration: listObjects(trace?.["args"]).some(({ name }) => name === "duration"),
      hasWholeTraces: names.has("queryTraces") && (await this.#canTellWhole(names, signal)),
    };
  }

  /** Only one of the storages can. */
  async #canTellWhole(names: ReadonlySet<string>, signal: AbortSignal): Promise<boolean> {
    if (!names.has("hasQueryTracesV2Support")) return false;
    const { data } = await this.ask({ query: "{ hasQueryTracesV2Support }" }, signal);
    return data["hasQueryTracesV2Support"] === true;
  }

  /** Nothing where it is refused: some keep their schema to themselves. */
  async #introspect(query: string, signal: AbortSignal): Promise<JsonObject> {
    try {
      return (await this.ask({ query }, signal)).data;
    } catch (error) {
      if (error instanceof TraceError && error.failure.code === "storeRefused") return {};
      throw error;
    }
  }
}

function toNames(fields: unknown, otherwise: readonly string[]): ReadonlySet<string> {
  const names = listObjects(fields).map(({ name }) => String(name));
  return new Set(names.length > 0 ? names : otherwise);
}

/** Without the classes of the server's own language. */
function toReason(message: unknown): string {
  const text = typeof message === "string" ? message : "GraphQL answered with an error";
  const [, path = "", said] =
    /^Exception while fetching data \(([^)]*)\) : (.*)$/s.exec(text) ?? [];
  if (said === undefined) return text.slice(0, 300);
  return `${path}: ${said.replace(/^(?:[\w$]+\.)+[\w$]+:\s*/, "")}`.slice(0, 300);
}
