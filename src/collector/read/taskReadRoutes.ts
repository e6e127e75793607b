/**
 * The three questions about tasks that scripts ask, over every configured store: the whole trace, the trace of a task,
 * the children of a task. Who answers them knows the stores; here are only their paths.
 */

import type { TaskAnswer, TaskQuestion } from "../collectorApi.ts";
import { HttpRefusal, type ReadRoute } from "../http/route.ts";

/** Longer than any store may take. */
const DEADLINE_MS = 150_000;
/** Every store is asked for it, and some in several spellings. */
const MAX_ID_LENGTH = 1_024;

export function taskReadRoutes(
  ask: (question: TaskQuestion) => Promise<TaskAnswer>,
): readonly ReadRoute[] {
  const create = (path: string, kind: TaskQuestion["kind"]): ReadRoute => ({
    kind: "read",
    path,
    async answer({ parameters }, signal) {
      const { id = "" } = parameters;
      if (id.length > MAX_ID_LENGTH) throw new HttpRefusal(400, "the id is too long");
      const { status, body } = await withDeadline(ask({ kind, id }), signal);
      const headers = { "Content-Type": "application/json", "X-Content-Type-Options": "nosniff" };
      return { status, headers, body };
    },
  });
  return [
    create("/funboost/trace/{id}", "trace"),
    create("/funboost/trace/by_task/{id}", "traceOfTask"),
    create("/funboost/task/{id}/children", "childrenOfTask"),
  ];
}

function withDeadline<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  const ended = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  return new Promise((resolve, reject) => {
    ended.addEventListener("abort", () =>
      reject(new HttpRefusal(504, "the stores did not answer")),
    );
    answer.then(resolve, reject);
  });
}
