/**
 * The facts that a server and its collections tell of themselves, and which indexes they lack for the ids in use. Pure.
 */

import type { Document } from "mongodb";
import { toIdText, toText } from "../../formats/encodings/bsonValue.ts";
import type { StoreFact } from "../../model/storeFact.ts";
import type { StoreAdvice } from "../../model/traceStore.ts";
import type { CollectionShape, TaskCollection } from "./taskCollections.ts";

/** One piece of advice for each field, naming every collection that lacks an index on it. */
export function readAdvice(
  shaped: readonly { readonly tasks: TaskCollection; readonly shape: CollectionShape }[],
): readonly StoreAdvice[] {
  const lacking = new Map<string, string[]>();
  for (const { tasks, shape } of shaped) {
    const { traceId, taskId, parentTaskId } = tasks.profile.fields;
    const asked = [...traceId, ...parentTaskId, ...(shape.isKeyedByTask ? [] : taskId)];
    for (const path of new Set(asked)) {
      if (!shape.inUse.has(path) || shape.indexed.has(path)) continue;
      lacking.set(path, [...(lacking.get(path) ?? []), tasks.namespace]);
    }
  }
  return [...lacking].map(([path, collections]) => ({
    kind: "missingIndex",
    collections,
    key: { [path]: 1 },
  }));
}

export function describeServer(info: Document): string {
  const version = toIdText(info["version"]) ?? "";
  const ferret: unknown =
    info["ferretdbVersion"] ?? (info["ferretdb"] as Document | undefined)?.["version"];
  return ferret === undefined
    ? `MongoDB ${version}`.trim()
    : `FerretDB ${toText(ferret)}, speaking MongoDB ${version}`.replace(" unknown,", ",");
}

export function countCollections(
  all: readonly TaskCollection[],
  withTasks: readonly TaskCollection[],
): readonly StoreFact[] {
  const byDatabase = Map.groupBy(all, ({ collection }) => collection.dbName);
  return [...byDatabase].map(([database, collections]) => ({
    kind: "collections",
    database,
    count: collections.length,
    withTasks: collections.filter(each => withTasks.includes(each)).map(each => each.name),
  }));
}
