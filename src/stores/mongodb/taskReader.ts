/**
 * Reads task documents from all collections at once: by key, and by the ids that they carry. Where an index serves a
 * question it is asked through it; where none does, the collection is read from the earliest moment that the id
 * allows, for as long as the deadline leaves.
 */

import { mapBounded } from "../../base/mapBounded.ts";
import type { Document, Filter } from "mongodb";
import { Lru } from "../../base/lru.ts";
import type { BsonDocument } from "../../formats/encodings/bsonValue.ts";
import { canonicalSpanId } from "../../model/ids.ts";
import { listIdPaths, readTaskIds, type TaskIds } from "../../formats/tasks/taskIds.ts";
import { either, toIdForms, toSpanConditions, type IdCondition } from "./idConditions.ts";
import type { Call } from "./mongoConnection.ts";
import { isOutOfTime } from "./mongoFailure.ts";
import {
  AT_ONCE,
  toProjection,
  type CollectionShape,
  type TaskCollection,
  type TaskCollections,
} from "./taskCollections.ts";
import { toTimeValue, type DocumentProfile } from "./documentProfile.ts";

/** A document, where it was found, and the ids that it carries. */
export interface TaskHit {
  readonly tasks: TaskCollection;
  readonly document: BsonDocument;
  readonly ids: TaskIds;
}

export interface TaskHits {
  readonly hits: readonly TaskHit[];
  /** The collections that could not be read to their end in time. */
  readonly unfinished: readonly string[];
  /** There were more than asked for. */
  readonly isCut: boolean;
}

/** An id role and the conditions that a document must meet in one of them. */
export interface IdQuestion {
  readonly conditions: (profile: DocumentProfile, shape: CollectionShape) => readonly IdCondition[];
  /** Nothing older can match. */
  readonly sinceUnixMs?: number | undefined;
  /** The limit counts for each collection; with `isFirstOnly` the earliest alone is read. */
  readonly limit: number;
  readonly isFirstOnly?: boolean;
  /** Short: with what a list shows of an error. */
  readonly withErrors?: boolean;
}

const MAX_TASKS_READ = 10_000;

/** A new queue may begin to hold an id that was found elsewhere. */
const PLACE_LIFETIME_MS = 60_000;

export class TaskReader {
  readonly #collections: TaskCollections;
  /** Task id to the collections that hold it. */
  readonly #places = new Lru<string, readonly string[]>(10_000);

  constructor(collections: TaskCollections) {
    this.#collections = collections;
  }

  /** Point reads by `_id` in every collection; those that are known to hold all the ids are asked alone. */
  async readByKey(
    taskIds: readonly string[],
    call: Call,
    withErrors: boolean,
  ): Promise<readonly TaskHit[]> {
    const all = await this.#collections.list(call);
    const spanIds = taskIds.map(canonicalSpanId);
    const likely = this.#likelyPlaces(spanIds, all);
    const hits =
      likely === undefined ? [] : await this.#readKeys(likely, taskIds, call, withErrors);
    const isComplete = spanIds.every(id => hits.some(hit => hit.ids.taskId === id));
    return likely !== undefined && isComplete
      ? hits
      : this.#readKeys(all, taskIds, call, withErrors);
  }

