/**
 * The hints that a span gives of its code → the places that it may mean, best first. Pure: everything it knows of the
 * workspace it asks of a `SourceWorkspace`. The rules are in `search/`, a file a family; here is their order.
 *
 *     code.* with file and line  >  the stack the span carries  >  task declared with this queue and function
 *     >  the error's stack through that function  >  the task's own class file  >  task name  >  queue alone
 *     >  span started under this name  >  remote method  >  route  >  full name  >  the only definition of that name
 *
 * What a client's span tells is what it calls: its place is the line of the call, and the other side is a guess.
 * Where the error was raised is a place of its own: of a span that failed it comes first, before the function that ran.
 * A task is its function, which whoever opens it wants to see whole: there the raising line comes second, and first only
 * where no function could be told. Guesses come last.
 */

import type { CodeHints } from "./codeHints.ts";
import { mayRunIn } from "./languages.ts";
import type { SourceAttempt, SourceLocation, SourceReason, SourceWorkspace } from "./location.ts";
import { findHttpCall } from "./search/callRules.ts";
import { findCodeAttributes } from "./search/codeRules.ts";
import { findMessaging, findSpanLiteral, findSpanStarts } from "./search/literalRules.ts";
import { findConsumerClass, findMessageTypes } from "./search/messageRules.ts";
import { findBareNames, findLibraryCalls, findQualifiedNames } from "./search/nameRules.ts";
import { findRoute } from "./search/routeRules.ts";
import { findConfigured } from "./search/configuredNames.ts";
import { findModel } from "./search/modelRule.ts";
import { findCommand } from "./search/commandRule.ts";
import { findStatement } from "./search/statementRule.ts";
import { findRpc } from "./search/rpcRules.ts";
import { findFile, SearchContext } from "./search/searchContext.ts";
import { findCallStack, findErrorFunction, findRaised } from "./search/stackRules.ts";
import { findClassFile, findQueue, findTaskNames } from "./search/taskRules.ts";
import type { StackFrame } from "./stackFrames.ts";

export interface SourceResolution {
  /** Best first, no place twice. */
  readonly locations: readonly SourceLocation[];
  /** The attempts that led nowhere. */
  readonly tried: readonly SourceAttempt[];
}

export async function resolveSource(
  hints: CodeHints,
  workspace: SourceWorkspace,
): Promise<SourceResolution> {
  const folders = hints.service === "" ? [] : await workspace.findServiceFolders(hints.service);
  const context = new SearchContext(hints, workspace, folders);
  await findCodeAttributes(context);
  await findCallStack(context);
  const isNamed = hints.taskFunction === undefined && hints.taskNames.length > 0;
  if (!context.isOutgoing || hints.taskFunction !== undefined) {
    // A queue has many tasks, and a name is one task's; Funboost's queue is one function's.
    if (hints.taskFunction === undefined) await findTaskNames(context);
    // A queue holds other tasks too: where the task has a name, its queue is the last to ask.
    if (!context.hasSure() && !isNamed) await findQueue(context);
    await findErrorFunction(context);
    await findClassFile(context);
    if (hints.taskFunction !== undefined) await findTaskNames(context);
  }
  await findSpanStarts(context);
  if (!context.hasSure()) await findMessageTypes(context);
  if (!context.hasSure()) await findRpc(context);
  if (hints.isDatabase) {
    await findStatement(context);
    if (context.found.length === 0) await findModel(context);
    if (context.found.length === 0) await findCommand(context);
  }
  if (context.isOutgoing) await findHttpCall(context);
  else await findRoute(context);
  // The task that a producer names runs elsewhere: where it is published is the place.
  if (context.isOutgoing && hints.taskNames.length > 0 && hints.taskFunction === undefined) {
    await findMessaging(context);
    context.isGuessing = true;
  }
  await findQualifiedNames(context);
  if (context.found.length === 0) await findLibraryCalls(context);
  await findBareNames(context);
  // The text is searched only where what the index knows leads nowhere for certain.
  if (!context.hasSure()) {
    await findMessaging(context);
    if (context.found.length === 0) await findConfigured(context);
    if (context.found.length === 0) await findConsumerClass(context);
    if (!context.hasSure() && context.found.length === 0) await findSpanLiteral(context);
    if (isNamed && !context.isOutgoing && context.found.length === 0) {
      context.isGuessing = true;
      await findQueue(context);
    }
  }
  return finish(context, await findRaised(context));
}

/** The workspace file of one frame, if it has one. */
export async function resolveFrame(
  frame: StackFrame,
  workspace: SourceWorkspace,
  reason: SourceReason,
): Promise<SourceLocation | undefined> {
  const file = await findFile(frame.file, "", workspace);
  return file && { path: file.path, line0: frame.line1 - 1, reason, isSure: file.isSure };
}

function finish(context: SearchContext, raised: readonly SourceLocation[]): SourceResolution {
  const sure = context.found.filter(location => location.isSure);
  const guesses = context.found.filter(location => !location.isSure);
  // A task is known by its function, so that its guesses are worth choosing from; other spans only by the error.
  const isTask = context.hints.taskFunction !== undefined;
  const ordered = !isTask
    ? [...raised.filter(place => place.isSure), ...sure, ...raised, ...guesses]
    : sure.length > 0
      ? [...sure, ...raised, ...guesses]
      : [
          ...guesses,
          ...raised.map(place => ({ ...place, isSure: place.isSure && guesses.length === 0 })),
        ];
  const { tried, hints } = context;
  const { runtime = "" } = hints;
  // What is written for another runtime did not run.
  const isForeign = ({ path }: SourceLocation): boolean => !mayRunIn(runtime, path);
  const ranked = [...ordered.filter(place => !isForeign(place)), ...ordered.filter(isForeign)];
  const listed = new Set<string>();
  const locations = ranked.filter(({ path, line0 }) => {
    const key = `${path}:${line0}`;
    return !listed.has(key) && listed.add(key);
  });
  if (locations.length > 0 || tried.length > 0) return { locations, tried };
  const nothing: SourceAttempt =
    hints.spanName === "" ? { code: "noHints" } : { code: "spanName", name: hints.spanName };
  return { locations, tried: [nothing] };
}
