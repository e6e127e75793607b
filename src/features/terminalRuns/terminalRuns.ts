/**
 * The traces of a command that ran in a terminal: counted in the status bar for a while, a link on the command itself,
 * and a list. Needs a shell that tells where a command begins and ends, and asks the store only where somebody receives.
 */

import { setTimeout as delay } from "node:timers/promises";
import * as vscode from "vscode";
import type { Cell } from "../../base/cell.ts";
import { Owner, toDisposable } from "../../base/disposables.ts";
import type { CollectorState } from "../../collector/collectorState.ts";
import { commands, settings } from "../../manifest.ts";
import { getFailure } from "../../model/failure.ts";
import type { TraceBrief, TracePage, TraceQuery } from "../../model/traceStore.ts";
import { registerCommands, runCommand } from "../../platform/commands.ts";
import type { Log } from "../../platform/log.ts";
import { showReport } from "../../platform/report.ts";
import { getSetting } from "../../platform/settings.ts";
import { createTraceItem } from "../../services/traceItem.ts";

export interface TerminalRunsServices {
  readonly log: Log;
  readonly collector: Cell<CollectorState>;
  readonly local: {
    searchTraces(query: TraceQuery, signal: AbortSignal): Promise<TracePage>;
  };
}

/** The editor hears of a command a moment after the shell has started it. */
const EARLY_MS = 300;
/** Exporters send what is left when a program ends, and a store tells it within a second: looked for so long after. */
const LOOKS_MS = [400, 1_500, 4_000] as const;
/** How long the count stands in the status bar. */
const SHOWN_MS = 30_000;
const MOST_TRACES = 100;
/** The newest commands keep their links. */
const MOST_RUNS = 100;
/** A shorter one is part of too many other lines. */
const SHORTEST_COMMAND = 3;
/** Left, beside the collector. */
const PRIORITY = -11;

interface TerminalRun {
  readonly terminal: vscode.Terminal;
  readonly execution: vscode.TerminalShellExecution;
  readonly command: string;
  readonly startUnixMs: number;
  endUnixMs?: number;
  /** Another command ran at the same time: whose traces are whose is not known. */
  isShared: boolean;
  traces: readonly TraceBrief[];
  isCut: boolean;
}

class RunLink extends vscode.TerminalLink {
  readonly run: TerminalRun;

  constructor(start: number, run: TerminalRun) {
    super(start, run.command.length, describeCount(run));
    this.run = run;
  }
}

