/**
 * The trace of the open panel in the code: time and count beside the lines that it ran, what was raised where it was
 * raised, the line of the selected span. In turn the function at the cursor is marked in the panel. All goes with the
 * panel.
 */

import * as vscode from "vscode";
import {
  findStep,
  listSteps,
  markLines,
  type LineMark,
  type SpanLines,
} from "../../analysis/spanLines.ts";
import { Owner } from "../../base/disposables.ts";
import { waitUnlessAborted } from "../../base/waitUnlessAborted.ts";
import { getFailure } from "../../model/failure.ts";
import type { SpanIndex, Trace } from "../../model/trace.ts";
import { formatDuration } from "../../model/units.ts";
import { commands, contextKeys, settings } from "../../manifest.ts";
import { registerCommands } from "../../platform/commands.ts";
import { setContextKey } from "../../platform/contextKeys.ts";
import type { Log } from "../../platform/log.ts";
import { showReport } from "../../platform/report.ts";
import { getSetting, watchSettings } from "../../platform/settings.ts";
import type { LatestPanel, SettlingPanel, SourceReader } from "../../services/windowParts.ts";
import { normalizePath } from "../../source/pathMapping.ts";
import { findFunction } from "../../source/runPlace.ts";
import { findSpanPlaces, type SpanPlaces } from "./spanPlaces.ts";

/** A panel with a trace, as the code sees it. */
export interface ShownTrace extends SettlingPanel {
  readonly trace: Trace | undefined;
  readonly selected: SpanIndex | undefined;
  /** Marks the rows of these spans. */
  mark(spans: readonly SpanIndex[]): void;
  /** Selects a span, and opens its source. */
  step(span: SpanIndex): Promise<void>;
}

export interface LineMarksServices {
  readonly log: Log;
  readonly panels: LatestPanel<ShownTrace>;
  readonly source: SourceReader;
}

/** A trace that grows is looked through again when it has come to rest. */
const REST_MS = 400;
const CURSOR_MS = 150;
/** A longer text would hide the code beside it. */
const MAX_ERROR = 120;

interface Marked {
  readonly trace: Trace;
  readonly lines: ReadonlyMap<SpanIndex, SpanLines>;
  readonly marks: readonly LineMark[];
  readonly steps: readonly SpanIndex[];
}

