/**
 * Open Trace File: the spans of a file, of whatever format, go into the embedded store, and their trace opens; where
 * the file has many traces, the user is asked for one.
 */

import * as vscode from "vscode";
import type { Disposable } from "../base/disposables.ts";
import { MAX_FILE_BYTES, type DroppedFile } from "../model/droppedFile.ts";
import { TraceError } from "../model/failure.ts";
import { formatDuration, NS_PER_MS } from "../model/units.ts";
import { commands, type UriParts } from "../manifest.ts";
import { registerCommands, runCommand } from "../platform/commands.ts";
import type { Log } from "../platform/log.ts";
import { withProgress } from "../platform/progress.ts";
import { showReport } from "../platform/report.ts";
import type { ImportedFile } from "../stores/file/fileApi.ts";
import { openFileLink } from "../stores/file/fileStore.ts";
import type { TraceBrief } from "../model/traceStore.ts";

export interface TraceFileServices {
  readonly log: Log;
  /** Where the bundle is that reads trace files in a thread of its own. */
  readonly inDist: (file: string) => string;
  /** The embedded store's file. */
  readonly storeFile: string;
}

/** Wherever it is. */
interface TraceFile {
  readonly name: string;
  /** For failures. */
  readonly path: string;
  /** Rejects with `unreadableFile`. */
  readBytes(): Promise<Uint8Array>;
}

export function registerOpenTraceFile(services: TraceFileServices): Disposable {
  return registerCommands(services.log, {
    [commands.openTraceFile]: async file => {
      const traceId = await openTraceFile(services, file);
      return traceId && runCommand(commands.openTrace, { traceId });
    },
  });
}

/** Settles with the id of the trace to open; without one when the user gives up. Rejects with `unreadableFile`. */
export async function openTraceFile(
  services: TraceFileServices,
  asked?: UriParts | DroppedFile,
): Promise<string | undefined> {
  const file = asked === undefined ? await askForFile() : findFile(asked);
  if (file === undefined) return undefined;
  const { name } = file;
  const { traces, problems } = await withProgress(
    vscode.l10n.t("Reading {0}…", name),
    async signal => importFile(file, services, signal),
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
  return chooseTrace(traces, name);
}

function findFile(asked: UriParts | DroppedFile): TraceFile {
  return "name" in asked ? toTraceFile(asked) : openUri(vscode.Uri.from(asked));
}

async function askForFile(): Promise<TraceFile | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t("Open Trace File"),
    openLabel: vscode.l10n.t("Open Trace"),
    filters: {
      [vscode.l10n.t("Traces")]: [
        ...["json", "ndjson", "jsonl", "yaml", "yml", "csv", "txt", "log"],
        ...["pb", "bin", "bson", "gz"],
      ],
      [vscode.l10n.t("All files")]: ["*"],
    },
  });
  return chosen?.[0] && openUri(chosen[0]);
}

async function importFile(
  file: TraceFile,
  { inDist, storeFile }: TraceFileServices,
  signal: AbortSignal,
): Promise<ImportedFile> {
  const { name, path } = file;
  const bytes = await file.readBytes();
  const link = openFileLink({ store: name, path, workerPath: inDist("fileWorker.cjs") });
  try {
    return await link.ask(signal, (remote, ticket) =>
      remote.importFile({ bytes, name, path, into: storeFile }, ticket),
    );
  } finally {
    link.dispose();
  }
}

function openUri(uri: vscode.Uri): TraceFile {
  const path = vscode.workspace.asRelativePath(uri);
  return {
    name: uri.path.slice(uri.path.lastIndexOf("/") + 1),
    path,
    async readBytes() {
      try {
        const { size } = await vscode.workspace.fs.stat(uri);
        checkSize(path, size);
        return await vscode.workspace.fs.readFile(uri);
      } catch (error) {
        if (!(error instanceof vscode.FileSystemError)) throw error;
        throw refuse(path, error.message, error);
      }
    },
  };
}

function toTraceFile(file: DroppedFile): TraceFile {
  const { name } = file;
  if ("refused" in file) throw refuse(name, file.refused);
  checkSize(name, file.bytes.length);
  return { name, path: name, readBytes: () => Promise.resolve(file.bytes) };
}

function checkSize(path: string, bytes: number): void {
  if (bytes <= MAX_FILE_BYTES) return;
  throw refuse(path, vscode.l10n.t("it is larger than {0} MB", MAX_FILE_BYTES / 1024 / 1024));
}

function refuse(path: string, reason: string, cause?: unknown): TraceError {
  return new TraceError({ code: "unreadableFile", path, reason }, { cause });
}

async function chooseTrace(
  traces: readonly TraceBrief[],
  file: string,
): Promise<string | undefined> {
  if (traces.length < 2) return traces[0]?.traceId;
  const chosen = await vscode.window.showQuickPick(traces.map(createItem), {
    title: vscode.l10n.t("{0} traces in {1}", traces.length, file),
    placeHolder: vscode.l10n.t("Which trace? Newest first"),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.traceId;
}

function createItem(trace: TraceBrief): vscode.QuickPickItem & { readonly traceId: string } {
  const { root, spanCount, errorCount, startUnixMs, durationMs, traceId } = trace;
  const time = new Date(startUnixMs).toLocaleString();
  return {
    label: `${errorCount > 0 ? "$(error)" : "$(circle-outline)"} ${root.name || traceId}`,
    description: [
      root.queue ?? root.service,
      durationMs === undefined ? undefined : formatDuration(durationMs * NS_PER_MS),
      countSpans(spanCount),
      errorCount === 0
        ? undefined
        : errorCount === 1
          ? vscode.l10n.t("1 error")
          : vscode.l10n.t("{0} errors", errorCount),
    ]
      .filter(part => part !== undefined && part !== "")
      .join(" · "),
    detail: `${startUnixMs === 0 ? "" : `${time} · `}${traceId}`,
    traceId,
  };
}

function countSpans(count: number): string {
  return count === 1 ? vscode.l10n.t("1 span") : vscode.l10n.t("{0} spans", count);
}
