/**
 * Task results in MongoDB as a trace store: Funboost's, those of anyone who keeps ids beside them, and Celery's.
 * One collection a queue, so every question goes to all collections, a bounded number at once.
 *
 * It only reads, with one exception that the user asks for: `createIndexes`.
 */

import { mapBounded } from "../../base/mapBounded.ts";
import { BSON } from "mongodb";
import { toIdText, type BsonDocument } from "../../formats/encodings/bsonValue.ts";
import { DEFAULT_STALE_AFTER_MS } from "../../formats/tasks/funboostDocument.ts";
import { readTaskIds, type IdFields } from "../../formats/tasks/taskIds.ts";
import { TraceError } from "../../model/failure.ts";
import { canonicalTraceId } from "../../model/ids.ts";
import { listPossibleSpanIds, listSpellings } from "../../model/idSpellings.ts";
import type { Problem } from "../../model/problem.ts";
import type { Credentials } from "../../model/storeAddress.ts";
import type { SpanInput } from "../../model/span.ts";
import type { SpanDetail } from "../../model/spanDetail.ts";
import type { StoredTrace } from "../../model/trace.ts";
import { findRoot } from "../briefs.ts";
import type {
  Found,
  SpanBrief,
  StoreAdvice,
  StoreHealth,
  TracePage,
  TraceQuery,
  TraceStore,
} from "../../model/traceStore.ts";
import type { DocumentProfile } from "./documentProfile.ts";
import { earliestMsOf, toSpanConditions, toTraceConditions } from "./idConditions.ts";
import { MongoConnection, type Call } from "./mongoConnection.ts";
import { countCollections, describeServer, readAdvice } from "./storeHealth.ts";
import { toBrief, type BriefContext } from "./taskBrief.ts";
import { AT_ONCE, TaskCollections, type CollectionShape } from "./taskCollections.ts";
import { TaskReader, type TaskHit, type TaskHits } from "./taskReader.ts";
import { searchTasks } from "./taskSearch.ts";
import { findTraceIds, readTraceTasks } from "./taskTrace.ts";

export interface MongoStoreOptions {
  readonly name: string;
  readonly url: string;
  readonly credentials?: Credentials;
  /** Absent: Funboost's databases and Celery's, else the one that the connection string names. */
  readonly database?: string;
  /** Absent: told by the collection's name. */
  readonly profile?: "funboost" | "celery";
  /** Where ids stand besides the usual places; tried first. */
  readonly fields?: Partial<IdFields>;
  /** Collections to read; `*` stands for any text. */
  readonly collections?: {
    readonly include?: readonly string[];
    readonly exclude?: readonly string[];
  };
  readonly staleAfterMs?: number;
  readonly timeoutMs?: number;
  /** Tasks of one trace that are read at most. */
  readonly limit?: number;
}

const DEFAULT_TIMEOUT_MS = 5_000;
const DEFAULT_LIMIT = 100_000;
const MAX_FOUND = 20;
const MAX_CHILDREN = 1_000;
/** Tasks of a queue that are looked at for the names of its functions. */
const OPERATION_SAMPLE = 200;

/** Connects on the first question. Throws `storeMisconfigured`. */
export function openMongoStore(options: MongoStoreOptions): TraceStore {
  return new MongoStore(options);
}

class MongoStore implements TraceStore {
  readonly kind = "mongodb";
  readonly name: string;
  readonly #options: MongoStoreOptions;
  readonly #connection: MongoConnection;
  readonly #collections: TaskCollections;
  readonly #reader: TaskReader;

