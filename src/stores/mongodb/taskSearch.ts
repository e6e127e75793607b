/**
 * The newest tasks that match, from all collections in one order, as traces and page by page.
 *
 *     orders     9:05  9:01  8:40 …  ╲
 *     payments   9:04  8:59 …         ▶  9:05  9:04  9:03  9:01  8:59 …
 *     mails      9:03  8:30 …        ╱
 *
 * Each collection is read newest first through its index on time and only as far as the page needs.
 */

import { mapBounded } from "../../base/mapBounded.ts";
import type { Document, Filter } from "mongodb";
import { toNumber, type BsonDocument } from "../../formats/encodings/bsonValue.ts";
import { readTaskIds } from "../../formats/tasks/taskIds.ts";
import { toTraceBrief } from "../briefs.ts";
import type { SpanBrief, TracePage, TraceQuery } from "../../model/traceStore.ts";
import { readTimeMs, toTimeValue, type TimeField } from "./documentProfile.ts";
import { earliestMsOf, toTraceConditions } from "./idConditions.ts";
import type { Call } from "./mongoConnection.ts";
import { toBrief, type BriefContext } from "./taskBrief.ts";
import {
  AT_ONCE,
  type CollectionShape,
  type TaskCollection,
  type TaskCollections,
} from "./taskCollections.ts";
import { spanProjection, type TaskHit, type TaskReader } from "./taskReader.ts";
import { findTraceIds, keyOf } from "./taskTrace.ts";

/** Tasks read of one collection for one page at most: a trace of very many tasks must not be read to its end. */
const MAX_PER_PAGE = 2_000;
const MAX_MEMBERS = 20_000;
/** A trace's first task may have been published this long before the oldest one of it that matched. */
const TRACE_REACH_MS = 3_600_000;

/** Where a page ended, and what was shown: a trace has older tasks, which must not show it again. */
interface Cursor {
  readonly beforeMs: number;
  readonly shown: readonly string[];
}

export async function searchTasks(
  collections: TaskCollections,
  reader: TaskReader,
  query: TraceQuery,
  context: BriefContext,
  call: Call,
): Promise<TracePage> {
  const cursor = readCursor(query.cursor);
  const shown = new Set(cursor?.shown);
  const streams = await openStreams(collections, query, cursor?.beforeMs, call);
  try {
    const page = await readPage(streams, reader, query.limit, shown, call);
    const members = await readMembers(reader, page.hits, call);
    const traces = page.traceIds.map(traceId => {
      const traceHits = page.hits
        .filter(({ traceId: each }) => each === traceId)
        .map(({ hit }) => hit);
      const all = new Map(
        [...traceHits, ...(members.get(traceId) ?? [])].map(hit => [keyOf(hit), hit]),
      );
      const briefs: SpanBrief[] = [...all.values()].map(hit => toBrief(hit, traceId, context));
      return toTraceBrief(traceId, briefs);
    });
    const next: Cursor | undefined =
      page.beforeMs === undefined
        ? undefined
        : { beforeMs: page.beforeMs, shown: [...shown, ...page.traceIds] };
    return { traces, ...(next !== undefined && { cursor: JSON.stringify(next) }) };
  } finally {
    await Promise.all(streams.map(stream => stream.close()));
  }
}

interface Page {
  readonly traceIds: readonly string[];
  readonly hits: readonly { readonly hit: TaskHit; readonly traceId: string }[];
  /** Absent: nothing older is left. */
  readonly beforeMs: number | undefined;
}

/** Takes the newest task of all streams, again and again, until the page is full. */
async function readPage(
  streams: readonly TaskStream[],
  reader: TaskReader,
  limit: number,
  shown: ReadonlySet<string>,
  call: Call,
): Promise<Page> {
  await mapBounded(streams, AT_ONCE, stream => stream.advance());
  const traceIds = new Set<string>();
  const hits: { readonly hit: TaskHit; readonly traceId: string }[] = [];
  let lastMs: number | undefined;
  for (;;) {
    const newest = streams.reduce<TaskStream | undefined>(
      (best, each) =>
        each.head !== undefined && (best?.head === undefined || each.headMs > best.headMs)
          ? each
          : best,
      undefined,
    );
    const ended = streams.filter(stream => stream.hasMore);
    // Below what a bounded stream has told, order is not known: the page ends there.
    const floorMs = Math.max(Number.NEGATIVE_INFINITY, ...ended.map(stream => stream.lastMs));
    const hit = newest?.head;
    if (newest === undefined || hit === undefined || newest.headMs < floorMs) {
      if (ended.length === 0) return { traceIds: [...traceIds], hits, beforeMs: undefined };
      // A whole page of one moment must not be read for ever.
      const isStuck = traceIds.size === 0 && lastMs === floorMs;
      return { traceIds: [...traceIds], hits, beforeMs: isStuck ? floorMs - 1 : floorMs };
    }
    const traceId = hit.ids.traceId ?? (await findTraceIds(reader, [hit], call))(hit);
    if (!shown.has(traceId)) {
      if (traceIds.size === limit && !traceIds.has(traceId)) {
        return { traceIds: [...traceIds], hits, beforeMs: newest.headMs };
      }
      traceIds.add(traceId);
      hits.push({ hit, traceId });
    }
    lastMs = newest.headMs;
    await newest.advance();
  }
}

