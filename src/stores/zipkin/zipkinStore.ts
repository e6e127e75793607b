/**
 * A Zipkin server, or another that speaks its API of version 2 (SkyWalking does), as a trace store. It only reads.
 *
 * The API knows traces by their ids and spans by their tags. A span's own id it does not know: that is found where the
 * span was seen lately.
 */

import { spanKeys } from "../../formats/otlp/spanKeys.ts";
import { isObject } from "../../formats/values/jsonObject.ts";
import { readZipkinList } from "../../formats/zipkin/zipkinV2.ts";
import { TraceError } from "../../model/failure.ts";
import { listHexTraceIds } from "../../model/idSpellings.ts";
import type { SpanRecord, SpanRecords } from "../../model/spanRecord.ts";
import type {
  Found,
  StoreHealth,
  TracePage,
  TraceQuery,
  TraceStore,
} from "../../model/traceStore.ts";
import type { HttpAnswer } from "../http/httpBody.ts";
import type { HttpStoreOptions } from "../http/httpClient.ts";
import { ProductGuard } from "../http/productGuard.ts";
import { MAX_FOUND, TracingServer } from "../tracingServer.ts";
import { chooseTrace, findTaskSpans } from "../wholeTraces.ts";
import { toTagCondition, type ZipkinParameters } from "./zipkinQuery.ts";
import { searchZipkin } from "./zipkinSearch.ts";

/** How far back a task's spans are looked for. */
const TASK_REACH_MS = 7 * 86_400_000;

/** Connects on the first question. Throws `storeMisconfigured`. */
export function openZipkinStore(options: HttpStoreOptions): TraceStore {
  return new ZipkinStore(options);
}

class ZipkinStore extends TracingServer {
  readonly kind = "zipkin";
  readonly #guard = new ProductGuard(this.client, "zipkin");

  async searchTraces(query: TraceQuery, signal: AbortSignal): Promise<TracePage> {
    return searchZipkin(query, parameters => this.#search(parameters, signal));
  }

  async listServices(signal: AbortSignal): Promise<readonly string[]> {
    return this.#readNames("/api/v2/services", {}, signal);
  }

  protected async readOperations(service: string, signal: AbortSignal): Promise<readonly string[]> {
    return this.#readNames("/api/v2/spans", { serviceName: service }, signal);
  }

  async checkHealth(signal: AbortSignal): Promise<StoreHealth> {
    const [services, info] = await Promise.all([
      this.listServices(signal),
      this.#readInfo(signal),
      this.#requireUp(signal),
    ]);
    return {
      facts: [info, { kind: "services", names: services }],
      advice: [],
    };
  }

  /** The forms of an id at once, and as one list: the two sides of a span may stand under different ones. */
  protected async readRecords(traceId: string, signal: AbortSignal): Promise<SpanRecords> {
    const forms = listHexTraceIds(traceId);
    const answers = await Promise.all(
      forms.map(form => this.#guard.ask(() => this.#readAnswer(form, signal), signal)),
    );
    const items = answers.flatMap(({ items: own }) => own);
    const list = readZipkinList(items, { store: this.name });
    const records = chooseTrace(list.records, forms);
    const isCut = answers.some(answer => answer.isCut);
    const limit = items.length;
    return {
      records,
      problems: isCut
        ? [...list.problems, { code: "cutAt", spans: [], limit, store: this.name }]
        : list.problems,
    };
  }

  async #readAnswer(
    traceId: string,
    signal: AbortSignal,
  ): Promise<{ readonly items: readonly unknown[]; readonly isCut: boolean }> {
    // Zipkin keeps ids of 64 bits with 16 digits.
    const id = traceId.replace(/^0{16}/, "");
    const question = {
      path: `/api/v2/trace/${id}`,
      accept: "application/json",
      expected: [404],
      isForTraces: true,
    };
    const answer = await this.client.ask(question, signal);
    if (answer.status === 404 && isNoTrace(answer, id)) return { items: [], isCut: false };
    const { values, error } = this.client.readJson(answer);
    if (answer.status === 404) {
      // Not the API's own answer: there is something else at this address.
      const reason = `HTTP 404 (${this.client.address})`;
      throw new TraceError(error?.code === "storeSentPage" ? error : this.#refused(reason));
    }
    if (error !== undefined) throw new TraceError(error);
    return { items: values.flat(2), isCut: answer.isCut };
  }

  async #search(
    parameters: ZipkinParameters,
    signal: AbortSignal,
  ): Promise<readonly (readonly SpanRecord[])[]> {
    const question = {
      path: "/api/v2/traces",
      query: parameters,
      isForTraces: true,
    };
    const { values } = await this.#guard.ask(() => this.client.askJson(question, signal), signal);
    const lists = values.flat().filter((list): list is unknown[] => Array.isArray(list));
    const traces = lists.flatMap(list => {
      const { records } = readZipkinList(list, { store: this.name });
      return records.length === 0 ? [] : [records];
    });
    for (const records of traces) this.recent.add(records);
    return traces;
  }

  protected async findTask(id: string, signal: AbortSignal): Promise<readonly Found[]> {
    const endTs = Date.now() + 60_000;
    const answers = await Promise.all(
      spanKeys.taskId.map(async key => {
        const annotationQuery = toTagCondition(key, id);
        if (annotationQuery === undefined) return [];
        const parameters = { annotationQuery, endTs, lookback: TASK_REACH_MS, limit: MAX_FOUND };
        return this.#search(parameters, signal);
      }),
    );
    return findTaskSpans(answers.flat(), id).slice(0, MAX_FOUND);
  }

  async #readNames(
    path: string,
    query: ZipkinParameters,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    return this.#guard.ask(async () => {
      const { values } = await this.client.askJson({ path, query }, signal);
      const [names] = values;
      if (!Array.isArray(names)) {
        throw new TraceError(this.#refused("it does not answer as Zipkin"));
      }
      return names.filter(name => typeof name === "string").sort();
    }, signal);
  }

  /** Product and version; others that speak the API have no such page. */
  async #readInfo(signal: AbortSignal): Promise<string> {
    const answer = await this.#askServer("/info", signal);
    const [info] = this.client.readJson(answer).values;
    const zipkin = isObject(info) ? info["zipkin"] : undefined;
    const version = isObject(zipkin) ? zipkin["version"] : undefined;
    return typeof version === "string" ? `Zipkin ${version}` : "Zipkin API 2";
  }

  /** A server that runs may have lost its storage. */
  async #requireUp(signal: AbortSignal): Promise<void> {
    const answer = await this.#askServer("/health", signal);
    const [health] = this.client.readJson(answer).values;
    if (!isObject(health) || health["status"] !== "DOWN") return;
    const [, error = ""] = /"error"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(JSON.stringify(health)) ?? [];
    throw new TraceError(this.#refused(`its storage is down${error === "" ? "" : `: ${error}`}`));
  }

  /** The server's own pages lie beside its user interface, not below it. */
  async #askServer(path: string, signal: AbortSignal): Promise<HttpAnswer> {
    const base = this.client.basePath.replace(/\/zipkin$/, "");
    return this.client.ask({ base, path, expected: [401, 403, 404, 405, 500, 503] }, signal);
  }

  #refused(reason: string): {
    readonly code: "storeRefused";
    readonly store: string;
    readonly reason: string;
  } {
    return { code: "storeRefused", store: this.name, reason };
  }
}

/** Zipkin says so in plain words; anything else that has nothing here is not Zipkin. */
function isNoTrace({ bytes }: HttpAnswer, traceId: string): boolean {
  return bytes.toString("utf8").trim() === `${traceId} not found`;
}
