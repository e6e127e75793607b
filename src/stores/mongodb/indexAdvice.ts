/** Which indexes are missing for the ids that documents really carry. Pure. */

import type { StoreAdvice } from "../traceStore.ts";
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
