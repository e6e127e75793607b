/** Pages with the log lines of traces: documents that only read, with links to the lines and to the spans. */

import * as vscode from "vscode";
import type { TraceLog } from "../../analysis/traceLogs.ts";
import { Owner } from "../../base/disposables.ts";
import { shortId } from "../../model/ids.ts";
import { logLevels, type LogLevel } from "../../model/logLevel.ts";
import type { Trace } from "../../model/trace.ts";
import { formatDuration, NS_PER_MS } from "../../model/units.ts";
import { commands, type OpenTraceRequest } from "../../manifest.ts";
import type { GatheredLogs } from "./gatherLogs.ts";

const SCHEME = "traceside-logs";
/** Pages that nobody closed yet are few; the oldest goes first. */
const MAX_PAGES = 20;
/** Lines of one log: a whole stack trace, and no file that was logged. */
const MAX_LINES = 200;

/** Told by shape and by colour. */
const signs: Readonly<Record<LogLevel | "none", string>> = {
  error: "✖",
  warning: "▲",
  info: "●",
  debug: "○",
  none: "·",
};
const colors: Partial<Record<LogLevel, string>> = {
  error: "editorError.foreground",
  warning: "editorWarning.foreground",
  info: "editorInfo.foreground",
  debug: "descriptionForeground",
};

interface Page {
  readonly text: string;
  readonly links: readonly vscode.DocumentLink[];
  readonly signs: ReadonlyMap<LogLevel, readonly vscode.Range[]>;
  /** The line of the log that was chosen, else the first. */
  readonly chosen0: number;
}

/** Logs that were looked for, in the order of time. */
export interface FoundLogs {
  readonly logs: readonly TraceLog[];
  /** The words by which. */
  readonly filter: string;
  readonly isCut: boolean;
  readonly chosen?: TraceLog;
}