  constructor(options: MongoStoreOptions) {
    const { name, url, credentials, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
    this.name = name;
    this.#options = options;
    this.#connection = new MongoConnection({ name, url, credentials, timeoutMs });
    this.#collections = new TaskCollections(this.#connection, options);
    this.#reader = new TaskReader(this.#collections);
  }

  async readTrace(traceId: string, signal: AbortSignal): Promise<StoredTrace | undefined> {
    const limit = this.#options.limit ?? DEFAULT_LIMIT;
    return this.#connection.ask(signal, async call => {
      const tasks = await readTraceTasks(this.#reader, traceId, limit, call);
      if (tasks.hits.length === 0) {
        this.#requireFinished(tasks.unfinished);
        return undefined;
      }
      const problems: Problem[] = [];
      if (tasks.isCut) problems.push({ code: "cutAt", spans: [], limit, store: this.name });
      if (tasks.unfinished.length > 0) {
        const text = `operation exceeded time limit: ${tasks.unfinished.join(", ")}`;
        problems.push({ code: "storeNote", spans: [], store: this.name, text });
      }
      if (isAlone(tasks.hits)) {
        problems.push({ code: "noTraceContext", spans: [], store: this.name });
      }
      if (isFlat(tasks.hits)) {
        problems.push({ code: "noParents", spans: [], store: this.name });
      }
      const context = this.#context();
      return {
        store: this.name,
        spans: tasks.hits.map(hit => toSpan(hit, context)),
        details: {
          readDetail: (key, detailSignal) => this.#readDetail(key, traceId, detailSignal),
        },
        problems,
      };
    });
  }