export class LineMarks extends Owner {
  readonly #services: LineMarksServices;
  readonly #ran = this.own(
    vscode.window.createTextEditorDecorationType({
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
      overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.infoForeground"),
      overviewRulerLane: vscode.OverviewRulerLane.Left,
    }),
  );
  readonly #raised = this.own(
    vscode.window.createTextEditorDecorationType({
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
      overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.errorForeground"),
      overviewRulerLane: vscode.OverviewRulerLane.Left,
    }),
  );
  readonly #selected = this.own(
    vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      backgroundColor: new vscode.ThemeColor("editor.rangeHighlightBackground"),
    }),
  );
  #marked: Marked | undefined;
  /** The trace that is being looked through, or was last. */
  #sought: Trace | undefined;
  /** Where the spans of that trace ran, for the marks and for whoever else asks. */
  #places: Promise<SpanPlaces> | undefined;
  #seeking = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #cursorTimer: NodeJS.Timeout | undefined;
  #atCursor: readonly SpanIndex[] = [];

  constructor(services: LineMarksServices) {
    super();
    this.#services = services;
    this.own(services.panels.watchLatest(() => this.#update()));
    this.own(watchSettings([settings.lineMarks], () => this.#update()));
    this.own(vscode.window.onDidChangeVisibleTextEditors(() => this.#draw()));
    this.own(vscode.window.onDidChangeTextEditorSelection(() => this.#noteCursor()));
    this.own(
      vscode.workspace.onDidSaveTextDocument(() => {
        // Lines have moved; the marks in editors moved with them, and new editors must find them there too.
        this.#forget();
        this.#update();
      }),
    );
    this.own({
      dispose: () => {
        clearTimeout(this.#timer);
        clearTimeout(this.#cursorTimer);
        this.#seeking.abort();
      },
    });
    this.own(
      registerCommands(services.log, {
        [commands.nextStep]: () => this.#step(1),
        [commands.previousStep]: () => this.#step(-1),
      }),
    );
    this.#update();
  }

  /** The places of a trace's spans: those of the shown trace are looked for once. */
  async findPlaces(trace: Trace, signal: AbortSignal): Promise<ReadonlyMap<SpanIndex, SpanLines>> {
    const places =
      trace === this.#sought
        ? waitUnlessAborted(this.#findShown(trace), signal)
        : findSpanPlaces(trace, this.#services.source, signal);
    return (await places).lines;
  }

  /** Begins when the picture stands, which the search would hold up. */
  #findShown(trace: Trace): Promise<SpanPlaces> {
    this.#places ??= (async () => {
      const { signal } = this.#seeking;
      const shown = this.#services.panels.getLatest();
      await shown?.firstPaint.settle(trace.columns.count);
      signal.throwIfAborted();
      return findSpanPlaces(trace, this.#services.source, signal);
    })();
    return this.#places;
  }

  #update(): void {
    const trace = this.#services.panels.getLatest()?.trace;
    setContextKey(contextKeys.hasTrace, trace !== undefined);
    if (trace === undefined || !getSetting(settings.lineMarks)) {
      clearTimeout(this.#timer);
      this.#forget();
      this.#marked = undefined;
      this.#draw();
      return;
    }
    if (trace === this.#sought) {
      this.#draw();
      return;
    }
    const isOther = trace.columns.traceId !== this.#sought?.columns.traceId;
    if (isOther && this.#marked?.trace.columns.traceId !== trace.columns.traceId) {
      this.#marked = undefined;
      this.#atCursor = [];
      this.#draw();
    }
    this.#forget();
    this.#sought = trace;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#seek(trace), isOther ? 0 : REST_MS);
  }

  #forget(): void {
    this.#seeking.abort();
    this.#seeking = new AbortController();
    this.#sought = this.#places = undefined;
  }

  async #seek(trace: Trace): Promise<void> {
    const { signal } = this.#seeking;
    try {
      const { lines, unread } = await this.#findShown(trace);
      if (signal.aborted) return;
      if (unread > 0) this.#services.log.warn(`line marks: ${unread} spans were not looked for`);
      const { columns } = trace;
      const marks = markLines(columns, lines);
      this.#marked = { trace, lines, marks, steps: listSteps(columns, lines) };
      this.#draw();
      this.#noteCursor();
    } catch (error) {
      if (signal.aborted) return;
      // A store that no longer answers says so in the panel.
      if (getFailure(error) === undefined) this.#services.log.error(error, "line marks");
    }
  }

  #draw(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      const path = document.uri.scheme === "file" ? normalizePath(document.uri.fsPath) : "";
      const marks = (this.#marked?.marks ?? []).filter(
        mark => mark.path === path && mark.line0 < document.lineCount,
      );
      const toOptions = (mark: LineMark, isRaised: boolean): vscode.DecorationOptions => {
        const color = isRaised ? "errorForeground" : "editorCodeLens.foreground";
        return {
          range: document.lineAt(mark.line0).range,
          renderOptions: {
            after: {
              contentText: isRaised ? describeErrors(mark) : describeRuns(mark),
              margin: "0 0 0 2em",
              color: new vscode.ThemeColor(color),
            },
          },
        };
      };
      const ran = marks.filter(mark => mark.spans.length > 0);
      const raised = marks.filter(mark => mark.errors.length > 0);
      editor.setDecorations(
        this.#ran,
        ran.map(mark => toOptions(mark, false)),
      );
      editor.setDecorations(
        this.#raised,
        raised.map(mark => toOptions(mark, true)),
      );
      const selected = this.#services.panels.getLatest()?.selected;
      const line = marks.find(mark => selected !== undefined && mark.spans.includes(selected));
      editor.setDecorations(
        this.#selected,
        line === undefined ? [] : [document.lineAt(line.line0).range],
      );
    }
  }

  #noteCursor(): void {
    if (this.#marked === undefined) return;
    clearTimeout(this.#cursorTimer);
    this.#cursorTimer = setTimeout(() => void this.#markCursor(), CURSOR_MS);
  }

  async #markCursor(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const spans = editor === undefined ? [] : await this.#listSpansAt(editor);
    const isSame =
      spans.length === this.#atCursor.length &&
      spans.every((each, i) => each === this.#atCursor[i]);
    if (isSame) return;
    this.#atCursor = spans;
    this.#services.panels.getLatest()?.mark(spans);
  }

  /** The spans that ran in the function at the cursor. */
  async #listSpansAt({ document, selection }: vscode.TextEditor): Promise<readonly SpanIndex[]> {
    const path = normalizePath(document.uri.fsPath);
    const marks = (this.#marked?.marks ?? []).filter(mark => mark.path === path);
    if (document.uri.scheme !== "file" || marks.length === 0) return [];
    const symbols = await this.#services.source.readSymbols(document.uri);
    const at = findFunction(symbols, selection.active.line);
    if (at === undefined) return [];
    return marks
      .filter(mark => findFunction(symbols, mark.line0)?.line0 === at.line0)
      .flatMap(mark => mark.spans)
      .sort((a, b) => a - b);
  }

  async #step(direction: 1 | -1): Promise<void> {
    const shown = this.#services.panels.getLatest();
    const marked = this.#marked;
    const span =
      shown === undefined || marked === undefined
        ? undefined
        : findStep(marked.trace.columns, marked.steps, shown.selected, direction);
    if (span !== undefined) {
      await shown?.step(span);
      return;
    }
    const text =
      marked === undefined || marked.steps.length === 0
        ? vscode.l10n.t("No open trace leads to source here.")
        : direction === 1
          ? vscode.l10n.t("This is the last place that the trace ran.")
          : vscode.l10n.t("This is the first place that the trace ran.");
    await showReport({ text, lines: [], actions: [] }, "info");
  }
}

function describeRuns({ spans, totalNs, isRunning }: LineMark): string {
  const { t } = vscode.l10n;
  const time = isRunning && totalNs === 0 ? t("running") : formatDuration(totalNs);
  return spans.length === 1 ? time : t("{0} runs · {1}", spans.length, time);
}

function describeErrors({ errors: [first = "", ...others] }: LineMark): string {
  const line = first.split("\n", 1)[0] ?? "";
  const text = line.length > MAX_ERROR ? `${line.slice(0, MAX_ERROR)}…` : line;
  return others.length === 0 ? text : vscode.l10n.t("{0} and {1} more", text, others.length);
}
