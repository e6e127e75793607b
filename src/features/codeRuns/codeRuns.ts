/**
 * The runs of each function beside it: a line above the function, a card when the pointer rests on its name, a list of
 * the runs on click. Nothing is counted while no editor shows source.
 */

import * as vscode from "vscode";
import { findCodeChange } from "../../analysis/codeChange.ts";
import { getRunFacts, type RunFacts } from "../../analysis/runFacts.ts";
import { Owner, type Disposable } from "../../base/disposables.ts";
import { commands, settings, type FunctionTarget } from "../../manifest.ts";
import { registerCommands } from "../../platform/commands.ts";
import type { Log } from "../../platform/log.ts";
import { showReport } from "../../platform/report.ts";
import type { WorkspaceGit } from "../../platform/workspaceGit.ts";
import { getSetting, watchSettings } from "../../platform/settings.ts";
import type { FunctionRuns, RunsOfCode } from "../../services/runsOfCode.ts";
import type { SourceReader, TraceLister } from "../../services/windowParts.ts";
import type { SymbolPlace } from "../../source/location.ts";
import { normalizePath } from "../../source/pathMapping.ts";
import { getNearest } from "../../source/search/searchContext.ts";
import { listTestTitles, type TestTitle } from "../../source/testTitles.ts";
import { chooseRun } from "./chooseRun.ts";
import { createRunsCard } from "./runsHover.ts";
import { describeRuns } from "./runWords.ts";

export interface CodeRunsServices {
  readonly log: Log;
  readonly runs: RunsOfCode;
  readonly git: WorkspaceGit;
  readonly source: SourceReader;
  readonly traces: TraceLister;
}

/** Ages are told to the minute. */
const AGE_MS = 60_000;
/** A store that is busy makes no hover wait longer. */
const READ_MS = 2_000;

/** A function that ran, where it stands now. */
interface VisibleFunction {
  readonly runs: FunctionRuns;
  readonly facts: RunFacts;
  readonly line0: number;
}

export class CodeRuns extends Owner implements vscode.CodeLensProvider, vscode.HoverProvider {
  readonly #services: CodeRunsServices;
  readonly #changed = this.own(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.#changed.event;
  #watching: Disposable | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(services: CodeRunsServices) {
    super();
    this.#services = services;
    const files = { scheme: "file" };
    this.own(vscode.languages.registerCodeLensProvider(files, this));
    this.own(vscode.languages.registerHoverProvider(files, this));
    this.own(vscode.window.onDidChangeVisibleTextEditors(() => this.#update()));
    this.own(
      watchSettings([settings.codeLens], () => {
        this.#update();
        this.#changed.fire();
      }),
    );
    this.own(
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        if (uri.scheme !== "file") return;
        services.runs.forgetPlaces(toPath(uri));
        this.#changed.fire();
      }),
    );
    this.own({ dispose: () => this.#stop() });
    this.own(
      registerCommands(services.log, { [commands.showRuns]: target => this.#showRuns(target) }),
    );
    this.#update();
  }

  async provideCodeLenses(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeLens[]> {
    const mode = getSetting(settings.codeLens);
    if (mode === "off") return [];
    const shown = await this.#listShown(document);
    if (token.isCancellationRequested) return [];
    return shown
      .filter(({ facts }) => mode !== "errors" || facts.hour.errors > 0 || facts.isLastFailed)
      .map(({ runs, facts, line0 }) => {
        const title = describeRuns(facts, Date.now());
        const command: vscode.Command = {
          ...{ title, command: commands.showRuns, arguments: [toTarget(runs)] },
          tooltip: vscode.l10n.t("Show the runs of {0}", runs.place.function),
        };
        return new vscode.CodeLens(new vscode.Range(line0, 0, line0, 0), command);
      });
  }

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    const { runs } = this.#services;
    if (getSetting(settings.codeLens) === "off") return undefined;
    if (runs.list({ path: toPath(document.uri) }).length === 0) return undefined;
    const range = document.getWordRangeAtPosition(position);
    const word = range && document.getText(range);
    const shown = (await this.#listShown(document)).find(
      each => each.line0 === position.line && each.runs.place.function === word,
    );
    if (shown === undefined || token.isCancellationRequested) return undefined;
    const signal = AbortSignal.timeout(READ_MS);
    const lastFailed = await runs.readLastFailed(shown.runs, signal);
    const { isLimited } = runs;
    const card = createRunsCard({ ...shown, lastFailed, isLimited, nowUnixMs: Date.now() });
    return new vscode.Hover(card, range);
  }

  /** The functions of a document that ran, where they stand in it now. */
  async #listShown(document: vscode.TextDocument): Promise<VisibleFunction[]> {
    const services = this.#services;
    const known = services.runs.list({ path: toPath(document.uri) });
    if (known.length === 0) return [];
    const [symbols, editedUnixMs] = await Promise.all([
      services.source.readSymbols(document.uri),
      readSavedUnixMs(document.uri),
    ]);
    const root = services.git.findRoot(document.uri);
    const shown: VisibleFunction[] = [];
    let titles: readonly TestTitle[] | undefined;
    for (const each of known) {
      const change =
        root === undefined
          ? undefined
          : findCodeChange(services.runs.captures, root, each.runs.trace);
      const facts = getRunFacts(each.runs, Date.now(), editedUnixMs, change);
      const line0 =
        findLine(symbols, each) ?? findTitle((titles ??= listTestTitles(document.getText())), each);
      if (facts === undefined || line0 === undefined || line0 >= document.lineCount) continue;
      shown.push({ runs: each, facts, line0 });
    }
    return shown;
  }

  /** Without a target that of the cursor. */
  async #showRuns(target: FunctionTarget | undefined): Promise<void> {
    const services = this.#services;
    const found = target === undefined ? await this.#findAtCursor() : this.#find(target);
    if (found === undefined) {
      const text = vscode.l10n.t("No run of this function is known.");
      await showReport({ text, lines: [], actions: [] }, "info");
      return;
    }
    await chooseRun(services.runs, found, filter => services.traces.filter(filter));
  }

  #find(target: FunctionTarget): FunctionRuns | undefined {
    return this.#services.runs
      .list({ path: target.path })
      .find(({ place }) => place.owner === target.owner && place.function === target.function);
  }

