/** The words for a lost trace, and for the change that keeps it. */

import * as vscode from "vscode";
import { assertNever } from "../../base/assert.ts";
import type { ContextLoss } from "../../source/contextLoss/findLosses.ts";
import type { HandOverKind } from "../../source/contextLoss/handOver.ts";

/** One sentence, as the trace that is looked at has lost, or was lost. */
export function describeLoss(
  { caller, root, path, line0, handOver }: ContextLoss,
  traceId: string,
): string {
  const { t } = vscode.l10n;
  const place = `${path.slice(path.lastIndexOf("/") + 1)}:${line0 + 1}`;
  const way = describeWay(handOver.kind);
  return caller.traceId === traceId
    ? t(
        "{0} ran in a trace of its own: {1} hands it over without the context, {2} ({3})",
        root.name,
        caller.name,
        way,
        place,
      )
    : t(
        "This trace is part of {0}, which handed {1} over without the context, {2} ({3})",
        caller.name,
        root.name,
        way,
        place,
      );
}

function describeWay(kind: HandOverKind): string {
  const { t } = vscode.l10n;
  switch (kind) {
    case "thread":
      return t("to a thread");
    case "process":
      return t("to another process");
    case "pool":
      return t("to a pool of threads");
    case "goroutine":
      return t("to a goroutine");
    case "background":
      return t("with a fresh context");
    case "field":
      return t("by a method with a context of its own");
    case "job":
      return t("to another loop");
    case "message":
      return t("by a message without headers");
    case "queue":
      return t("by a queue");
    case "push":
      return t("by push, which passes the tracing by");
    default:
      return assertNever(kind);
  }
}

/** Why no change is offered where nobody but the author can make one, and what it would be. */
export function describeOwnFix(kind: HandOverKind): string {
  const { t } = vscode.l10n;
  switch (kind) {
    case "process":
      return t(
        "A process gets headers as an argument, a program as TRACEPARENT in its environment: continue from them there",
      );
    case "pool":
      return t(
        "Its framework has the executor: have that wrap what it runs, where it is configured",
      );
    case "field":
      return t("Let the method take the context as a parameter");
    case "push":
      return t(
        "What is spread into its parameters only the program knows: publish it by their names",
      );
    case "thread":
      return t("Its class has a start of its own: keep the context there, and run in it");
    default:
      return t(
        "Only its author knows where it has place for headers: put the context there, and continue from it",
      );
  }
}

/** Where a lost trace may be that was not found. */
export function describeLimit(traces: number): string {
  return vscode.l10n.t(
    "Lost context was looked for in {0} traces of the same seconds; there are more, or larger ones",
    traces,
  );
}

/** The title of the quick fix. */
export function describeHandOver(kind: HandOverKind): string {
  const { t } = vscode.l10n;
  switch (kind) {
    case "message":
      return t("Put the trace's context into the message");
    case "push":
      return t("Publish the task, so that it takes its trace along");
    default:
      return t("Hand the trace's context on");
  }
}
