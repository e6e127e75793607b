/**
 * From a span to the function that it ran: finds the places, opens the sure one, asks where there are several, and
 * says what was tried where there is none.
 */

import * as vscode from "vscode";
import { neverAborted } from "../../base/neverAborted.ts";
import { Owner } from "../../base/disposables.ts";
import type { FoundLines } from "../../analysis/spanLines.ts";
import type { LineQuestion } from "../../model/lineQuestion.ts";
import type { RunPlace } from "../../model/operationRuns.ts";
import { createEmptyDetail } from "../../model/emptyDetail.ts";
import type { SpanDetail } from "../../model/spanDetail.ts";
import { contextKeys } from "../../manifest.ts";
import { setContextKey } from "../../platform/contextKeys.ts";
import { withProgress } from "../../platform/progress.ts";
import { askModal, showReport } from "../../platform/report.ts";
import type { SourceAnswer, SourceCandidate } from "../../protocol/traceView.ts";
import {
  getCodeHints,
  type CallingSpan,
  type CodeHints,
  type SpanFacts,
} from "../../source/codeHints.ts";
import type {
  CodeLine,
  Place,
  SourceAttempt,
  SourceLocation,
  SourceWorkspace,
  SymbolPlace,
} from "../../source/location.ts";
import { findCaller } from "../../source/findCaller.ts";
import { findCodeLines } from "../../source/codeLines.ts";
import { resolveFrame, resolveSource } from "../../source/resolveSource.ts";
import { findRunPlace } from "../../source/runPlace.ts";
import { findBareNames } from "../../source/search/nameRules.ts";
import { SearchContext } from "../../source/search/searchContext.ts";
import { normalizePath } from "../../source/pathMapping.ts";
import { parseFrame, parseStack } from "../../source/stackFrames.ts";
import { findSourceColumn, rememberEditors, SourceEditor } from "./sourceEditor.ts";
import { describeAttempt, describeReason } from "./sourceWords.ts";
import { findWorkspaceSymbols } from "./symbolProviders.ts";
import { WorkspaceIndex, type WorkspaceIndexOptions } from "./workspaceIndex.ts";

/** The first click after the start waits this long for the index; later ones find it ready. */
const READY_MS = 5_000;

/** The largest workspaces are indexed in about a minute; what takes longer is answered from what there is. */
const FOLLOW_UP_MS = 120_000;

/** A stack that is longer repeats itself. */
const MAX_FRAMES = 60;

/** The search that stands behind the candidates that the view is given. */
interface Search {
  readonly hints: CodeHints;
  readonly tried: readonly SourceAttempt[];
  /** False while files were still being read. */
  readonly isWhole: boolean;
  readonly again: () => Promise<readonly SourceCandidate[]>;
}

/** Found by the file that the span or its stack names, not by what the index knows so far. */
const certain = new Set<SourceLocation["reason"]["code"]>([
  "codeLine",
  "codeMoved",
  "codeFunction",
  "codeFile",
  "calledFrom",
  "raisedAt",
  "stackFunction",
  "classFile",
]);

function keepCertain(location: SourceLocation): SourceLocation {
  return certain.has(location.reason.code) ? location : { ...location, isSure: false };
}

export class SourceOpener extends Owner {
  readonly #index: WorkspaceIndex;
  readonly #editor = this.own(new SourceEditor());
  readonly #searches = new WeakMap<readonly SourceCandidate[], Search>();

  constructor(options: WorkspaceIndexOptions) {
    super();
    this.#index = this.own(new WorkspaceIndex(options));
  }

