/**
 * Messages, and the ways out of failures. Only this file shows messages.
 * The switch is exhaustive: a new failure does not compile without its way out.
 */

import * as vscode from "vscode";
import { assertNever } from "../base/assert.ts";
import { getFailure, type Failure, type FailureOf, type StoreAnswer } from "../model/failure.ts";
import { describeFailure, productNames } from "../model/failureWords.ts";
import { commands, settings } from "../manifest.ts";
import type { Log } from "./log.ts";
import { changeStore } from "./settings.ts";

/** A button and what it does. */
export interface Action {
  readonly title: string;
  run(): Thenable<unknown>;
}

export interface Report {
  readonly text: string;
  /** More facts, a line each. */
  readonly lines: readonly string[];
  readonly actions: readonly Action[];
}

export function createReport(failure: Failure): Report {
  const text = describeFailure(failure, vscode.l10n.t);
  switch (failure.code) {
    case "storeUnreachable":
    case "storeTimeout":
    case "storeRefused":
    case "storeMisconfigured":
    case "storeSentPage":
      return { text, lines: [], actions: [openStoreSettings(), showLog()] };
    case "wrongProduct":
      return { text, lines: [], actions: [useAsFound(failure), openStoreSettings()] };
    case "storeUnauthorized":
      return { text, lines: [], actions: [setCredentials(failure.store), openStoreSettings()] };
    case "notFound":
      return {
        text,
        lines: failure.answers.map(describeAnswer),
        actions: [openOther(), addStore(), ...listWaysOut(failure.answers)],
      };
    case "noId":
      return { text, lines: [], actions: [openOther()] };
    case "unreadableFile":
      return { text, lines: [], actions: [openGuide()] };
    default:
      return assertNever(failure);
  }
}

/** One store's answer as a line: who was asked, and what came of it. */
export function describeAnswer(answer: StoreAnswer): string {
  const { t } = vscode.l10n;
  switch (answer.kind) {
    case "found":
      return t("{0}: found in {1} ms", answer.store, Math.round(answer.tookMs));
    case "notFound":
      return t("{0}: not found ({1} ms)", answer.store, Math.round(answer.tookMs));
    case "failed":
      return describeFailure(answer.failure, t);
    case "waiting":
      return t("{0}: still asking…", answer.store);
    default:
      return assertNever(answer);
  }
}

/** Shows what went wrong: a failure in its own words, a bug as one toast and a stack in the log. */
export async function reportError(error: unknown, doing: string, log: Log): Promise<void> {
  const failure = getFailure(error);
  if (failure === undefined) {
    if (error instanceof Error && error.name === "AbortError") return;
    log.error(error, doing);
    await showReport(
      {
        text: vscode.l10n.t("Traceside met an unexpected error. The log has the details."),
        lines: [],
        actions: [showLog()],
      },
      "error",
    );
    return;
  }
  const report = createReport(failure);
  log.warn(`${doing}: ${[report.text, ...report.lines].join(" | ")}`);
  await showReport(
    report,
    failure.code === "notFound" || failure.code === "noId" ? "info" : "error",
  );
}

export async function showReport(
  report: Report,
  severity: "info" | "warning" | "error",
): Promise<void> {
  const text = [report.text, ...report.lines].join(" ");
  const titles = report.actions.map(action => action.title);
  const show = {
    info: vscode.window.showInformationMessage,
    warning: vscode.window.showWarningMessage,
    error: vscode.window.showErrorMessage,
  }[severity];
  const chosen = await show(text, ...titles);
  await report.actions.find(action => action.title === chosen)?.run();
}

/** A question that stands in the way of what comes next; answers with the title chosen. */
export async function askModal(
  text: string,
  detail: string,
  titles: readonly string[],
): Promise<string | undefined> {
  return vscode.window.showWarningMessage(text, { modal: true, detail }, ...titles);
}

function listWaysOut(answers: readonly StoreAnswer[]): Action[] {
  const failed = answers.filter(answer => answer.kind === "failed");
  const refused = failed.find(answer => answer.failure.code === "storeUnauthorized");
  const others = failed.flatMap(({ failure }) =>
    failure.code === "wrongProduct" ? [failure] : [],
  );
  return [
    ...others.slice(0, 1).map(useAsFound),
    ...(refused === undefined ? [] : [setCredentials(refused.store)]),
    ...(failed.length === 0 ? [] : [openStoreSettings()]),
  ];
}

/** The setting is made to say what the server is and where. */
function useAsFound({ store, found, foundUrl }: FailureOf<"wrongProduct">): Action {
  return {
    title: vscode.l10n.t("Use {0} as {1}", store, productNames[found]),
    run: () => changeStore(store, { kind: found, url: foundUrl }),
  };
}

function addStore(): Action {
  return act(vscode.l10n.t("Add Trace Store…"), commands.addStore);
}

/** An id that was typed may be mistyped. */
function openOther(): Action {
  return act(vscode.l10n.t("Open Another ID…"), commands.openTrace);
}

/** It lists what can be read. */
function openGuide(): Action {
  return act(vscode.l10n.t("Open Guide"), commands.openGuide);
}

function setCredentials(store: string): Action {
  return act(vscode.l10n.t("Set Credentials of {0}…", store), commands.setStoreCredentials, store);
}

function openStoreSettings(): Action {
  return act(vscode.l10n.t("Open Settings"), "workbench.action.openSettings", settings.stores);
}

function showLog(): Action {
  return act(vscode.l10n.t("Show Log"), commands.showLog);
}

/** A button that runs a command. */
function act(title: string, command: string, ...args: readonly string[]): Action {
  return { title, run: () => vscode.commands.executeCommand(command, ...args) };
}
