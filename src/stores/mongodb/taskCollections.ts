/**
 * Which collections hold tasks, and how each is built: its indexes, and which id fields its newest documents carry.
 * Both are asked for when first needed and remembered for a while.
 */

import { mapBounded } from "../../base/mapBounded.ts";
import type { Collection, Document } from "mongodb";
import { Lru } from "../../base/lru.ts";
import { getPath, toIdText, toText, type BsonDocument } from "../../formats/encodings/bsonValue.ts";
import { listIdPaths, type IdFields } from "../../formats/tasks/taskIds.ts";
import {
  createCeleryProfile,
  createFunboostProfile,
  type DocumentProfile,
  type TimeField,
} from "./documentProfile.ts";
import type { Call, MongoConnection } from "./mongoConnection.ts";
import { isForbidden } from "./mongoFailure.ts";

/** Funboost's database, the name that it had until the end of 2025, and Celery's. */
const KNOWN_DATABASES = ["funboost_task_status", "task_status", "celery"];
const CELERY_COLLECTION = "celery_taskmeta";
const LIST_LIFETIME_MS = 10_000;
const SHAPE_LIFETIME_MS = 60_000;
const SAMPLE_SIZE = 20;
/** How many collections are asked at once. */
export const AT_ONCE = 8;

export interface TaskCollection {
  /** `database.collection`, unique in the store. */
  readonly namespace: string;
  readonly name: string;
  readonly collection: Collection;
  readonly profile: DocumentProfile;
}

export interface CollectionShape {
  /** Paths that an index begins with. */
  readonly indexed: ReadonlySet<string>;
  /** Id paths that the newest documents of any collection carry. */
  readonly inUse: ReadonlySet<string>;
  /** The first time field that all of the newest documents have. */
  readonly timeField: TimeField | undefined;
  readonly queues: readonly string[];
  /** No document, or no task among the newest. */
  readonly hasTasks: boolean;
  /** Whether documents are keyed by task id, so that `_id` finds them. */
  readonly isKeyedByTask: boolean;
}

export interface TaskCollectionsOptions {
  readonly database?: string;
  readonly profile?: "funboost" | "celery";
  readonly fields?: Partial<IdFields>;
  readonly collections?: {
    readonly include?: readonly string[];
    readonly exclude?: readonly string[];
  };
}

export class TaskCollections {
  readonly #connection: MongoConnection;
  readonly #options: TaskCollectionsOptions;
  readonly #lists = new Lru<"all", readonly TaskCollection[]>(1);
  readonly #shapes = new Lru<string, CollectionShape>(1_000);

  constructor(connection: MongoConnection, options: TaskCollectionsOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  async list({ signal }: Call): Promise<readonly TaskCollection[]> {
    const known = this.#lists.get("all");
    if (known !== undefined) return known;
    const list = await this.#discover(signal);
    // A database that is empty now may be filled at any moment.
    if (list.length > 0) this.#lists.set("all", list, LIST_LIFETIME_MS);
    return list;
  }

  /** The collections that hold tasks, with their shapes. */
  async listShaped(
    call: Call,
  ): Promise<readonly { readonly tasks: TaskCollection; readonly shape: CollectionShape }[]> {
    const shaped = await mapBounded(await this.list(call), AT_ONCE, async tasks => ({
      tasks,
      shape: await this.#readShape(tasks, call),
    }));
    const filled = shaped.filter(({ shape }) => shape.hasTasks);
    const inUse = new Map(
      (["funboost", "celery"] as const).map(kind => {
        const shapes = filled.filter(({ tasks }) => tasks.profile.kind === kind);
        return [kind, new Set(shapes.flatMap(({ shape }) => [...shape.inUse]))];
      }),
    );
    // A queue of first tasks shows no parents; but a trace spreads over queues, so what one uses all may hold.
    return filled.map(({ tasks, shape }) => ({
      tasks,
      shape: { ...shape, inUse: inUse.get(tasks.profile.kind) ?? shape.inUse },
    }));
  }

  async #readShape(tasks: TaskCollection, { signal }: Call): Promise<CollectionShape> {
    const known = this.#shapes.get(tasks.namespace);
    if (known !== undefined) return known;
    const [indexed, sample] = await Promise.all([
      readIndexedPaths(tasks.collection, signal),
      readSample(tasks, signal),
    ]);
    const shape = toShape(tasks, indexed, sample);
    if (shape.hasTasks) this.#shapes.set(tasks.namespace, shape, SHAPE_LIFETIME_MS);
    return shape;
  }

  /** After an index was made. */
  forgetShapes(): void {
    this.#shapes.clear();
  }