/** The other tasks of the traces of a page, for their counts and their roots. */
async function readMembers(
  reader: TaskReader,
  hits: Page["hits"],
  call: Call,
): Promise<ReadonlyMap<string, readonly TaskHit[]>> {
  const traced = hits.filter(({ hit }) => hit.ids.traceId !== undefined);
  if (traced.length === 0) return new Map();
  const traceIds = [...new Set(traced.map(({ traceId }) => traceId))];
  const starts = traced.map(({ hit, traceId }) => {
    const seconds = toNumber(hit.document["publish_time"]) ?? toNumber(hit.document["time_start"]);
    return earliestMsOf(traceId) ?? (seconds === undefined ? 0 : seconds * 1_000 - TRACE_REACH_MS);
  });
  const { hits: members } = await reader.readByIds(
    {
      conditions: ({ fields }) => toTraceConditions(fields.traceId, traceIds),
      sinceUnixMs: starts.reduce((a, b) => Math.min(a, b)),
      limit: MAX_MEMBERS,
      withErrors: true,
    },
    call,
  );
  return Map.groupBy(members, member => member.ids.traceId ?? "");
}

/** One collection, newest first. */
class TaskStream {
  head: TaskHit | undefined;
  headMs = 0;
  /** The time of the last document that was read. */
  lastMs = Number.POSITIVE_INFINITY;
  /** It ended because no more was asked for, not because no more was there. */
  hasMore = false;
  readonly #tasks: TaskCollection;
  readonly #field: TimeField;
  readonly #documents: AsyncIterator<BsonDocument>;
  readonly #limit: number;
  #passedCount = 0;

  constructor(
    tasks: TaskCollection,
    field: TimeField,
    documents: AsyncIterable<BsonDocument>,
    limit: number,
  ) {
    this.#tasks = tasks;
    this.#field = field;
    this.#documents = documents[Symbol.asyncIterator]();
    this.#limit = limit;
  }

  async advance(): Promise<void> {
    for (;;) {
      const next = await this.#documents.next();
      if (next.done === true) {
        this.head = undefined;
        this.hasMore = this.#passedCount >= this.#limit;
        return;
      }
      this.#passedCount += 1;
      this.headMs = this.lastMs = readTimeMs(next.value, this.#field);
      if (!this.#tasks.profile.isTask(next.value)) continue;
      const ids = readTaskIds(next.value, this.#tasks.profile.fields);
      // A task without an id cannot be opened.
      if (ids.taskId === "") continue;
      this.head = { tasks: this.#tasks, document: next.value, ids };
      return;
    }
  }

  async close(): Promise<void> {
    await this.#documents.return?.();
  }
}

async function openStreams(
  collections: TaskCollections,
  query: TraceQuery,
  beforeMs: number | undefined,
  call: Call,
): Promise<readonly TaskStream[]> {
  const limit = Math.min(MAX_PER_PAGE, Math.max(100, query.limit * 5));
  const shaped = await collections.listShaped(call);
  return shaped.flatMap(({ tasks, shape }) => {
    const field = shape.timeField;
    const filter = field === undefined ? undefined : toFilter(tasks, shape, field, query, beforeMs);
    if (field === undefined || filter === undefined) return [];
    const cursor = tasks.collection
      .find(filter, {
        projection: spanProjection(tasks.profile, true),
        maxTimeMS: Math.max(1, Math.ceil(call.remainingMs())),
        batchSize: Math.min(limit, query.limit + 1),
        signal: call.signal,
      })
      .sort({ [field.path]: -1 })
      .limit(limit);
    return [new TaskStream(tasks, field, cursor, limit)];
  });
}

/** Nothing in this collection can match: `undefined`. */
function toFilter(
  { profile, name }: TaskCollection,
  shape: CollectionShape,
  field: TimeField,
  query: TraceQuery,
  beforeMs: number | undefined,
): Filter<Document> | undefined {
  const conditions = profile.toConditions(query);
  if (conditions === undefined) return undefined;
  const all: Filter<Document>[] = [...conditions];
  if (query.service !== undefined) {
    // A document that names no queue belongs to the queue that its collection is named for.
    const isNamed = query.service === name && profile.kind === "funboost";
    if (!isNamed) all.push({ [profile.queueField]: query.service });
    else if (shape.queues.length !== 1 || shape.queues[0] !== name) {
      all.push({ [profile.queueField]: { $in: [query.service, null, ""] } });
    }
  }
  if (beforeMs !== undefined) all.push({ [field.path]: { $lte: toTimeValue(beforeMs, field) } });
  if (query.fromUnixMs !== undefined) {
    all.push({ [field.path]: { $gte: toTimeValue(query.fromUnixMs, field) } });
  }
  return all.length === 0 ? {} : { $and: all };
}

function readCursor(text: string | undefined): Cursor | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as Cursor);
}