  async findId(id: string, signal: AbortSignal): Promise<readonly Found[]> {
    return this.#connection.ask(signal, async call => {
      const keyed = await this.#readByKey(id, call);
      if (keyed.length > 0) return this.#toFound(keyed.slice(0, MAX_FOUND), id, call);
      const { hits, unfinished } = await this.#readById(id, call);
      if (hits.length === 0) this.#requireFinished(unfinished);
      return this.#toFound(hits, id, call);
    });
  }

  async readChildren(spanId: string, signal: AbortSignal): Promise<readonly SpanBrief[]> {
    return this.#connection.ask(signal, async call => {
      const { hits, unfinished } = await this.#readCallees(spanId, call);
      if (hits.length === 0) this.#requireFinished(unfinished);
      const findTrace = await findTraceIds(this.#reader, hits, call);
      const context = this.#context();
      const start = (brief: SpanBrief): number => brief.startUnixMs ?? brief.endUnixMs ?? Infinity;
      return hits
        .map(hit => toBrief(hit, findTrace(hit), context))
        .sort((a, b) => start(a) - start(b));
    });
  }

  async searchTraces(query: TraceQuery, signal: AbortSignal): Promise<TracePage> {
    return this.#connection.ask(signal, call =>
      searchTasks(this.#collections, this.#reader, query, this.#context(), call),
    );
  }

  /** Queues, which Funboost names collections after, unless several share one. */
  async listServices(signal: AbortSignal): Promise<readonly string[]> {
    return this.#connection.ask(signal, async call => {
      const shaped = await this.#collections.listShaped(call);
      const queues = await mapBounded(shaped, AT_ONCE, async ({ tasks, shape }) => {
        const { queueField } = tasks.profile;
        const isOne = shape.queues.length === 1 && shape.queues[0] === tasks.name;
        if (isOne || !shape.indexed.has(queueField)) return shape.queues;
        const distinct: readonly unknown[] = await tasks.collection.distinct(
          queueField,
          {},
          {
            maxTimeMS: Math.max(1, Math.ceil(call.remainingMs())),
          },
        );
        return [...shape.queues, ...distinct.flatMap(queue => toIdText(queue) ?? [])];
      });
      return [...new Set(queues.flat())].sort();
    });
  }

  async listOperations(service: string, signal: AbortSignal): Promise<readonly string[]> {
    return this.#connection.ask(signal, async call => {
      const shaped = await this.#collections.listShaped(call);
      const names = await mapBounded(shaped, AT_ONCE, async ({ tasks, shape }) => {
        const { queueField, functionField, kind } = tasks.profile;
        const isNamed = service === tasks.name && kind === "funboost";
        if (!isNamed && !shape.queues.includes(service) && !shape.indexed.has(queueField)) {
          return [];
        }
        const queue = isNamed ? { $in: [service, null, ""] } : service;
        const documents = await tasks.collection
          .find(
            { [queueField]: queue },
            {
              projection: { [functionField]: 1 },
              maxTimeMS: Math.max(1, Math.ceil(call.remainingMs())),
              signal: call.signal,
            },
          )
          .sort({ _id: -1 })
          .limit(OPERATION_SAMPLE)
          .toArray();
        return documents.flatMap(document => toIdText(document[functionField]) ?? []);
      });
      return [...new Set(names.flat())].sort();
    });
  }

  async checkHealth(signal: AbortSignal): Promise<StoreHealth> {
    return this.#connection.ask(signal, async call => {
      const admin = this.#connection.client.db("admin");
      const info = await admin.command({ buildInfo: 1 }, { signal: call.signal });
      const shaped = await this.#collections.listShaped(call);
      const all = await this.#collections.list(call);
      return {
        facts: [
          describeServer(info),
          ...countCollections(
            all,
            shaped.map(({ tasks }) => tasks),
          ),
        ],
        advice: readAdvice(shaped),
      };
    });
  }

  async createIndexes(advice: StoreAdvice, signal: AbortSignal): Promise<void> {
    const all = await this.#connection.ask(signal, call => this.#collections.list(call));
    const advised = all.filter(({ namespace }) => advice.collections.includes(namespace));
    await this.#connection.run(signal, async () => {
      for (const { collection } of advised) {
        signal.throwIfAborted();
        await collection.createIndex({ ...advice.key });
      }
    });
    this.#collections.forgetShapes();
  }

  dispose(): void {
    this.#connection.dispose();
  }

  async #readDetail(key: string, traceId: string, signal: AbortSignal): Promise<SpanDetail> {
    const [namespace = "", id = ""] = key.split("\n", 2);
    return this.#connection.ask(signal, async call => {
      const all = await this.#collections.list(call);
      const tasks = all.find(each => each.namespace === namespace);
      const { _id } = BSON.EJSON.parse(id, { relaxed: true }) as { readonly _id: never };
      const document: BsonDocument | null | undefined = await tasks?.collection.findOne(
        // A key may be a document of its own, whose names must not be taken for operators.
        { _id: { $eq: _id } },
        { signal: call.signal },
      );
      if (tasks === undefined || document === null || document === undefined) {
        // Funboost's documents live for a week.
        throw new TraceError({ code: "notFound", id: toIdText(_id) ?? key, answers: [] });
      }
      const record = tasks.profile.readRecord(document, {
        ...this.#context(),
        store: this.name,
        collection: tasks.name,
        fields: tasks.profile.fields,
      });
      return {
        ...record.detail,
        traceId: readTaskIds(document, tasks.profile.fields).traceId ?? traceId,
      };
    });
  }

  /** By the document's key: as it is written, then in its other readings. */
  async #readByKey(id: string, call: Call): Promise<readonly TaskHit[]> {
    const keyed = await this.#reader.readByKey([id], call, true);
    const others = listPossibleSpanIds(id).filter(form => form !== id);
    if (keyed.length > 0 || others.length === 0) return keyed;
    return this.#reader.readByKey(others, call, true);
  }

  /** By any id but the document's key: a trace's, a task's where documents are keyed otherwise, a span's. */
  async #readById(id: string, call: Call): Promise<TaskHits> {
    const sinceUnixMs = earliestMsOf(id);
    const spellings = listSpellings(id);
    const toTrace = ({ fields }: DocumentProfile) => toTraceConditions(fields.traceId, spellings);
    const toSpan = ({ fields }: DocumentProfile, { isKeyedByTask, inUse }: CollectionShape) => {
      const taskId = isKeyedByTask ? [] : fields.taskId;
      const spanId = fields.spanId.filter(path => inUse.has(path));
      return toSpanConditions([...taskId, ...spanId], spellings);
    };
    const question = { sinceUnixMs, limit: MAX_FOUND * 50, isFirstOnly: true, withErrors: true };
    if (await this.#reader.isIndexed(({ fields }) => fields.traceId, call)) {
      const traced = await this.#reader.readByIds({ ...question, conditions: toTrace }, call);
      if (traced.hits.length > 0) return traced;
      return this.#reader.readByIds({ ...question, conditions: toSpan }, call);
    }
    const conditions = (profile: DocumentProfile, shape: CollectionShape) => [
      ...toTrace(profile),
      ...toSpan(profile, shape),
    ];
    return this.#reader.readByIds({ ...question, conditions }, call);
  }

  async #readCallees(spanId: string, call: Call): Promise<TaskHits> {
    return this.#reader.readByIds(
      {
        conditions: ({ fields }) =>
          toSpanConditions(fields.parentTaskId, listPossibleSpanIds(spanId)),
        sinceUnixMs: earliestMsOf(spanId),
        limit: MAX_CHILDREN,
        withErrors: true,
      },
      call,
    );
  }

  /** A task that the id names is found as itself; else the id is its trace's, found once with its first root. */
  async #toFound(hits: readonly TaskHit[], id: string, call: Call): Promise<readonly Found[]> {
    const findTrace = await findTraceIds(this.#reader, hits, call);
    const context = this.#context();
    const spellings = new Set(listPossibleSpanIds(id));
    const found = new Map<string, Found>();
    const roots = new Map<string, SpanBrief[]>();
    const isCounted =
      hits.length > 0 && (await this.#reader.isIndexed(({ fields }) => fields.parentTaskId, call));
    for (const hit of hits) {
      const traceId = findTrace(hit);
      const brief = toBrief(hit, traceId, context);
      const { taskId, spanId } = hit.ids;
      const isKey = toIdText(hit.document["_id"])?.toLowerCase() === id.toLowerCase();
      if (spellings.has(taskId) || spellings.has(spanId ?? "") || isKey) {
        const childCount = isCounted
          ? (await this.#readCallees(taskId, call)).hits.length
          : undefined;
        const key = `${hit.tasks.namespace}\n${taskId}`;
        found.set(key, { traceId, spanId: taskId, brief: { ...brief, childCount } });
      } else {
        roots.set(traceId, [...(roots.get(traceId) ?? []), brief]);
      }
    }
    const traces = [...roots].map(([traceId, briefs]) => ({ traceId, brief: findRoot(briefs) }));
    // Whoever asks for a trace wants the trace that is named so before one that carries the id beside its own.
    const canonical = canonicalTraceId(id);
    traces.sort((a, b) => Number(b.traceId === canonical) - Number(a.traceId === canonical));
    return [...found.values(), ...traces].slice(0, MAX_FOUND);
  }

  /** Nothing found is only an answer where everything was looked at. */
  #requireFinished(unfinished: readonly string[]): void {
    if (unfinished.length === 0) return;
    const afterMs = this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    throw new TraceError({ code: "storeTimeout", store: this.name, afterMs });
  }

  #context(): BriefContext {
    const { staleAfterMs = DEFAULT_STALE_AFTER_MS } = this.#options;
    return { nowUnixMs: Date.now(), staleAfterMs };
  }
}

function toSpan({ tasks, document, ids }: TaskHit, context: BriefContext): SpanInput {
  return {
    ...tasks.profile.toSpan(document, ids, { ...context, collection: tasks.name }),
    detailKey: `${tasks.namespace}\n${BSON.EJSON.stringify({ _id: document["_id"] }, { relaxed: false })}`,
  };
}

/** Tasks that share a trace id and nothing else: OpenTelemetry's context names the message, not the caller. */
function isFlat(hits: readonly TaskHit[]): boolean {
  const isMessageAlone = ({ ids }: TaskHit): boolean =>
    ids.parentTaskId === undefined && ids.spanId !== undefined;
  return hits.length > 1 && hits.every(isMessageAlone);
}

/** One task whose message told nothing of others. Celery always tells of a caller where there is one. */
function isAlone(hits: readonly TaskHit[]): boolean {
  const [only, ...others] = hits;
  return (
    only !== undefined &&
    others.length === 0 &&
    only.tasks.profile.kind === "funboost" &&
    only.ids.traceId === undefined &&
    only.ids.parentTaskId === undefined
  );
}