  async #discover(signal: AbortSignal): Promise<readonly TaskCollection[]> {
    const { database } = this.#options;
    if (database !== undefined) return this.#readDatabase(database, signal);
    const { urlDatabase } = this.#connection;
    const names = [
      ...new Set([...KNOWN_DATABASES, ...(urlDatabase === undefined ? [] : [urlDatabase])]),
    ];
    const answers = await Promise.allSettled(names.map(name => this.#readDatabase(name, signal)));
    const lists = answers.map(answer => (answer.status === "fulfilled" ? answer.value : []));
    const failed = answers.find(
      (answer): answer is PromiseRejectedResult =>
        answer.status === "rejected" && !isForbidden(answer.reason),
    );
    // A user may be let into one database and not into the others.
    const refused = answers.find(
      (answer): answer is PromiseRejectedResult => answer.status === "rejected",
    );
    const isRefusedEverywhere = answers.every(answer => answer.status === "rejected");
    if (failed !== undefined || isRefusedEverywhere) throw (failed ?? refused)?.reason;
    // The connection string's own database is often only where its user is kept.
    const known = lists.slice(0, KNOWN_DATABASES.length).flat();
    return known.length > 0 ? known : lists.flat();
  }

  async #readDatabase(database: string, signal: AbortSignal): Promise<readonly TaskCollection[]> {
    const db = this.#connection.client.db(database);
    const infos = await db
      .listCollections({}, { nameOnly: true, authorizedCollections: true, signal })
      .toArray();
    const funboost = createFunboostProfile(this.#options.fields);
    const celery = createCeleryProfile(this.#options.fields);
    return infos
      .map(info => info.name)
      .filter(name => !name.startsWith("system.") && this.#isIncluded(name, database))
      .sort()
      .map(name => ({
        namespace: `${database}.${name}`,
        name,
        collection: db.collection(name),
        profile: this.#isCelery(name) ? celery : funboost,
      }));
  }

  #isCelery(name: string): boolean {
    return (
      (this.#options.profile ?? (name === CELERY_COLLECTION ? "celery" : "funboost")) === "celery"
    );
  }

  #isIncluded(name: string, database: string): boolean {
    const { profile, collections: { include, exclude } = {} } = this.#options;
    if (exclude?.some(pattern => matchesPattern(name, pattern)) === true) return false;
    if (include !== undefined && include.length > 0) {
      return include.some(pattern => matchesPattern(name, pattern));
    }
    if (profile === "celery") return name === CELERY_COLLECTION;
    // Celery's database also holds its groups and, with a MongoDB broker, its messages.
    return database !== "celery" || name === CELERY_COLLECTION;
  }
}

/** `*` stands for any text. */
function matchesPattern(name: string, pattern: string): boolean {
  const parts = pattern.split("*").map(part => part.replace(/[\\^$.+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(name);
}

async function readIndexedPaths(
  collection: Collection,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  try {
    const indexes = (await collection.listIndexes().toArray()) as readonly Readonly<
      Record<string, unknown>
    >[];
    const usable = indexes.filter(
      index => index["hidden"] !== true && index["partialFilterExpression"] === undefined,
    );
    const firstKeys = usable.map(index => Object.entries(index["key"] as object)[0]);
    const paths = firstKeys.flatMap(entry =>
      entry !== undefined && typeof entry[1] === "number" ? [entry[0]] : [],
    );
    return new Set(["_id", ...paths]);
  } catch (error) {
    // A view has no indexes to list, and a reader need not be allowed to.
    if (signal.aborted || !isServerAnswer(error)) throw error;
    return new Set(["_id"]);
  }
}

/** Whether a server that is well said no. */
function isServerAnswer(error: unknown): boolean {
  return error instanceof Error && error.name === "MongoServerError";
}

async function readSample(
  tasks: TaskCollection,
  signal: AbortSignal,
): Promise<readonly BsonDocument[]> {
  // Funboost's ids carry the time, so the last ids are the newest tasks; and `_id` is always indexed.
  const documents = await tasks.collection
    .find({}, { projection: samplePaths(tasks.profile), signal })
    .sort({ _id: -1 })
    .limit(SAMPLE_SIZE)
    .toArray();
  return documents.filter(document => tasks.profile.isTask(document));
}

function samplePaths(profile: DocumentProfile): Document {
  return toProjection([
    ...listIdPaths(profile.fields),
    ...profile.timeFields.map(field => field.path),
    profile.queueField,
    profile.functionField,
    profile.stateField,
  ]);
}

function toShape(
  { profile, name }: TaskCollection,
  indexed: ReadonlySet<string>,
  sample: readonly BsonDocument[],
): CollectionShape {
  const has = (document: BsonDocument, path: string): boolean =>
    toIdText(getPath(document, path)) !== undefined;
  const queues = sample.map(document => toText(document[profile.queueField]));
  return {
    indexed,
    inUse: new Set(
      listIdPaths(profile.fields).filter(path => sample.some(document => has(document, path))),
    ),
    timeField: profile.timeFields.find(field =>
      sample.every(document => isTime(document[field.path], field) || isPending(document, profile)),
    ),
    queues: [
      ...new Set(queues.map(queue => queue || (profile.kind === "funboost" ? name : ""))),
    ].filter(queue => queue !== ""),
    hasTasks: sample.length > 0,
    isKeyedByTask: sample.every(document =>
      profile.fields.taskId.every(path => {
        const id = toIdText(getPath(document, path));
        return id === undefined || id === toIdText(document["_id"]);
      }),
    ),
  };
}

function isTime(value: unknown, { unit }: TimeField): boolean {
  return unit === "date" ? value instanceof Date : typeof value === "number";
}

/** Celery has no time for what is not done. */
function isPending(document: BsonDocument, profile: DocumentProfile): boolean {
  return profile.kind === "celery" && document["date_done"] === null;
}

/** A projection of these paths; MongoDB refuses a path beside its own parent. */
export function toProjection(paths: readonly string[]): Document {
  const unique = [...new Set(paths)];
  const topmost = unique.filter(path => !unique.some(other => path.startsWith(`${other}.`)));
  return Object.fromEntries(
    ["_id", ...topmost.filter(path => path !== "_id")].map(path => [path, 1]),
  );
}
