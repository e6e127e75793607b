/** Places of tasks that the program declares: by queue, by registered name, by the file that the task names. */

import type { SourceReason } from "../location.ts";
import { getBareName } from "../stackFrames.ts";
import { MAX_ALTERNATIVES, type SearchContext } from "./searchContext.ts";

export async function findQueue(context: SearchContext): Promise<void> {
  const { queue, taskFunction } = context.hints;
  if (queue === "") return;
  const tasks = await context.workspace.findTasksByQueue(queue);
  if (tasks.length === 0) {
    context.tried.push({ code: "queue", queue });
    return;
  }
  const exact = tasks.filter(task => !task.isPattern && task.function === taskFunction);
  for (const task of exact) {
    const reason: SourceReason = { code: "taskDeclared", queue, function: task.function };
    context.add({ path: task.path, line0: task.line0, reason, isSure: exact.length === 1 });
  }
  // With the right function found, other functions of the same queue are no alternatives.
  if (exact.length > 0) return;
  const ofFunction = tasks.filter(task => task.function === taskFunction);
  const rest = ofFunction.length > 0 ? ofFunction : tasks;
  for (const task of rest.slice(0, MAX_ALTERNATIVES)) {
    const reason: SourceReason = task.isPattern
      ? { code: "queuePattern", queue, pattern: task.queue }
      : { code: "queueDeclared", queue, function: task.function };
    // Another function than the one that ran: renamed since, or a wrapper's name.
    const isSure =
      rest.length === 1 && (taskFunction === undefined || task.function === taskFunction);
    context.add({ path: task.path, line0: task.line0, reason, isSure });
  }
}

export async function findClassFile(context: SearchContext): Promise<void> {
  const { classFile, taskFunction, className } = context.hints;
  if (classFile === undefined || taskFunction === undefined) return;
  const file = await context.findFile(classFile);
  if (file === undefined) {
    context.tried.push({ code: "file", path: classFile });
    return;
  }
  const named = (await context.workspace.readSymbols(file.path)).filter(
    symbol => symbol.name === taskFunction,
  );
  const owned = named.filter(
    symbol => className === undefined || getBareName(symbol.owner) === className,
  );
  const symbols = owned.length > 0 ? owned : named;
  const reason: SourceReason = { code: "classFile", function: taskFunction, className };
  for (const symbol of symbols) {
    const isSure = file.isSure && symbols.length === 1;
    context.add({ path: file.path, line0: symbol.line0, reason, isSure });
  }
}

export async function findTaskNames(context: SearchContext): Promise<void> {
  for (const task of context.hints.taskNames) {
    const places = await context.workspace.findTasksByName(task);
    if (places.length === 0) context.tried.push({ code: "taskName", task });
    context.addAll(places, { code: "taskNamed", task });
  }
}