  #likelyPlaces(
    taskIds: readonly string[],
    all: readonly TaskCollection[],
  ): readonly TaskCollection[] | undefined {
    const places = taskIds.map(id => this.#places.get(id));
    if (places.some(each => each === undefined)) return undefined;
    const names = new Set(places.flatMap(each => each ?? []));
    return all.filter(tasks => names.has(tasks.namespace));
  }

  async #readKeys(
    collections: readonly TaskCollection[],
    taskIds: readonly string[],
    call: Call,
    withErrors: boolean,
  ): Promise<readonly TaskHit[]> {
    const keys = taskIds.flatMap(toIdForms);
    const filter: Filter<Document> = { _id: { $in: keys as never[] } };
    const found = await mapBounded(collections, AT_ONCE, async tasks => {
      const documents = await tasks.collection
        .find(filter, {
          projection: spanProjection(tasks.profile, withErrors),
          limit: keys.length,
          signal: call.signal,
        })
        .toArray();
      return documents.flatMap(document => toHit(document, tasks));
    });
    const hits = found.flat();
    this.#remember(hits);
    return hits;
  }

  #remember(hits: readonly TaskHit[]): void {
    const places = Map.groupBy(hits, hit => hit.ids.taskId);
    for (const [taskId, each] of places) {
      const namespaces = [...new Set(each.map(hit => hit.tasks.namespace))];
      this.#places.set(taskId, namespaces, PLACE_LIFETIME_MS);
    }
  }

  /** Tasks by their id, also where documents are not keyed by it. */
  async readTasks(taskIds: readonly string[], call: Call): Promise<readonly TaskHit[]> {
    const keyed = await this.readByKey(taskIds, call, false);
    const found = new Set(keyed.map(hit => hit.ids.taskId));
    const missing = taskIds.filter(id => !found.has(canonicalSpanId(id)));
    if (missing.length === 0) return keyed;
    const { hits } = await this.readByIds(
      {
        conditions: ({ fields }, { isKeyedByTask }) =>
          isKeyedByTask ? [] : toSpanConditions(fields.taskId, missing),
        limit: MAX_TASKS_READ,
      },
      call,
    );
    return [...keyed, ...hits];
  }

  /** Whether every collection can answer by an index. */
  async isIndexed(
    paths: (profile: DocumentProfile) => readonly string[],
    call: Call,
  ): Promise<boolean> {
    const shaped = await this.#collections.listShaped(call);
    return shaped.every(({ tasks, shape }) => !needsScan(paths(tasks.profile), shape));
  }

  /** The documents that meet one of the conditions, from all collections side by side. */
  async readByIds(question: IdQuestion, call: Call): Promise<TaskHits> {
    const shaped = await this.#collections.listShaped(call);
    const hits: TaskHit[] = [];
    const unfinished: string[] = [];
    const waves = Math.ceil(shaped.length / AT_ONCE);
    const isFull = (): boolean => hits.length > question.limit;
    await mapBounded(shaped, AT_ONCE, async ({ tasks, shape }) => {
      const plan = toPlan(question.conditions(tasks.profile, shape), shape, question.sinceUnixMs);
      if (plan === undefined || isFull()) return;
      const isFinished = await readAll(tasks, plan, question, waves, call, document => {
        hits.push(...toHit(document, tasks));
        return !isFull();
      });
      if (!isFinished) unfinished.push(tasks.namespace);
    });
    return { hits: hits.slice(0, question.limit), unfinished, isCut: isFull() };
  }
}

interface Plan {
  readonly filter: Filter<Document>;
  readonly isScan: boolean;
}

/** Nothing to ask: `undefined`. */
function toPlan(
  conditions: readonly IdCondition[],
  shape: CollectionShape,
  sinceUnixMs: number | undefined,
): Plan | undefined {
  if (conditions.length === 0) return undefined;
  const paths = conditions.map(({ path }) => path);
  if (!needsScan(paths, shape)) {
    return {
      filter: either(conditions.filter(({ path }) => shape.indexed.has(path))),
      isScan: false,
    };
  }
  const { timeField } = shape;
  const isBounded = sinceUnixMs !== undefined && timeField !== undefined;
  const ids = either(conditions);
  return {
    // The bound is for all conditions: it is a fact about the id, and it has an index.
    filter: isBounded
      ? { $and: [{ [timeField.path]: { $gte: toTimeValue(sinceUnixMs, timeField) } }, ids] }
      : ids,
    isScan: true,
  };
}

/**
 * Through indexes alone where the newest documents carry the id in no other field; else through every field, because
 * a collection may hold more shapes than its newest documents show.
 */
function needsScan(paths: readonly string[], shape: CollectionShape): boolean {
  const inUse = paths.filter(path => shape.inUse.has(path));
  return inUse.length === 0
    ? paths.some(path => !shape.indexed.has(path))
    : inUse.some(path => !shape.indexed.has(path));
}

/** Whether it came to its end; `take` says whether it wants more. */
async function readAll(
  tasks: TaskCollection,
  { filter, isScan }: Plan,
  question: IdQuestion,
  waves: number,
  call: Call,
  take: (document: BsonDocument) => boolean,
): Promise<boolean> {
  if (call.remainingMs() === 0) return false;
  // Each wave of collections has its share of what is left.
  const maxTimeMS = Math.ceil(
    isScan ? Math.max(50, call.remainingMs() / waves) : call.remainingMs(),
  );
  const cursor = tasks.collection.find(filter, {
    projection: spanProjection(tasks.profile, question.withErrors ?? false),
    batchSize: 2_000,
    maxTimeMS,
    signal: call.signal,
  });
  const [timeField] = tasks.profile.timeFields.slice(-1);
  if (question.isFirstOnly === true && timeField !== undefined) {
    cursor.sort({ [timeField.path]: 1 }).limit(1);
  } else {
    cursor.limit(question.limit + 1);
  }
  try {
    for await (const document of cursor) {
      if (!take(document)) return true;
      if (call.remainingMs() === 0) return false;
    }
    return true;
  } catch (error) {
    if (!isOutOfTime(error)) throw error;
    return false;
  }
}

function toHit(document: BsonDocument, tasks: TaskCollection): readonly TaskHit[] {
  return tasks.profile.isTask(document)
    ? [{ tasks, document, ids: readTaskIds(document, tasks.profile.fields) }]
    : [];
}

export function spanProjection(profile: DocumentProfile, withErrors: boolean): Document {
  return toProjection([
    ...listIdPaths(profile.fields),
    ...profile.spanFields,
    ...(withErrors ? profile.errorFields : []),
    profile.stateField,
  ]);
}
