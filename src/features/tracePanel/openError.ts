/** Why a trace could not be opened, in the words of its panel. */

import * as vscode from "vscode";
import { getFailure } from "../../model/failure.ts";
import type { Log } from "../../platform/log.ts";
import { createReport, type Report } from "../../platform/report.ts";

/** Whatever is no failure of a store, and nobody's wish, is logged whole. */
export function describeOpenError(log: Log, error: unknown): Report {
  const failure = getFailure(error);
  if (failure !== undefined) return createReport(failure);
  if (error instanceof Error && error.name === "AbortError") {
    return { text: vscode.l10n.t("Opening this trace was cancelled."), lines: [], actions: [] };
  }
  log.error(error, "open trace");
  const text = vscode.l10n.t("Traceside met an unexpected error. The log has the details.");
  return { text, lines: [], actions: [] };
}
