/**
 * Search Logs Without a Trace: what was received as OpenTelemetry's logs and names no trace, newest first, narrowed as one
 * types by service, level, time and words. Enter puts all that were found on a page.
 */

import * as vscode from "vscode";
import { parseLogFilter } from "../../analysis/logFilter.ts";
import { sortLogs, type TraceLog } from "../../analysis/traceLogs.ts";
import { Latest } from "../../base/latest.ts";
import type { LogPage } from "../../model/logRecord.ts";
import { createReport } from "../../platform/report.ts";
import { getFailure } from "../../model/failure.ts";
import type { LocalStore } from "../../stores/local/localStore.ts";
import type { FoundLogs } from "./logPages.ts";
import { toTraceLog } from "./gatherLogs.ts";

/** The page has so many; nobody reads more, but narrows them. */
const MAX_LOGS = 5_000;
const MAX_LISTED = 200;
/** Between two letters nothing is asked. */
const TYPING_MS = 150;
const icons = {
  error: "error",
  warning: "warning",
  info: "info",
  debug: "circle-outline",
} as const;

interface LogItem extends vscode.QuickPickItem {
  /** Absent: all of them. */
  readonly log?: TraceLog;
}

interface Search {
  readonly items: readonly LogItem[];
  readonly found?: FoundLogs;
}

/** Settles with the logs to put on a page, or with nothing where the user turned back. */
export async function searchLogs(local: LocalStore): Promise<FoundLogs | undefined> {
  const { t } = vscode.l10n;
  const pick = vscode.window.createQuickPick<LogItem>();
  pick.title = t("Search Logs Without a Trace");
  pick.placeholder = t(
    "Words, service:shop, level:error, since:2h, until:14:30; the last day, newest first",
  );
  pick.ignoreFocusOut = true;
  const latest = new Latest();
  let found: FoundLogs | undefined;
  const search = async (text: string): Promise<void> => {
    pick.busy = true;
    const answer = await latest.run(signal => readLogs(local, text, signal));
    if (answer === undefined) return;
    ({ found } = answer);
    pick.items = answer.items;
    pick.busy = false;
  };
  try {
    return await new Promise<FoundLogs | undefined>((resolve, reject) => {
      let typing: NodeJS.Timeout | undefined;
      pick.onDidChangeValue(text => {
        clearTimeout(typing);
        typing = setTimeout(() => void search(text).catch(reject), TYPING_MS);
      });
      pick.onDidAccept(() => {
        // What is shown may be of the words before.
        if (pick.busy || found === undefined) return;
        resolve({
          ...found,
          ...(pick.selectedItems[0]?.log && { chosen: pick.selectedItems[0].log }),
        });
      });
      pick.onDidHide(() => {
        clearTimeout(typing);
        resolve(undefined);
      });
      pick.show();
      search("").catch(reject);
    });
  } finally {
    latest.dispose();
    pick.dispose();
  }
}

async function readLogs(local: LocalStore, text: string, signal: AbortSignal): Promise<Search> {
  const { t } = vscode.l10n;
  const { filter, unread } = parseLogFilter(text, Date.now());
  const notes: LogItem[] = unread.map(term => ({
    ...{ label: `$(warning) ${t("“{0}” is left out: it could not be read.", term)}` },
    alwaysShow: true,
  }));
  let page: LogPage;
  try {
    page = await local.readLogs({ ...filter, newestFirst: true, limit: MAX_LOGS }, signal);
  } catch (error) {
    const failure = getFailure(error);
    if (failure === undefined) throw error;
    return { items: [{ label: `$(warning) ${createReport(failure).text}`, alwaysShow: true }] };
  }
  const logs = sortLogs(page.logs.map(record => toTraceLog(record, false)));
  if (logs.length === 0) return { items: [...notes, ...describeNone(text, page.isCut)] };
  const found: FoundLogs = { logs, filter: text.trim(), isCut: page.isCut };
  const count = logs.length === 1 ? t("1 line") : t("{0} lines", logs.length);
  const all: LogItem = {
    label: `$(list-flat) ${t("Show all on a page")}`,
    description: page.isCut ? t("{0}, there are more", count) : count,
    alwaysShow: true,
  };
  const listed = logs.slice(-MAX_LISTED).toReversed().map(toItem);
  return { items: [...notes, all, ...listed], found };
}

function describeNone(text: string, isCut: boolean): readonly LogItem[] {
  const { t } = vscode.l10n;
  const label =
    text.trim() === ""
      ? t("No logs without a trace in the last day.")
      : isCut
        ? t("No log fits in the two days before the end; “until:” looks further back.")
        : t("No log fits.");
  const detail = t("OTLP logs that name no trace are kept in the embedded store.");
  return [{ label: `$(info) ${label}`, detail, alwaysShow: true }];
}

function toItem(log: TraceLog): LogItem {
  const { level, text, unixMs, place } = log;
  const time = unixMs === undefined ? "" : new Date(unixMs).toLocaleTimeString("sv");
  return {
    label: `$(${level === undefined ? "circle-small" : icons[level]}) ${time} ${text}`,
    description: place.kind === "store" ? place.service : "",
    // The store has compared it with more than is written here.
    alwaysShow: true,
    log,
  };
}
