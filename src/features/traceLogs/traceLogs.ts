/**
 * The logs of the open trace: marks on its timeline as soon as it is shown, and on command a page of all lines in the
 * order of time, each with a way to its line and to its span.
 */

import * as vscode from "vscode";
import { sortLogs, toMarks, type LogMark } from "../../analysis/traceLogs.ts";
import { Owner, toDisposable } from "../../base/disposables.ts";
import { getFailure } from "../../model/failure.ts";
import type { LogPage } from "../../model/logRecord.ts";
import type { Trace } from "../../model/trace.ts";
import { commands, settings } from "../../manifest.ts";
import { registerCommands } from "../../platform/commands.ts";
import type { Log } from "../../platform/log.ts";
import { withProgress } from "../../platform/progress.ts";
import { showReport } from "../../platform/report.ts";
import type { LatestPanel, SettlingPanel } from "../../services/windowParts.ts";
import { watchSettings } from "../../platform/settings.ts";
import type { LocalStore } from "../../stores/local/localStore.ts";
import { gatherLogs, toTraceLog, type GatheredLogs } from "./gatherLogs.ts";
import { listLogTraces, openPrintedTrace } from "./listLogTraces.ts";
import { LogPages } from "./logPages.ts";
import { PrintedLines } from "./printedLines.ts";
import { searchLogs } from "./searchLogs.ts";
import { watchPrinted } from "./watchPrinted.ts";

/** A panel with a trace, as its logs see it. */
export interface LoggedTrace extends SettlingPanel {
  readonly trace: Trace | undefined;
  /** Draws log lines on the timeline; `open` opens one. */
  showLogs(logs: readonly LogMark[], open: (index: number) => Promise<void>): void;
}

export interface TraceLogsServices {
  readonly log: Log;
  readonly local: LocalStore;
  readonly panels: LatestPanel<LoggedTrace>;
  /** The path of a file of the build. */
  readonly inDist: (file: string) => string;
}

/** The most that is read unasked when a trace opens: a fraction of a second of work. */
const UNASKED_BYTES = 32 * 2 ** 20;
/** A trace that grows has come to rest. */
const REST_MS = 600;

export class TraceLogs extends Owner {
  readonly #services: TraceLogsServices;
  readonly #pages = this.own(new LogPages());
  readonly #printed = new PrintedLines();
  #sought: Trace | undefined;
  #seeking = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(services: TraceLogsServices) {
    super();
    this.#services = services;
    this.own(watchPrinted(this.#printed, services.log));
    this.own(services.panels.watchLatest(() => this.#update()));
    this.own(
      watchSettings([settings.logFiles, settings.logTimeZone], () => {
        this.#sought = undefined;
        this.#update();
      }),
    );
    this.own(
      toDisposable(() => {
        clearTimeout(this.#timer);
        this.#seeking.abort();
      }),
    );
    this.own(
      registerCommands(services.log, {
        [commands.showTraceLogs]: () => this.#show(),
        [commands.listLogTraces]: uri => listLogTraces(uri, services.inDist("logWorker.cjs")),
        [commands.searchLogs]: async () => {
          const found = await searchLogs(services.local);
          if (found !== undefined) await this.#pages.showFound(found);
        },
        [commands.openPrintedTrace]: () => openPrintedTrace(this.#printed.list()),
      }),
    );
  }

  /** Puts the logs of a file on a page. */
  async showFile(name: string, { logs, isCut }: LogPage): Promise<void> {
    const found = sortLogs(logs.map(record => toTraceLog(record, false)));
    await this.#pages.showFound(
      { logs: found, filter: "", isCut },
      vscode.l10n.t("Logs of {0}", name),
    );
  }

  #update(): void {
    const shown = this.#services.panels.getLatest();
    if (shown?.trace === undefined || shown.trace === this.#sought) return;
    this.#sought = shown.trace;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#seek(shown, shown.trace), REST_MS);
  }

  async #seek(shown: LoggedTrace, trace: Trace | undefined): Promise<void> {
    if (trace === undefined) return;
    this.#seeking.abort();
    this.#seeking = new AbortController();
    const { signal } = this.#seeking;
    try {
      await shown.firstPaint.settle(trace.columns.count);
      signal.throwIfAborted();
      const gathered = await this.#gather(trace, UNASKED_BYTES, signal);
      this.#tell(shown, trace, gathered);
    } catch (error) {
      if (signal.aborted) return;
      if (getFailure(error) === undefined) this.#services.log.error(error, "logs of the trace");
    }
  }

  #tell(shown: LoggedTrace, trace: Trace, { logs }: GatheredLogs): void {
    shown.showLogs(toMarks(trace.columns.originUnixMs, logs), async index => {
      const place = logs[index]?.place;
      if (place?.kind === "line") await openLine(vscode.Uri.parse(place.uri), place.line0);
      if (place?.kind === "printed") place.show();
    });
  }

  #gather(
    trace: Trace,
    maxBytes: number,
    signal: AbortSignal,
    say?: (message: string) => void,
  ): Promise<GatheredLogs> {
    const { log, local } = this.#services;
    const printed = this.#printed;
    const how = { maxBytes, signal, ...(say !== undefined && { say }) };
    return gatherLogs(trace, { log, local, printed, ...how });
  }

  async #show(): Promise<void> {
    const { t } = vscode.l10n;
    const shown = this.#services.panels.getLatest();
    const trace = shown?.trace;
    if (shown === undefined || trace === undefined) {
      await showReport({ text: t("Open a trace first."), lines: [], actions: [] }, "info");
      return;
    }
    const gathered = await withProgress(t("Reading logs"), async (signal, say) => {
      try {
        return await this.#gather(trace, Number.POSITIVE_INFINITY, signal, say);
      } catch (error) {
        if (!signal.aborted) throw error;
        return undefined;
      }
    });
    if (gathered === undefined) return;
    this.#tell(shown, trace, gathered);
    if (gathered.logs.length === 0) {
      const lines = [
        t("{0} log files were read. The setting traceside.logs.files names them.", gathered.files),
        ...gathered.unread.map(name => t("{0} could not be read.", name)),
      ];
      const text = t("No log line names this trace, its spans or its tasks.");
      await showReport({ text, lines, actions: [] }, "info");
      return;
    }
    await this.#pages.show(trace, gathered);
  }
}

async function openLine(uri: vscode.Uri, line0: number): Promise<void> {
  const place = new vscode.Position(line0, 0);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), {
    viewColumn: vscode.ViewColumn.Beside,
    selection: new vscode.Range(place, place),
    preview: true,
  });
}
