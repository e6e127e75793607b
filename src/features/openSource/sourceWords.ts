/** The words for how a place was found, and for what was tried in vain. Exhaustive over both unions. */

import * as vscode from "vscode";
import { assertNever } from "../../base/assert.ts";
import type { SourceAttempt, SourceReason } from "../../source/location.ts";

export function describeReason(reason: SourceReason): string {
  const { t } = vscode.l10n;
  switch (reason.code) {
    case "codeLine":
      return reason.function === undefined
        ? t("The span names this file and line.")
        : t("The span names this file and line, in {0}.", reason.function);
    case "codeMoved":
      return t("The span names line {0}; {1} stands here now.", reason.line1, reason.function);
    case "codeFunction":
      return t("The span names this file and {0}.", reason.function);
    case "codeFile":
      return t("The span names this file; its line could not be found.");
    case "calledFrom":
      return reason.function === undefined
        ? t("The span's stack names this line as the caller.")
        : t("The span's stack names this line in {0} as the caller.", reason.function);
    case "taskDeclared":
      return t("{1} is declared here as the task of queue “{0}”.", reason.queue, reason.function);
    case "queueDeclared":
      return t("Queue “{0}” is declared here, with {1}.", reason.queue, reason.function);
    case "queuePattern":
      return t(
        "Queue “{0}” fits the name “{1}” that is declared here.",
        reason.queue,
        reason.pattern,
      );
    case "taskNamed":
      return t("The task “{0}” is registered here.", reason.task);
    case "stackFunction":
      return t("The error's stack runs through {0} in this file.", reason.function);
    case "classFile":
      return reason.className === undefined
        ? t("The task names this file as that of {0}.", reason.function)
        : t("The task names this file as that of {0}.{1}.", reason.className, reason.function);
    case "qualifiedName":
      return t("“{0}” is the full name of this function.", reason.name);
    case "ownerDeclared":
      return t("{0} is declared here; the method itself is inherited or generated.", reason.name);
    case "rpcHandler":
      return t("{0} is answered here.", reason.method);
    case "callSite":
      return t("{0} is called here.", reason.call);
    case "otherSide":
      return t("The other side of the call: {0} is answered here.", reason.name);
    case "consumed":
      return t("“{0}” is consumed here.", reason.name);
    case "published":
      return t("“{0}” is published here.", reason.name);
    case "textFound":
      return t("The text “{0}” stands here.", reason.text);
    case "calledFromSpan":
      return t("Called from here: the nearest span with a place is “{0}”.", reason.span);
    case "spanStarted":
      return t("A span “{0}” is started here.", reason.name);
    case "routeDeclared":
      return t("The route {0} is declared here.", reason.route);
    case "onlyDefinition":
      return t("This is the only {0} in the workspace.", reason.function);
    case "oneOfSeveral":
      return t("One of {1} definitions of {0}.", reason.function, reason.count);
    case "raisedAt":
      return reason.error === undefined
        ? t("The error was raised here.")
        : reason.isCause === true
          ? t("The cause of {0} was raised here.", reason.error)
          : t("{0} was raised here.", reason.error);
    case "frame":
      return t("The stack names this line.");
    case "workspaceSymbol":
      return t("A language extension knows {0} here.", reason.name);
    default:
      return assertNever(reason);
  }
}

export function describeAttempt(attempt: SourceAttempt): string {
  const { t } = vscode.l10n;
  switch (attempt.code) {
    case "file":
      return t("The file {0} is not in this workspace.", attempt.path);
    case "stack":
      return attempt.frames === 1
        ? t("The stack's line is not in this workspace.")
        : t("None of the stack's {0} lines is in this workspace.", attempt.frames);
    case "queue":
      return t("No task of queue “{0}” is declared.", attempt.queue);
    case "taskName":
      return t("No task “{0}” is registered.", attempt.task);
    case "function":
      return t("No function {0} is defined.", attempt.function);
    case "route":
      return t("No route {0} is declared.", attempt.route);
    case "spanName":
      return t(
        "The name “{0}” leads to no function, and the span carries no code attributes.",
        attempt.name,
      );
    case "noHints":
      return t("The span says nothing of its code.");
    default:
      return assertNever(attempt);
  }
}