  /** Best first; empty where nothing was found. */
  async findCandidates(
    detail: SpanDetail,
    span: SpanFacts,
    signal: AbortSignal,
    readCallers?: () => AsyncIterable<CallingSpan>,
  ): Promise<readonly SourceCandidate[]> {
    const hints = getCodeHints(detail, span);
    const isWhole = await this.#index.waitUntilReady(READY_MS);
    signal.throwIfAborted();
    const workspace = this.#index.forService(span.service);
    const { locations: found, tried } = await resolveSource(hints, workspace);
    signal.throwIfAborted();
    // What half an index knows once, the whole may know twice: only what the span itself names stays sure.
    const locations = isWhole ? found : found.map(keepCertain);
    // Language extensions know more languages than the index; they are asked where it knows no name.
    const isKnown = locations.some(
      ({ isSure, reason }) => isSure || reason.code === "oneOfSeveral",
    );
    const symbols = isKnown ? [] : await askExtensions(hints, workspace);
    signal.throwIfAborted();
    // A statement that a mapper made is written nowhere: its caller says more than the model's other uses.
    const isMapped = hints.isDatabase && locations.every(({ isSure }) => !isSure);
    const isLocated = locations.length + symbols.length > 0 && !isMapped;
    const callers =
      isLocated || readCallers === undefined
        ? []
        : await findCaller(readCallers(), service => this.#index.forService(service));
    signal.throwIfAborted();
    const places = isMapped
      ? [...callers, ...locations, ...symbols]
      : [...locations, ...symbols, ...callers];
    const candidates = places.map(toCandidate);
    const again = (): Promise<readonly SourceCandidate[]> =>
      this.findCandidates(detail, span, AbortSignal.timeout(FOLLOW_UP_MS), readCallers);
    this.#searches.set(candidates, { hints, tried, isWhole, again });
    return candidates;
  }

  /** The function that the span is a run of; `undefined` where none is certain, or files are still being read. */
  async findRunPlace(
    detail: SpanDetail,
    span: SpanFacts,
    signal: AbortSignal,
  ): Promise<RunPlace | undefined> {
    const isWhole = await this.#index.waitUntilReady(FOLLOW_UP_MS);
    signal.throwIfAborted();
    return isWhole ? findRunPlace(detail, span, this.#index.forService(span.service)) : undefined;
  }

  /** Where the span ran and where its error was raised, as far as that is certain. */
  async hasSource(): Promise<boolean> {
    await this.#index.waitUntilReady(FOLLOW_UP_MS);
    return this.#index.hasFiles;
  }

  async findLines(detail: SpanDetail, span: SpanFacts, signal: AbortSignal): Promise<FoundLines> {
    await this.#index.waitUntilReady(FOLLOW_UP_MS);
    signal.throwIfAborted();
    const hints = getCodeHints(detail, span);
    const { locations } = await resolveSource(hints, this.#index.forService(span.service));
    const sure = locations.filter(({ isSure }) => isSure);
    const raised = sure.find(({ reason }) => reason.code === "raisedAt");
    const ran = sure.find(({ reason }) => reason.code !== "raisedAt");
    const text = [detail.error?.type, detail.error?.message].filter(Boolean).join(": ");
    const isCause = raised?.reason.code === "raisedAt" && raised.reason.isCause === true;
    const isNamed = hints.code.file !== undefined || hints.callStack.length > 0;
    return {
      isNamed,
      ...(ran !== undefined && { ran: { path: ran.path, line0: ran.line0 } }),
      ...(raised !== undefined && { raised: { path: raised.path, line0: raised.line0 } }),
      ...(text !== "" && { error: isCause ? vscode.l10n.t("cause of {0}", text) : text }),
    };
  }

  /** The lines that explain a span whose function is around this place. */
  async findCodeLines(place: Place, question: LineQuestion<Place>): Promise<readonly CodeLine[]> {
    const isWhole = await this.#index.waitUntilReady(READY_MS);
    const found = await findCodeLines(place, question, this.#index.forService(""));
    return found.map(line => ({ ...line, isSure: line.isSure && isWhole }));
  }

  /** The definitions of a file as it is in its editor. */
  readSymbols(uri: vscode.Uri): Promise<readonly SymbolPlace[]> {
    return this.#index.forService("").readSymbols(normalizePath(uri.fsPath));
  }

  /** One sure place opens at once; of several the user chooses. */
  async open(
    candidates: readonly SourceCandidate[],
    span: Pick<SpanFacts, "name">,
    toSide: boolean,
  ): Promise<SourceAnswer> {
    const [first] = candidates;
    const search = this.#searches.get(candidates);
    if (search?.isWhole === false && first?.isSure !== true) {
      void this.#followUp(search, span, toSide);
      return { kind: "dismissed" };
    }
    if (first === undefined) return this.#reportNone(search, span.name);
    const column = findSourceColumn(toSide);
    if (first.isSure || candidates.length === 1) return this.#show(first, column);
    const chosen = await this.#choose(candidates, span.name, column);
    if (chosen === undefined) return { kind: "dismissed" };
    const answer = await this.#show(chosen, column);
    if (answer.kind === "opened" && search?.hints.code.file !== undefined) {
      this.#index.learn(
        search.hints.service,
        search.hints.code.file,
        vscode.Uri.parse(chosen.uri).fsPath,
      );
    }
    return answer;
  }

  /** Says that files are still being read, and opens the place when all are. */
  async #followUp(search: Search, span: Pick<SpanFacts, "name">, toSide: boolean): Promise<void> {
    const title = vscode.l10n.t(
      "The workspace is still being indexed. The source of “{0}” opens when it is found.",
      span.name,
    );
    const found = await withProgress(title, async signal => {
      const cancelled = new Promise<void>(resolve => {
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
      await Promise.race([this.#index.waitUntilReady(FOLLOW_UP_MS), cancelled]);
      return signal.aborted || this.isDisposed ? undefined : search.again();
    });
    if (found === undefined) return;
    // Asked once more it is answered from what there is, however much is still to be read.
    const settled = this.#searches.get(found);
    if (settled !== undefined) this.#searches.set(found, { ...settled, isWhole: true });
    await this.open(found, span, toSide);
  }

  /** The lines of a stack, the program's own first, each with its place where the workspace has it. */
  async findFrames(
    stack: string,
  ): Promise<readonly { readonly text: string; readonly candidate?: SourceCandidate }[]> {
    const frames = parseStack(stack).slice(0, MAX_FRAMES);
    if (frames.length === 0) return [];
    await this.#index.waitUntilReady(READY_MS);
    const workspace = this.#index.forService("");
    return Promise.all(
      frames.map(async frame => {
        const text = `${frame.function ?? ""} ${frame.file}:${frame.line1}`.trim();
        const location = await resolveFrame(frame, workspace, { code: "frame" });
        return location === undefined ? { text } : { text, candidate: toCandidate(location) };
      }),
    );
  }

  /** Opens the place that one line of a stack names. */
  async openFrame(text: string): Promise<SourceAnswer> {
    const frame = parseFrame(text);
    if (frame === undefined) return { kind: "none", tried: [describeAttempt({ code: "noHints" })] };
    await this.#index.waitUntilReady(READY_MS);
    const location = await resolveFrame(frame, this.#index.forService(""), { code: "frame" });
    if (location !== undefined) return this.#show(toCandidate(location), findSourceColumn(false));
    const tried = [describeAttempt({ code: "file", path: frame.file })];
    void showReport(
      {
        text: vscode.l10n.t("No source was found."),
        lines: tried,
        actions: frame.function === undefined ? [] : [searchInWorkspace(frame.function)],
      },
      "info",
    );
    return { kind: "none", tried };
  }

  /** For a task that is known by its function and queue alone. */
  async openFunction(task: {
    readonly name: string;
    readonly queue?: string;
  }): Promise<SourceAnswer> {
    const queue = task.queue ?? "";
    const detail: SpanDetail = {
      ...createEmptyDetail("", ""),
      task: { taskId: "", function: task.name, queue, state: "" },
    };
    const facts = { name: task.name, service: "", queue };
    const candidates = await this.findCandidates(detail, facts, neverAborted());
    return this.open(candidates, facts, false);
  }

  async #show(candidate: SourceCandidate, column: vscode.ViewColumn): Promise<SourceAnswer> {
    const uri = toUri(vscode.Uri.parse(candidate.uri).fsPath);
    // The path comes from a trace, and a trace comes from anywhere.
    if (vscode.workspace.getWorkspaceFolder(uri) === undefined) {
      const openIt = vscode.l10n.t("Open File");
      const question = vscode.l10n.t("This file is outside of the workspace. Open it?");
      if ((await askModal(question, uri.fsPath, [openIt])) !== openIt) return { kind: "dismissed" };
    }
    await this.#editor.show({ uri, line0: candidate.line0, note: candidate.reason }, column);
    setContextKey(contextKeys.hasOpenedSource, true);
    return { kind: "opened", candidate };
  }

  /** A quick pick that shows each place while the user moves over it, and puts all back on Escape. */
  async #choose(
    candidates: readonly SourceCandidate[],
    name: string,
    column: vscode.ViewColumn,
  ): Promise<SourceCandidate | undefined> {
    const restore = rememberEditors(column);
    const picker = vscode.window.createQuickPick<
      vscode.QuickPickItem & { candidate: SourceCandidate }
    >();
    picker.title = vscode.l10n.t("Source of “{0}”", name);
    picker.matchOnDescription = true;
    picker.ignoreFocusOut = true;
    picker.items = candidates.map(candidate => ({
      label: `$(symbol-function) ${candidate.path.slice(candidate.path.lastIndexOf("/") + 1)}:${candidate.line0 + 1}`,
      description: candidate.path,
      detail: candidate.reason,
      candidate,
    }));
    let preview: Promise<void> = Promise.resolve();
    let isOver = false;
    const showPreview = (candidate: SourceCandidate): void => {
      const uri = toUri(vscode.Uri.parse(candidate.uri).fsPath);
      if (vscode.workspace.getWorkspaceFolder(uri) === undefined) return;
      const place = { uri, line0: candidate.line0, note: candidate.reason };
      // One after the other, and none after the end: a late preview would undo the restoring.
      preview = preview.then(() => (isOver ? undefined : this.#editor.show(place, column, true)));
    };
    const listener = picker.onDidChangeActive(([item]) => item && showPreview(item.candidate));
    const chosen = await new Promise<SourceCandidate | undefined>(resolve => {
      picker.onDidAccept(() => resolve(picker.selectedItems[0]?.candidate));
      picker.onDidHide(() => resolve(undefined));
      picker.show();
    });
    isOver = true;
    listener.dispose();
    picker.dispose();
    await preview;
    if (chosen === undefined) await restore();
    return chosen;
  }

  #reportNone(search: Search | undefined, spanName: string): SourceAnswer {
    const tried = (search?.tried ?? []).map(describeAttempt);
    const name = search?.hints.functionNames[0] ?? search?.hints.queue;
    // Not waited for: the view has its answer while the message still stands.
    void showReport(
      {
        text: vscode.l10n.t("No source was found for “{0}”.", spanName),
        lines: tried,
        actions: [searchInWorkspace(name === undefined || name === "" ? spanName : name)],
      },
      "info",
    );
    return { kind: "none", tried };
  }
}

/** Names that language extensions know, held to the rules of those that the index knows. */
async function askExtensions(
  hints: CodeHints,
  workspace: SourceWorkspace,
): Promise<readonly SourceLocation[]> {
  const { service } = hints;
  const folders = service === "" ? [] : await workspace.findServiceFolders(service);
  const context = new SearchContext(hints, workspace, folders);
  await findBareNames(context, findWorkspaceSymbols);
  return context.found;
}

function searchInWorkspace(query: string): { title: string; run(): Thenable<unknown> } {
  return {
    title: vscode.l10n.t("Search in Workspace"),
    run: () =>
      vscode.commands.executeCommand("workbench.action.findInFiles", {
        query,
        triggerSearch: true,
      }),
  };
}

/** Normal, because the editor takes `/folder/../x` for a file of the folder. */
function toUri(path: string): vscode.Uri {
  return vscode.Uri.file(normalizePath(path));
}

function toCandidate(location: SourceLocation): SourceCandidate {
  const uri = toUri(location.path);
  return {
    path: vscode.workspace.asRelativePath(uri).replaceAll("\\", "/"),
    uri: uri.toString(),
    line0: location.line0,
    reason: describeReason(location.reason),
    isSure: location.isSure,
  };
}
