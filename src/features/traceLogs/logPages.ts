/** Pages with the log lines of traces: documents that only read, with links to the lines and to the spans. */

import * as vscode from "vscode";
import type { TraceLog, TraceLogLevel } from "../../analysis/traceLogs.ts";
import { Owner } from "../../base/disposables.ts";
import { shortId } from "../../model/ids.ts";
import type { Trace } from "../../model/trace.ts";
import { formatDuration, NS_PER_MS } from "../../model/units.ts";
import { commands, type OpenTraceRequest } from "../../manifest.ts";
import type { GatheredLogs } from "./gatherLogs.ts";

const SCHEME = "traceside-logs";
/** Pages that nobody closed yet are few; the oldest goes first. */
const MAX_PAGES = 20;

/** Told by shape and by colour. */
const signs: Readonly<Record<TraceLogLevel | "none", string>> = {
  error: "✖",
  warning: "▲",
  info: "●",
  debug: "○",
  none: "·",
};
const colors: Partial<Record<TraceLogLevel, string>> = {
  error: "editorError.foreground",
  warning: "editorWarning.foreground",
  info: "editorInfo.foreground",
  debug: "descriptionForeground",
};
const levels = Object.keys(colors) as readonly TraceLogLevel[];

interface Page {
  readonly text: string;
  readonly links: readonly vscode.DocumentLink[];
  readonly signs: ReadonlyMap<TraceLogLevel, readonly vscode.Range[]>;
}

export class LogPages extends Owner implements vscode.TextDocumentContentProvider {
  readonly #pages = new Map<string, Page>();
  readonly #changed = this.own(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.#changed.event;
  readonly #decorations = new Map(
    levels.map(level => [
      level,
      this.own(
        vscode.window.createTextEditorDecorationType({
          color: new vscode.ThemeColor(colors[level] ?? "foreground"),
          fontWeight: "bold",
        }),
      ),
    ]),
  );

  constructor() {
    super();
    this.own(vscode.workspace.registerTextDocumentContentProvider(SCHEME, this));
    this.own(
      vscode.languages.registerDocumentLinkProvider(
        { scheme: SCHEME },
        {
          provideDocumentLinks: ({ uri }) => [...(this.#pages.get(uri.toString())?.links ?? [])],
        },
      ),
    );
    this.own(vscode.window.onDidChangeVisibleTextEditors(() => this.#color()));
  }

  async show(trace: Trace, gathered: GatheredLogs): Promise<void> {
    const { traceId } = trace.columns;
    const title = vscode.l10n.t("Logs of {0}", shortId(traceId));
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${title}`, query: traceId });
    const key = uri.toString();
    this.#pages.delete(key);
    this.#pages.set(key, createPage(trace, gathered));
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > MAX_PAGES && oldest !== undefined) this.#pages.delete(oldest);
    this.#changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, "log");
    // Never over the trace, and no third column where there are two.
    const viewColumn = vscode.window.activeTextEditor?.viewColumn ?? vscode.ViewColumn.Beside;
    await vscode.window.showTextDocument(document, { viewColumn });
    this.#color();
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#pages.get(uri.toString())?.text ?? "";
  }

  #color(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const page = this.#pages.get(editor.document.uri.toString());
      if (page === undefined) continue;
      for (const [level, decoration] of this.#decorations) {
        editor.setDecorations(decoration, [...(page.signs.get(level) ?? [])]);
      }
    }
  }
}

function createPage(trace: Trace, gathered: GatheredLogs): Page {
  const { t } = vscode.l10n;
  const { logs, files, unread, isCut } = gathered;
  const text = [
    [
      logs.length === 1 ? t("1 line") : t("{0} lines", logs.length),
      files === 1 ? t("1 file read") : t("{0} files read", files),
    ].join(", "),
  ];
  if (isCut) text.push(t("There are more lines; these are the first."));
  for (const name of unread) text.push(t("{0} could not be read.", name));
  text.push("");
  const links: vscode.DocumentLink[] = [];
  const signsOf = new Map<TraceLogLevel, vscode.Range[]>(levels.map(level => [level, []]));
  const nameWidth = Math.max(...logs.map(log => nameOf(trace, log).length));
  for (const log of logs) {
    const line0 = text.length;
    let line = "";
    const add = (part: string, uri?: vscode.Uri, tooltip?: string): vscode.Range => {
      const range = new vscode.Range(line0, line.length, line0, line.length + part.length);
      line += part;
      if (uri !== undefined && part !== "") {
        const link = new vscode.DocumentLink(range, uri);
        if (tooltip !== undefined) link.tooltip = tooltip;
        links.push(link);
      }
      return range;
    };
    add(`${describeTime(trace, log).padEnd(24)} `);
    const sign = add(signs[log.level ?? "none"]);
    if (log.level !== undefined) signsOf.get(log.level)?.push(sign);
    add(" ");
    const name = nameOf(trace, log);
    add(name, toSpanUri(trace, log), t("Open Trace"));
    add(" ".repeat(nameWidth - name.length + 2));
    const { place } = log;
    if (place.kind === "line") {
      const uri = vscode.Uri.parse(place.uri);
      const file = `${vscode.workspace.asRelativePath(uri)}:${place.line0 + 1}`;
      add(file, uri.with({ fragment: `L${place.line0 + 1}` }), t("Open the line"));
    } else if (place.kind === "printed") {
      add(place.source);
    } else {
      add(place.isLoose ? t("{0}, names no trace", place.service) : place.service);
    }
    add(`  ${log.text}`);
    text.push(line);
  }
  return { text: text.join("\n"), links, signs: signsOf };
}

function nameOf({ columns }: Trace, { span }: TraceLog): string {
  return span === undefined ? "" : (columns.strings[columns.name[span] ?? 0] ?? "");
}

function toSpanUri({ columns, spanIds }: Trace, { span }: TraceLog): vscode.Uri | undefined {
  if (span === undefined) return undefined;
  const request: OpenTraceRequest = { traceId: columns.traceId, span: spanIds[span] ?? "" };
  const args = encodeURIComponent(JSON.stringify([request]));
  return vscode.Uri.parse(`command:${commands.openTrace}?${args}`);
}

/** The clock's time, and how long after the trace began. */
function describeTime({ columns }: Trace, { unixMs }: TraceLog): string {
  if (unixMs === undefined) return "";
  const clock = new Date(unixMs).toLocaleTimeString("sv");
  const ms = String(Math.floor(unixMs % 1_000)).padStart(3, "0");
  const afterNs = (unixMs - columns.originUnixMs) * NS_PER_MS - (columns.startNs[0] ?? 0);
  // The editor marks the minus sign as one that is easily taken for another.
  const after = formatDuration(afterNs).replace("−", "-");
  return `${clock}.${ms} ${afterNs < 0 ? "" : "+"}${after}`;
}