  async #findAtCursor(): Promise<FunctionRuns | undefined> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined) return undefined;
    const services = this.#services;
    await services.runs.refresh(AbortSignal.timeout(READ_MS)).catch((error: unknown) => {
      // What is counted by then is shown.
      if (!(error instanceof DOMException)) throw error;
    });
    const { document, selection } = editor;
    const line0 = selection.active.line;
    const around = (await services.source.readSymbols(document.uri))
      .filter(symbol => symbol.line0 <= line0 && line0 <= symbol.endLine0)
      .sort((a, b) => b.line0 - a.line0);
    for (const { name, owner } of around) {
      const found = this.#find({ path: toPath(document.uri), owner, function: name });
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Counting goes on only while there is something to show it beside. */
  #update(): void {
    const isShown = vscode.window.visibleTextEditors.some(
      ({ document }) => document.uri.scheme === "file",
    );
    if (!isShown || getSetting(settings.codeLens) === "off") {
      this.#stop();
      return;
    }
    this.#watching ??= this.#services.runs.watch(() => this.#changed.fire());
    this.#timer ??= setInterval(() => this.#changed.fire(), AGE_MS);
  }

  #stop(): void {
    this.#watching?.dispose();
    this.#watching = undefined;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** The definition of that name which is nearest to where it was. */
function findLine(symbols: readonly SymbolPlace[], { place }: FunctionRuns): number | undefined {
  const named = symbols.filter(
    symbol => symbol.name === place.function && symbol.owner === place.owner,
  );
  return getNearest(
    named.map(({ line0 }) => line0),
    place.line0,
  );
}

/** The line with the title of a test that is a call, the nearest to where it was. */
function findTitle(titles: readonly TestTitle[], { place }: FunctionRuns): number | undefined {
  const named = titles.filter(({ title }) => title === place.function);
  return getNearest(
    named.map(({ line0 }) => line0),
    place.line0,
  );
}

function toTarget({ place: { path, owner, function: name } }: FunctionRuns): FunctionTarget {
  return { path, owner, function: name };
}

function toPath(uri: vscode.Uri): string {
  return normalizePath(uri.fsPath);
}

async function readSavedUnixMs(uri: vscode.Uri): Promise<number | undefined> {
  try {
    return (await vscode.workspace.fs.stat(uri)).mtime;
  } catch (error) {
    if (error instanceof vscode.FileSystemError) return undefined;
    throw error;
  }
}
