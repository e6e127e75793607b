/**
 * Open Trace File: the spans of a file, of whatever format, go into the embedded store, and their trace opens; where
 * the file has many traces, the user is asked for one.
 */

import * as vscode from "vscode";
import { readTraceFile, type TraceFile } from "../formats/traceFile.ts";
import { TraceError } from "../model/failure.ts";
import { SpanStatus, type SpanInput } from "../model/span.ts";
import type { SpanRecord } from "../model/spanRecord.ts";
import { formatDuration } from "../model/units.ts";
import type { UriParts } from "../manifest.ts";
import { withProgress } from "../platform/progress.ts";
import { showReport } from "../platform/report.ts";
import type { LocalStore } from "../stores/local/localStore.ts";

/** More is neither parsed nor drawn in good time. */
const MAX_BYTES = 200 * 1024 * 1024;

/** Settles with the id of the trace to open; without one when the user gives up. Throws `unreadableFile`. */
export async function openTraceFile(
  local: LocalStore,
  asked?: UriParts,
): Promise<string | undefined> {
  const file = asked === undefined ? await askForFile() : vscode.Uri.from(asked);
  if (file === undefined) return undefined;
  const name = getName(file);
  const { records, problems } = await withProgress(
    vscode.l10n.t("Reading {0}…", name),
    async (signal, say) => {
      const read = await readFile(file);
      signal.throwIfAborted();
      say(countSpans(read.records.length));
      await local.addSpans(read.records, signal);
      return read;
    },
  );
  const lines = problems.flatMap(problem => (problem.code === "storeNote" ? [problem.text] : []));
  if (lines.length > 0) {
    // Nobody waits for it to be read: what could be read is there.
    void showReport(
      {
        text: vscode.l10n.t("{0}: {1}", name, lines[0] ?? ""),
        lines: lines.length > 1 ? [vscode.l10n.t("And {0} more notes.", lines.length - 1)] : [],
        actions: [],
      },
      "info",
    );
  }
  return chooseTrace(records, name);
}

async function askForFile(): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t("Open Trace File"),
    openLabel: vscode.l10n.t("Open Trace"),
    filters: {
      [vscode.l10n.t("Traces")]: [
        "json",
        "ndjson",
        "jsonl",
        "pb",
        "bin",
        "csv",
        "gz",
        "txt",
        "log",
      ],
      [vscode.l10n.t("All files")]: ["*"],
    },
  });
  return chosen?.[0];
}

async function readFile(file: vscode.Uri): Promise<TraceFile> {
  const path = vscode.workspace.asRelativePath(file);
  const refuse = (reason: string, cause?: unknown): TraceError =>
    new TraceError({ code: "unreadableFile", path, reason }, { cause });
  let bytes: Uint8Array;
  try {
    const { size } = await vscode.workspace.fs.stat(file);
    if (size > MAX_BYTES) {
      throw refuse(vscode.l10n.t("it is larger than {0} MB", MAX_BYTES / 1024 / 1024));
    }
    bytes = await vscode.workspace.fs.readFile(file);
  } catch (error) {
    if (!(error instanceof vscode.FileSystemError)) throw error;
    throw refuse(error.message, error);
  }
  return readTraceFile(bytes, { store: getName(file), path, nowUnixMs: Date.now() });
}

function getName(file: vscode.Uri): string {
  return file.path.slice(file.path.lastIndexOf("/") + 1);
}

/** What the list shows of one trace of the file. */
interface TraceFacts {
  readonly traceId: string;
  readonly root: SpanInput | undefined;
  readonly spanCount: number;
  readonly errorCount: number;
  readonly startUnixNs: bigint;
  readonly endUnixNs: bigint;
}

async function chooseTrace(
  records: readonly SpanRecord[],
  file: string,
): Promise<string | undefined> {
  const traces = [...Map.groupBy(records, record => record.traceId)]
    .map(([traceId, members]) => summarise(traceId, members))
    .sort((a, b) => (a.startUnixNs < b.startUnixNs ? 1 : a.startUnixNs > b.startUnixNs ? -1 : 0));
  if (traces.length < 2) return traces[0]?.traceId;
  const chosen = await vscode.window.showQuickPick(traces.map(createItem), {
    title: vscode.l10n.t("{0} traces in {1}", traces.length, file),
    placeHolder: vscode.l10n.t("Which trace? Newest first"),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.traceId;
}

function summarise(traceId: string, members: readonly SpanRecord[]): TraceFacts {
  const spans = members.map(record => record.span);
  const starts = spans.flatMap(({ startUnixNs = 0n }) => (startUnixNs > 0n ? [startUnixNs] : []));
  const ends = spans.flatMap(({ endUnixNs = 0n }) => (endUnixNs > 0n ? [endUnixNs] : []));
  const ids = new Set(spans.map(span => span.spanId));
  const least = (a: bigint, b: bigint): bigint => (b < a ? b : a);
  const greatest = (a: bigint, b: bigint): bigint => (b > a ? b : a);
  return {
    traceId,
    // The one that nobody called; of a trace without a root, the one whose caller is missing.
    root:
      spans.find(span => span.parentSpanId === undefined) ??
      spans.find(span => !ids.has(span.parentSpanId ?? "")),
    spanCount: spans.length,
    errorCount: spans.filter(span => span.status === SpanStatus.error).length,
    startUnixNs: starts.length === 0 ? 0n : starts.reduce(least),
    endUnixNs: ends.length === 0 ? 0n : ends.reduce(greatest),
  };
}

function createItem(trace: TraceFacts): vscode.QuickPickItem & { readonly traceId: string } {
  const { root, spanCount, errorCount, startUnixNs, endUnixNs, traceId } = trace;
  const time = new Date(Number(startUnixNs / 1_000_000n)).toLocaleString();
  return {
    label: `${errorCount > 0 ? "$(error)" : "$(circle-outline)"} ${root?.name || traceId}`,
    description: [
      root?.queue ?? root?.service,
      endUnixNs > startUnixNs ? formatDuration(Number(endUnixNs - startUnixNs)) : undefined,
      countSpans(spanCount),
      errorCount === 0
        ? undefined
        : errorCount === 1
          ? vscode.l10n.t("1 error")
          : vscode.l10n.t("{0} errors", errorCount),
    ]
      .filter(part => part !== undefined && part !== "")
      .join(" · "),
    detail: `${startUnixNs === 0n ? "" : `${time} · `}${traceId}`,
    traceId,
  };
}

function countSpans(count: number): string {
  return count === 1 ? vscode.l10n.t("1 span") : vscode.l10n.t("{0} spans", count);
}