export class LogPages extends Owner implements vscode.TextDocumentContentProvider {
  readonly #pages = new Map<string, Page>();
  readonly #changed = this.own(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.#changed.event;
  readonly #decorations = new Map(
    logLevels.map(level => [
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
    await this.#show(title, traceId, createTracePage(trace, gathered));
  }

  /** Puts what was found on a page, with the cursor at the one that was chosen. */
  async showFound(found: FoundLogs, title = vscode.l10n.t("Logs Without a Trace")): Promise<void> {
    await this.#show(title, found.filter, createFoundPage(found));
  }

  async #show(title: string, query: string, page: Page): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${title}`, query });
    const key = uri.toString();
    this.#pages.delete(key);
    this.#pages.set(key, page);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > MAX_PAGES && oldest !== undefined) this.#pages.delete(oldest);
    this.#changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, "log");
    // Never over the trace, and no third column where there are two.
    const viewColumn = vscode.window.activeTextEditor?.viewColumn ?? vscode.ViewColumn.Beside;
    const selection = new vscode.Range(page.chosen0, 0, page.chosen0, 0);
    await vscode.window.showTextDocument(document, { viewColumn, selection });
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

/** Writes lines, and remembers where links and signs are in them. */
class PageWriter {
  readonly #lines: string[];
  readonly #links: vscode.DocumentLink[] = [];
  readonly #signs = new Map<LogLevel, vscode.Range[]>(logLevels.map(level => [level, []]));
  #line = "";
  #chosen0 = 0;

  constructor(head: readonly string[]) {
    this.#lines = [...head, ""];
  }

  add(part: string, uri?: vscode.Uri, tooltip?: string): vscode.Range {
    const [line0, from] = [this.#lines.length, this.#line.length];
    const range = new vscode.Range(line0, from, line0, from + part.length);
    this.#line += part;
    if (uri !== undefined && part !== "") {
      const link = new vscode.DocumentLink(range, uri);
      if (tooltip !== undefined) link.tooltip = tooltip;
      this.#links.push(link);
    }
    return range;
  }

  addSign(level: LogLevel | undefined): void {
    const sign = this.add(signs[level ?? "none"]);
    if (level !== undefined) this.#signs.get(level)?.push(sign);
    this.add(" ");
  }

  /** The log's words, which end the line; what it says beyond that stands below, at the same column. */
  addWords({ text, more }: TraceLog): void {
    const indent = " ".repeat(this.#line.length);
    this.#lines.push(this.#line + text);
    this.#line = "";
    const lines = more?.split("\n", MAX_LINES + 1) ?? [];
    this.#lines.push(...lines.slice(0, MAX_LINES).map(each => indent + each.trimEnd()));
    if (lines.length > MAX_LINES) this.#lines.push(`${indent}…`);
  }

  /** The line that is written is the one to show. */
  choose(): void {
    this.#chosen0 = this.#lines.length;
  }

  toPage(): Page {
    return {
      ...{ text: this.#lines.join("\n"), links: this.#links },
      ...{ signs: this.#signs, chosen0: this.#chosen0 },
    };
  }
}

function createTracePage(trace: Trace, gathered: GatheredLogs): Page {
  const { t } = vscode.l10n;
  const { logs, files, unread, isCut } = gathered;
  const read = files === 1 ? t("1 file read") : t("{0} files read", files);
  const page = new PageWriter([
    `${countLines(logs.length)}, ${read}`,
    ...(isCut ? [t("There are more lines; these are the first.")] : []),
    ...unread.map(name => t("{0} could not be read.", name)),
  ]);
  const nameWidth = Math.max(...logs.map(log => nameOf(trace, log).length));
  for (const log of logs) {
    page.add(`${describeTime(trace, log).padEnd(24)} `);
    page.addSign(log.level);
    const name = nameOf(trace, log);
    page.add(name, toSpanUri(trace, log), t("Open Trace"));
    page.add(" ".repeat(nameWidth - name.length + 2));
    const { place } = log;
    if (place.kind === "line") {
      const uri = vscode.Uri.parse(place.uri);
      const file = `${vscode.workspace.asRelativePath(uri)}:${place.line0 + 1}`;
      page.add(file, uri.with({ fragment: `L${place.line0 + 1}` }), t("Open the line"));
    } else if (place.kind === "printed") {
      page.add(place.source);
    } else {
      page.add(place.isLoose ? t("{0}, names no trace", place.service) : place.service);
    }
    page.add("  ");
    page.addWords(log);
  }
  return page.toPage();
}

function createFoundPage({ logs, filter, isCut, chosen }: FoundLogs): Page {
  const { t } = vscode.l10n;
  const page = new PageWriter([
    filter === "" ? countLines(logs.length) : `${countLines(logs.length)}: ${filter}`,
    ...(isCut ? [t("There are more lines; these are the last.")] : []),
  ]);
  const serviceOf = ({ place }: TraceLog): string => (place.kind === "store" ? place.service : "");
  const width = Math.max(...logs.map(log => serviceOf(log).length));
  for (const log of logs) {
    if (log === chosen) page.choose();
    page.add(`${log.unixMs === undefined ? "" : describeClock(log.unixMs, true)} `);
    page.addSign(log.level);
    page.add(`${serviceOf(log).padEnd(width)}  `);
    page.addWords(log);
  }
  return page.toPage();
}

function countLines(count: number): string {
  return count === 1 ? vscode.l10n.t("1 line") : vscode.l10n.t("{0} lines", count);
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
  const afterNs = (unixMs - columns.originUnixMs) * NS_PER_MS - (columns.startNs[0] ?? 0);
  // The editor marks the minus sign as one that is easily taken for another.
  const after = formatDuration(afterNs).replace("−", "-");
  return `${describeClock(unixMs)} ${afterNs < 0 ? "" : "+"}${after}`;
}

function describeClock(unixMs: number, isWithDate = false): string {
  const date = new Date(unixMs);
  const clock = isWithDate ? date.toLocaleString("sv") : date.toLocaleTimeString("sv");
  return `${clock}.${String(Math.floor(unixMs % 1_000)).padStart(3, "0")}`;
}
