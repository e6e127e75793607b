/** Export: the trace that is open, or any other, into a file: OTLP JSON, Jaeger JSON, or a page of its own. */

import * as vscode from "vscode";
import type { Disposable } from "../../base/disposables.ts";
import { JaegerJsonWriter } from "../../formats/jaeger/jaegerJsonWriter.ts";
import { OtlpJsonWriter } from "../../formats/otlp/otlpJsonWriter.ts";
import type { StoreAnswer } from "../../model/failure.ts";
import { shortId } from "../../model/ids.ts";
import type { SpanDetail } from "../../model/spanDetail.ts";
import type { SpanRecord } from "../../model/spanRecord.ts";
import type { Trace } from "../../model/trace.ts";
import { readTraceRecords } from "../../model/traceRecords.ts";
import { commands, settings } from "../../manifest.ts";
import { registerCommands } from "../../platform/commands.ts";
import type { Log } from "../../platform/log.ts";
import { withProgress } from "../../platform/progress.ts";
import { showReport } from "../../platform/report.ts";
import { getSetting } from "../../platform/settings.ts";
import { packColumns } from "../../protocol/exportedPage.ts";
import { encodeChunks } from "./encodeChunks.ts";
import { createHtmlPage } from "./htmlPage.ts";
import { createPageStyles, type ContributedColor } from "./pageStyles.ts";

export interface ExportServices {
  readonly log: Log;
  readonly extension: vscode.Extension<unknown>;
  readonly panels: {
    /** The trace of the panel that is in front. */
    getActiveTrace():
      { readonly trace: Trace; readonly answers: readonly StoreAnswer[] } | undefined;
  };
}

interface Format extends vscode.QuickPickItem {
  readonly ending: string;
  write(
    trace: Trace,
    answers: readonly StoreAnswer[],
    signal: AbortSignal,
    services: ExportServices,
  ): Promise<Uint8Array>;
}

export function registerExportTrace(services: ExportServices): Disposable {
  return registerCommands(services.log, { [commands.exportTrace]: () => exportTrace(services) });
}

/** Settles with the file; without one when the user gives up. Rejects with a `TraceError` where a store fails. */
async function exportTrace(services: ExportServices): Promise<vscode.Uri | undefined> {
  const open = services.panels.getActiveTrace();
  if (open === undefined) {
    const text = vscode.l10n.t("Open a trace first, then export it.");
    await showReport({ text, lines: [], actions: [] }, "info");
    return undefined;
  }
  const { trace, answers } = open;
  const format = await vscode.window.showQuickPick(listFormats(), {
    title: vscode.l10n.t("Export Trace"),
    placeHolder: vscode.l10n.t("In which form?"),
    ignoreFocusOut: true,
  });
  const file = format && (await askForFile(trace, format));
  if (format === undefined || file === undefined) return undefined;
  await withProgress(vscode.l10n.t("Exporting {0}…", getName(file)), async signal => {
    const bytes = await format.write(trace, answers, signal, services);
    signal.throwIfAborted();
    await vscode.workspace.fs.writeFile(file, bytes);
  });
  void showReport(
    {
      text: vscode.l10n.t("{0} was written.", getName(file)),
      lines: [],
      actions: [
        {
          title: vscode.l10n.t("Show in Folder"),
          run: () => vscode.commands.executeCommand("revealFileInOS", file),
        },
      ],
    },
    "info",
  );
  return file;
}

function listFormats(): readonly Format[] {
  const { t } = vscode.l10n;
  return [
    {
      label: t("OpenTelemetry JSON"),
      detail: t("What collectors and most tools read; nothing is lost"),
      ending: "otlp.json",
      write: (trace, _answers, signal) => writeRecords(new OtlpJsonWriter(), trace, signal),
    },
    {
      label: t("Jaeger JSON"),
      detail: t("For Jaeger's page; times in microseconds"),
      ending: "trace.json",
      write: (trace, _answers, signal) => writeRecords(new JaegerJsonWriter(), trace, signal),
    },
    {
      label: t("Web page"),
      detail: t("The graph and the timeline as here, in one file that needs nothing else"),
      ending: "html",
      write: writePage,
    },
  ];
}

async function writeRecords(
  writer: { add(record: SpanRecord): void; listPieces(): Iterable<string> },
  trace: Trace,
  signal: AbortSignal,
): Promise<Uint8Array> {
  await readTraceRecords(trace, signal, record => writer.add(record));
  return encodeChunks(writer.listPieces());
}

async function writePage(
  trace: Trace,
  answers: readonly StoreAnswer[],
  signal: AbortSignal,
  { extension }: ExportServices,
): Promise<Uint8Array> {
  const details: (SpanDetail | undefined)[] = [];
  await readTraceRecords(trace, signal, ({ detail }, span) => {
    details[span] = detail;
  });
  const manifest = extension.packageJSON as {
    readonly contributes: { readonly colors: readonly ContributedColor[] };
  };
  const decoder = new TextDecoder();
  const scripts = await Promise.all(
    ["exportedHost.js", "elkWorker.js", "webview.js"].map(async file =>
      decoder.decode(
        await vscode.workspace.fs.readFile(
          vscode.Uri.joinPath(extension.extensionUri, "dist", file),
        ),
      ),
    ),
  );
  const { columns, spanIds, problems, sources } = trace;
  const page = await createHtmlPage({
    title: `${getRootName(trace)} ${columns.traceId}`,
    styles: createPageStyles(manifest.contributes.colors),
    scripts,
    trace: {
      columns: packColumns(columns),
      details: Array.from({ length: columns.count }, (_, span) => details[span]),
      spanIds,
      problems,
      answers,
      sources,
      words: vscode.l10n.bundle ?? {},
      language: vscode.env.language,
      queueWait: getSetting(settings.queueWait),
    },
  });
  return new TextEncoder().encode(page);
}

async function askForFile(
  trace: Trace,
  { label, ending }: Format,
): Promise<vscode.Uri | undefined> {
  const name = `${getRootName(trace)}-${shortId(trace.columns.traceId)}`.replace(
    /[^\p{L}\p{N}._-]+/gu,
    "-",
  );
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const file = `${name}.${ending}`;
  return vscode.window.showSaveDialog({
    title: vscode.l10n.t("Export Trace"),
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder.uri, file) }),
    // A dialog knows the last part of a name alone, and adds what it misses.
    filters: { [label]: [ending.slice(ending.lastIndexOf(".") + 1)] },
  });
}

function getRootName({ columns }: Trace): string {
  return columns.strings[columns.name[0] ?? 0] ?? "trace";
}

function getName(file: vscode.Uri): string {
  return file.path.slice(file.path.lastIndexOf("/") + 1);
}
