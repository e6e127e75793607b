/**
 * Where the trace of the open panel was lost, or where it began because another was: a line among the panel's answers,
 * a mark at the line of the code, and the change that hands the context on as a quick fix. All goes with the panel.
 */

import * as vscode from "vscode";
import { Owner, toDisposable } from "../../base/disposables.ts";
import { getFailure } from "../../model/failure.ts";
import type { Trace } from "../../model/trace.ts";
import { readFileText } from "../../platform/fileText.ts";
import type { Log } from "../../platform/log.ts";
import {
  findContextLosses,
  type ContextLoss,
  type FoundLosses,
  type SourceFile,
} from "../../source/contextLoss/findLosses.ts";
import type { LatestPanel, SourceReader } from "../../services/windowParts.ts";
import { normalizePath } from "../../source/pathMapping.ts";
import { gatherSpans, type GatheredSpans, type SpanGathering } from "./gatherSpans.ts";
import { describeHandOver, describeLimit, describeLoss, describeOwnFix } from "./lossWords.ts";

/** A panel with a trace, as its losses see it. */
export interface LosingTrace {
  readonly trace: Trace | undefined;
  /** Adds lines to the answers; `open` opens the code of one. `limit` says where they were not looked for. */
  showLosses(
    losses: readonly string[],
    limit: string | undefined,
    open: (index: number) => Promise<void>,
  ): void;
}

export interface ContextDoctorServices extends SpanGathering {
  readonly log: Log;
  readonly panels: LatestPanel<LosingTrace>;
  readonly source: SourceReader;
}

/** The spans of work that was handed over may come a moment after the trace. */
const REST_MS = 1_500;
const SOURCE = "Traceside";

interface MarkedLoss {
  readonly loss: ContextLoss;
  readonly uri: vscode.Uri;
  readonly diagnostic: vscode.Diagnostic;
}

export class ContextDoctor extends Owner implements vscode.CodeActionProvider {
  readonly #services: ContextDoctorServices;
  readonly #diagnostics = this.own(vscode.languages.createDiagnosticCollection(SOURCE));
  #losses: readonly MarkedLoss[] = [];
  #sought: Trace | undefined;
  #seeking = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(services: ContextDoctorServices) {
    super();
    this.#services = services;
    this.own(services.panels.watchLatest(() => this.#update()));
    this.own(
      vscode.languages.registerCodeActionsProvider({ scheme: "file" }, this, {
        providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
      }),
    );
    // What has changed is looked for again when the next trace tells whether it is mended.
    this.own(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.#forget(document.uri);
      }),
    );
    this.own(
      toDisposable(() => {
        this.#stop();
      }),
    );
  }

  provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    return this.#losses
      .filter(({ diagnostic, loss }) => {
        const isAsked = diagnostics.some(
          each => each.source === SOURCE && each.range.isEqual(diagnostic.range),
        );
        return isAsked && loss.handOver.fix.length > 0 && document.getText() === loss.text;
      })
      .map(({ loss, uri, diagnostic }) => {
        const action = new vscode.CodeAction(
          describeHandOver(loss.handOver.kind),
          vscode.CodeActionKind.QuickFix,
        );
        action.edit = new vscode.WorkspaceEdit();
        for (const { from, to, text } of loss.handOver.fix) {
          const range = new vscode.Range(document.positionAt(from), document.positionAt(to));
          action.edit.replace(uri, range, text);
        }
        action.diagnostics = [diagnostic];
        action.isPreferred = true;
        return action;
      });
  }

  #update(): void {
    const shown = this.#services.panels.getLatest();
    if (shown?.trace === undefined) {
      this.#stop();
      this.#sought = undefined;
      this.#mark([]);
      return;
    }
    if (shown.trace === this.#sought) return;
    // What is still sought is of another trace, or of less of this one.
    this.#stop();
    if (shown.trace.columns.traceId !== this.#sought?.columns.traceId) this.#mark([]);
    const { trace } = shown;
    this.#sought = trace;
    this.#timer = setTimeout(() => void this.#seek(shown, trace), REST_MS);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#seeking.abort();
  }

  async #seek(shown: LosingTrace, trace: Trace): Promise<void> {
    this.#seeking = new AbortController();
    const { signal } = this.#seeking;
    try {
      const { traceId } = trace.columns;
      const { found, traces, isCut } = await this.#find(trace, signal);
      if (signal.aborted) return;
      const losses = found.losses.map(toMarked);
      this.#mark(losses);
      const lines = losses.map(({ loss }) => describeLoss(loss, traceId));
      const limit = isCut && found.mayLose ? describeLimit(traces) : undefined;
      shown.showLosses(lines, limit, async index => {
        const marked = losses[index];
        if (marked === undefined) return;
        const { uri, diagnostic } = marked;
        await vscode.window.showTextDocument(uri, {
          viewColumn: vscode.ViewColumn.Beside,
          selection: new vscode.Range(diagnostic.range.start, diagnostic.range.start),
          preview: true,
        });
      });
    } catch (error) {
      if (signal.aborted) return;
      if (getFailure(error) === undefined) this.#services.log.error(error, "lost context");
    }
  }

  async findLosses(trace: Trace, signal: AbortSignal): Promise<readonly ContextLoss[]> {
    return (await this.#find(trace, signal)).found.losses;
  }

  async #find(
    trace: Trace,
    signal: AbortSignal,
  ): Promise<Omit<GatheredSpans, "spans"> & { readonly found: FoundLosses }> {
    const { spans, traces, isCut } = await gatherSpans(this.#services, trace, signal);
    const found = await findContextLosses(trace.columns.traceId, spans, path => {
      signal.throwIfAborted();
      return this.#readFile(path);
    });
    return { found, traces, isCut };
  }

  /** Only files of the workspace: the path comes from a trace, and a trace comes from anywhere. */
  async #readFile(path: string): Promise<SourceFile | undefined> {
    const uri = vscode.Uri.file(path);
    if (vscode.workspace.getWorkspaceFolder(uri) === undefined) return undefined;
    const text = await readFileText(uri);
    if (text === undefined) return undefined;
    return { text, symbols: await this.#services.source.readSymbols(uri) };
  }

  #forget(uri: vscode.Uri): void {
    const path = normalizePath(uri.fsPath);
    if (this.#losses.some(({ loss }) => loss.path === path)) {
      this.#mark(this.#losses.filter(({ loss }) => loss.path !== path));
    }
  }

  #mark(losses: readonly MarkedLoss[]): void {
    this.#losses = losses;
    this.#diagnostics.clear();
    for (const [path, marked] of Map.groupBy(losses, ({ loss }) => loss.path)) {
      this.#diagnostics.set(
        vscode.Uri.file(path),
        marked.map(({ diagnostic }) => diagnostic),
      );
    }
  }
}

function toMarked(loss: ContextLoss): MarkedLoss {
  const { text } = loss;
  const { kind, from, to, fix } = loss.handOver;
  const range = new vscode.Range(positionAt(text, from), positionAt(text, to));
  const found = describeLoss(loss, loss.caller.traceId);
  const message = fix.length > 0 ? found : `${found}. ${describeOwnFix(kind)}.`;
  const diagnostic = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Information);
  diagnostic.source = SOURCE;
  return { loss, uri: vscode.Uri.file(loss.path), diagnostic };
}

function positionAt(text: string, offset: number): vscode.Position {
  const before = text.slice(0, offset);
  const line = before.split("\n").length - 1;
  return new vscode.Position(line, offset - (before.lastIndexOf("\n") + 1));
}
