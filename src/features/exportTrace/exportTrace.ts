/** Export: the trace that is open, or any other, into a file: OTLP JSON, Jaeger JSON, or a page of its own. */

import * as vscode from "vscode";
import type { Report } from "../../platform/report.ts";
import { showReport } from "../../platform/report.ts";
import { withProgress } from "../../platform/progress.ts";
import { JaegerJsonWriter } from "../../formats/jaegerJsonWriter.ts";
import { OtlpJsonWriter } from "../../formats/otlpJsonWriter.ts";
import type { StoreAnswer } from "../../model/failure.ts";
import { shortId } from "../../model/ids.ts";
import type { SpanDetail } from "../../model/spanDetail.ts";
import type { Trace } from "../../model/trace.ts";
import { readTraceRecords } from "../../model/traceRecords.ts";
import { packColumns } from "../../protocol/exportedPage.ts";
import { createHtmlPage } from "./htmlPage.ts";
import { createPageStyles, type ContributedColor } from "./pageStyles.ts";

export interface ExportServices {
  readonly extension: vscode.Extension<unknown>;
  /** Of the panel that is in front. */
  getOpenTrace(): { readonly trace: Trace; readonly answers: readonly StoreAnswer[] } | undefined;
}

interface Format extends vscode.QuickPickItem {
  readonly ending: string;
  write(
    trace: Trace,
    answers: readonly StoreAnswer[],
    signal: AbortSignal,
    services: ExportServices,
  ): Promise<string>;
}

/** Settles with the file; without one when the user gives up. Rejects with a `TraceError` where a store fails. */
export async function exportTrace(services: ExportServices): Promise<vscode.Uri | undefined> {
  const open = services.getOpenTrace();
  if (open === undefined) {
    await showReport(createReport(vscode.l10n.t("Open a trace first, then export it.")), "info");
    return undefined;
  }
  const { trace, answers } = open;
  const format = await vscode.window.showQuickPick(listFormats(), {
    title: vscode.l10n.t("Export Trace"),
    placeHolder: vscode.l10n.t("In which form?"),
  });
  const file = format && (await askForFile(trace, format.ending));
  if (format === undefined || file === undefined) return undefined;
  await withProgress(vscode.l10n.t("Exporting {0}…", getName(file)), async signal => {
    const text = await format.write(trace, answers, signal, services);
    signal.throwIfAborted();
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
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
      write: async (trace, _answers, signal) => {
        const writer = new OtlpJsonWriter();
        await readTraceRecords(trace, signal, record => writer.add(record));
        return [...writer.listPieces()].join("");
      },
    },
    {
      label: t("Jaeger JSON"),
      detail: t("For Jaeger's page; times in microseconds"),
      ending: "trace.json",
      write: async (trace, _answers, signal) => {
        const writer = new JaegerJsonWriter();
        await readTraceRecords(trace, signal, record => writer.add(record));
        return [...writer.listPieces()].join("");
      },
    },
    {
      label: t("Web page"),
      detail: t("The graph and the timeline as here, in one file that needs nothing else"),
      ending: "html",
      write: writePage,
    },
  ];
}

async function writePage(
  trace: Trace,
  answers: readonly StoreAnswer[],
  signal: AbortSignal,
  { extension }: ExportServices,
): Promise<string> {
  const details: (SpanDetail | undefined)[] = [];
  await readTraceRecords(trace, signal, ({ detail }, span) => {
    details[span] = detail;
  });
  const manifest = extension.packageJSON as {
    readonly contributes: { readonly colors: readonly ContributedColor[] };
  };
  const decoder = new TextDecoder();
  const scripts = await Promise.all(
    ["exportedHost.js", "webview.js"].map(async file =>
      decoder.decode(
        await vscode.workspace.fs.readFile(
          vscode.Uri.joinPath(extension.extensionUri, "dist", file),
        ),
      ),
    ),
  );
  const { columns, spanIds, problems, sources } = trace;
  return createHtmlPage({
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
      queueWait: true,
    },
  });
}

async function askForFile(trace: Trace, ending: string): Promise<vscode.Uri | undefined> {
  const name = `${getRootName(trace)}-${shortId(trace.columns.traceId)}`.replace(
    /[^\p{L}\p{N}._-]+/gu,
    "-",
  );
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const file = `${name}.${ending}`;
  return vscode.window.showSaveDialog({
    title: vscode.l10n.t("Export Trace"),
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder.uri, file) }),
    filters: { [ending]: [ending] },
  });
}

function getRootName({ columns }: Trace): string {
  return columns.strings[columns.name[0] ?? 0] ?? "trace";
}

function getName(file: vscode.Uri): string {
  return file.path.slice(file.path.lastIndexOf("/") + 1);
}

function createReport(text: string): Report {
  return { text, lines: [], actions: [] };
}
