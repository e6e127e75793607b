/**
 * A Jaeger server of version 1 or 2 as a trace store. It only reads, and asks for traces untouched, so that nothing is
 * adjusted twice.
 *
 * Jaeger knows traces by their ids and spans by their tags. A span's own id it does not know: that is found where the
 * span was seen lately.
 */

import { spanKeys } from "../../formats/otlp/spanKeys.ts";
import { getFailure } from "../../model/failure.ts";
import { uuid7UnixMs } from "../../model/ids.ts";
import type { SpanRecord, SpanRecords } from "../../model/spanRecord.ts";
import type {
  Found,
  StoreHealth,
  TracePage,
  TraceQuery,
  TraceStore,
} from "../../model/traceStore.ts";
import type { HttpStoreOptions } from "../http/httpClient.ts";
import { ProductGuard } from "../http/productGuard.ts";
import { MAX_FOUND, TracingServer } from "../tracingServer.ts";
import { findTaskSpans } from "../wholeTraces.ts";
import { searchWindows } from "../windowSearch.ts";
import { JaegerApi, type JaegerConditions } from "./jaegerApi.ts";

interface FoundTraces {
  readonly traces: readonly (readonly SpanRecord[])[];
  readonly isAll: boolean;
}

/** Ids of traces and spans are looked up, not searched for. */
const TRACING_ID = /^(?:[0-9a-f]{16}|[0-9a-f]{32})$/i;
/** How far back a task's spans are looked for. */
const TASK_REACH_MS = 7 * 86_400_000;
const SLACK_MS = 60_000;
/** Storages that want a service are asked for each in turn, which must end somewhere. */
const MAX_SERVICES = 40;

/** Connects on the first question. Throws `storeMisconfigured`. */
export function openJaegerStore(options: HttpStoreOptions): TraceStore {
  return new JaegerStore(options);
}

class JaegerStore extends TracingServer {
  readonly kind = "jaeger";
  readonly #guard = new ProductGuard(this.client, "jaeger");
  readonly #api = new JaegerApi(this.client);
  /** Told by the first answer; absent: not known yet. */
  #wantsService: boolean | undefined;

  constructor(options: HttpStoreOptions) {
    super(options, "x-tenant");
  }

  async searchTraces(query: TraceQuery, signal: AbortSignal): Promise<TracePage> {
    signal.throwIfAborted();
    // Only what has ended is sent to it.
    if (query.status === "running") return { traces: [] };
    const { service, operation, tags = {} } = query;
    const isOfSpan = service !== undefined || operation !== undefined;
    // Failures are found among all: how a storage tags them, if it does, is its own business.
    const conditions = {
      service,
      operation,
      // Jaeger wants one span that meets all conditions, where ours may be met by several.
      tags: isOfSpan ? {} : Object.fromEntries(Object.entries(tags).slice(0, 1)),
      // Without a service or an operation the duration is the whole trace's.
      ...(isOfSpan && { minDurationMs: query.minDurationMs, maxDurationMs: query.maxDurationMs }),
    };
    return searchWindows(query, window => this.#find({ ...conditions, ...window }, signal));
  }

  async listServices(signal: AbortSignal): Promise<readonly string[]> {
    return this.#guard.ask(() => this.#api.listServices(signal), signal);
  }

  protected async readOperations(service: string, signal: AbortSignal): Promise<readonly string[]> {
    return this.#guard.ask(() => this.#api.listOperations(service, signal), signal);
  }

  async checkHealth(signal: AbortSignal): Promise<StoreHealth> {
    const services = await this.listServices(signal);
    const [version, { hasV3Raw }] = await Promise.all([
      this.#api.readVersion(signal),
      this.#api.readAbilities(signal),
    ]);
    return {
      facts: [
        ["Jaeger", version ?? "", hasV3Raw ? "(API v3)" : "(classic API)"]
          .filter(part => part !== "")
          .join(" "),
        { kind: "services", names: services },
      ],
      advice: [],
    };
  }

  protected async readRecords(traceId: string, signal: AbortSignal): Promise<SpanRecords> {
    return this.readForms(traceId, async form => {
      // Jaeger keeps ids of 64 bits with 16 digits.
      const id = form.replace(/^0{16}/, "");
      const answer = await this.#guard.ask(() => this.#api.readTrace(id, signal), signal);
      const { records, problems, isCut } = answer;
      if (!isCut) return answer;
      const limit = records.length;
      return {
        records,
        problems: [...problems, { code: "cutAt", spans: [], limit, store: this.name }],
      };
    });
  }

  /**
   * Finds the traces of one service; without one of all, in one question where the storage allows that, else in one for
   * each.
   */
  async #find(conditions: JaegerConditions, signal: AbortSignal): Promise<FoundTraces> {
    if (conditions.service !== undefined) return this.#findOnce(conditions, signal);
    if (this.#wantsService !== true) {
      const all = await this.#findOfAll(conditions, signal);
      if (all !== undefined && all.traces.length > 0) this.#wantsService = false;
      // Some storages answer that nothing was found where they cannot look.
      if (all !== undefined && this.#wantsService === false) return all;
    }
    const services = (await this.listServices(signal)).slice(0, MAX_SERVICES);
    const found = await Promise.all(
      services.map(service => this.#findOnce({ ...conditions, service }, signal)),
    );
    if (found.some(each => each.traces.length > 0)) this.#wantsService = true;
    // A trace is found once for each of its services that matches.
    const traces = new Map(
      found.flatMap(each => each.traces).map(records => [records[0]?.traceId, records]),
    );
    return { traces: [...traces.values()], isAll: found.every(each => each.isAll) };
  }

  async #findOfAll(
    conditions: JaegerConditions,
    signal: AbortSignal,
  ): Promise<FoundTraces | undefined> {
    try {
      return await this.#findOnce(conditions, signal);
    } catch (error) {
      if (getFailure(error)?.code === "storeRefused") return undefined;
      throw error;
    }
  }

  async #findOnce(conditions: JaegerConditions, signal: AbortSignal): Promise<FoundTraces> {
    const { records, isCut } = await this.#guard.ask(
      () => this.#api.findTraces(conditions, signal),
      signal,
    );
    this.recent.add(records);
    const traces = [...Map.groupBy(records, record => record.traceId).values()];
    return { traces, isAll: traces.length < conditions.limit && !isCut };
  }

  protected async findTask(id: string, signal: AbortSignal): Promise<readonly Found[]> {
    if (TRACING_ID.test(id)) return [];
    const bornMs = uuid7UnixMs(id);
    const toUnixMs = Math.min(Date.now(), (bornMs ?? Infinity) + TASK_REACH_MS) + SLACK_MS;
    const fromUnixMs = bornMs === undefined ? toUnixMs - TASK_REACH_MS : bornMs - SLACK_MS;
    if (fromUnixMs >= toUnixMs) return [];
    const answers = await Promise.all(
      spanKeys.taskId.map(async key => {
        const conditions = { tags: { [key]: id }, fromUnixMs, toUnixMs, limit: MAX_FOUND };
        return (await this.#find(conditions, signal)).traces;
      }),
    );
    return findTaskSpans(answers.flat(), id).slice(0, MAX_FOUND);
  }
}