export class TerminalRuns extends Owner implements vscode.TerminalLinkProvider<RunLink> {
  readonly #services: TerminalRunsServices;
  readonly #item = this.own(
    vscode.window.createStatusBarItem(
      "traceside.terminalRun",
      vscode.StatusBarAlignment.Left,
      PRIORITY,
    ),
  );
  /** The newest last. */
  #runs: readonly TerminalRun[] = [];
  readonly #closed = new AbortController();
  #hiding: NodeJS.Timeout | undefined;

  constructor(services: TerminalRunsServices) {
    super();
    this.#services = services;
    this.#item.name = vscode.l10n.t("Traces of the Last Command");
    this.#item.command = commands.showRunTraces;
    this.own(
      vscode.window.onDidStartTerminalShellExecution(({ terminal, execution }) =>
        this.#begin(terminal, execution),
      ),
    );
    this.own(
      vscode.window.onDidEndTerminalShellExecution(({ execution }) => void this.#end(execution)),
    );
    this.own(vscode.window.registerTerminalLinkProvider(this));
    this.own(
      registerCommands(services.log, { [commands.showRunTraces]: () => this.#showLatest() }),
    );
    this.own(
      toDisposable(() => {
        this.#closed.abort();
        clearTimeout(this.#hiding);
      }),
    );
  }

  /** The command itself, where it was typed. */
  provideTerminalLinks({ line, terminal }: vscode.TerminalLinkContext): RunLink[] {
    if (!getSetting(settings.terminalLinks)) return [];
    const run = this.#runs.findLast(
      each => each.terminal === terminal && each.traces.length > 0 && line.includes(each.command),
    );
    return run === undefined ? [] : [new RunLink(line.lastIndexOf(run.command), run)];
  }

  async handleTerminalLink({ run }: RunLink): Promise<void> {
    await chooseTrace(run);
  }

  #begin(terminal: vscode.Terminal, execution: vscode.TerminalShellExecution): void {
    this.#item.hide();
    // A command of several lines is known by its first.
    const [command = ""] = execution.commandLine.value.trim().split("\n");
    const run: TerminalRun = {
      ...{ terminal, execution, command, startUnixMs: Date.now(), isShared: false },
      ...{ traces: [], isCut: false },
    };
    if (command.length < SHORTEST_COMMAND) return;
    for (const other of this.#listRunning()) other.isShared = run.isShared = true;
    this.#runs = [...this.#runs.slice(1 - MOST_RUNS), run];
  }

  async #end(execution: vscode.TerminalShellExecution): Promise<void> {
    const run = this.#runs.findLast(each => each.execution === execution);
    if (run === undefined) return;
    run.endUnixMs = Date.now();
    const { signal } = this.#closed;
    try {
      for (const ms of LOOKS_MS) {
        await delay(ms, undefined, { signal });
        if (!this.#isReceiving()) return;
        const before = run.traces.length;
        await this.#read(run);
        if (run.traces.length > before && run === this.#runs.at(-1)) this.#show(run);
      }
    } catch (error) {
      if (signal.aborted) return;
      // The store's own trouble is told where stores are.
      if (getFailure(error) === undefined) this.#services.log.error(error, "traces of a command");
    }
  }

  /** A terminal that was closed runs nothing, whatever it has told. */
  #listRunning(): readonly TerminalRun[] {
    return this.#runs.filter(
      ({ endUnixMs, terminal }) => endUnixMs === undefined && terminal.exitStatus === undefined,
    );
  }

  #isReceiving(): boolean {
    const { kind } = this.#services.collector.value.phase;
    return kind === "receiving" || kind === "elsewhere";
  }

  async #read(run: TerminalRun): Promise<void> {
    const { signal } = this.#closed;
    const query = { fromUnixMs: run.startUnixMs - EARLY_MS, toUnixMs: run.endUnixMs ?? Date.now() };
    const page = await this.#services.local.searchTraces({ ...query, limit: MOST_TRACES }, signal);
    run.traces = page.traces;
    run.isCut = page.cursor !== undefined;
  }

  #show(run: TerminalRun): void {
    const isFailed = run.traces.some(({ errorCount }) => errorCount > 0);
    this.#item.text = `$(${isFailed ? "error" : "list-tree"}) ${describeCount(run)}`;
    this.#item.tooltip = describeRun(run);
    this.#item.show();
    clearTimeout(this.#hiding);
    this.#hiding = setTimeout(() => this.#item.hide(), SHOWN_MS);
  }

  /** Lists the traces of the last command that has some, whether it has ended or not. */
  async #showLatest(): Promise<void> {
    const { t } = vscode.l10n;
    for (const run of this.#listRunning()) await this.#read(run);
    const run = this.#runs.findLast(each => each.traces.length > 0);
    if (run !== undefined) {
      await chooseTrace(run);
      return;
    }
    const text = t("No command of a terminal has sent a trace since this window was opened.");
    const lines = [t("Commands are told apart where the terminal has shell integration.")];
    await showReport({ text, lines, actions: [] }, "info");
  }
}

/** One is opened at once. */
async function chooseTrace(run: TerminalRun): Promise<void> {
  const { t } = vscode.l10n;
  const [only] = run.traces;
  const failedFirst = run.traces.toSorted((a, b) => b.errorCount - a.errorCount);
  const chosen =
    run.traces.length === 1
      ? only
      : (
          await vscode.window.showQuickPick(
            failedFirst.map(trace => createTraceItem(trace)),
            {
              title: describeRun(run),
              placeHolder: t("Choose a trace to open it"),
              matchOnDescription: true,
              matchOnDetail: true,
              ignoreFocusOut: true,
            },
          )
        )?.trace;
  if (chosen !== undefined) await runCommand(commands.openTrace, { traceId: chosen.traceId });
}

function describeCount({ traces, isCut }: TerminalRun): string {
  const { t } = vscode.l10n;
  if (isCut) return t("More than {0} traces in this run", traces.length);
  return traces.length === 1
    ? t("1 trace in this run")
    : t("{0} traces in this run", traces.length);
}

function describeRun(run: TerminalRun): string {
  const { t } = vscode.l10n;
  const text = t("Began while “{0}” ran in {1}", run.command, run.terminal.name);
  return run.isShared ? `${text}. ${t("Other commands ran at the same time.")}` : text;
}
