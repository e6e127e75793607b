/** One editor panel with one trace: answers the webview, and tells it what the session has. */

import * as vscode from "vscode";
import type { LogMark } from "../../analysis/traceLogs.ts";
import { listGroups, type WindowPalette } from "../../analysis/groups.ts";
import { getTraceStartNs } from "../../analysis/times.ts";
import { Owner, type Disposable } from "../../base/disposables.ts";
import { TraceError } from "../../model/failure.ts";
import { NO_SPAN } from "../../model/span.ts";
import type { SpanDetail } from "../../model/spanDetail.ts";
import type { SpanIndex, Trace } from "../../model/trace.ts";
import { NS_PER_MS } from "../../model/units.ts";
import { commands, editors, settings } from "../../manifest.ts";
import { runCommand } from "../../platform/commands.ts";
import type { Log } from "../../platform/log.ts";
import type { Action } from "../../platform/report.ts";
import type { WorkspaceGit } from "../../platform/workspaceGit.ts";
import { getSetting, getStoreTimeoutMs, watchSettings } from "../../platform/settings.ts";
import { createPanelTitle } from "./panelTitle.ts";
import { createPageHtml } from "../../platform/webviewPage.ts";
import { connectPeer, type Peer } from "../../threads/rpc.ts";
import type {
  ComparisonSummary,
  HostApi,
  PanelContent,
  SourceAnswer,
  SourceCandidate,
  TimelineSettings,
  TraceAnswer,
  ViewApi,
} from "../../protocol/traceView.ts";
import { narrowColumns } from "../../model/narrowColumns.ts";
import type { SpanAction } from "../../protocol/spanMenu.ts";
import { getSpanFacts, type CallingSpan, type SpanFacts } from "../../source/codeHints.ts";
import { findGenAiSpans } from "./findGenAiSpans.ts";
import { FirstPaint } from "./firstPaint.ts";
import { findMoved } from "./findMoved.ts";
import { SpanSearch } from "./spanSearch.ts";
import { openDroppedTrace } from "./listedTraceEditor.ts";
import { describeOpenError } from "./openError.ts";
import { readCallers } from "./readCallers.ts";
import type { RecentTraces } from "./recentTraces.ts";
import { knowSpan, type KnownSpan } from "./spanText.ts";
import type { SessionState, TraceSession } from "./traceSession.ts";

/** The services that the panel needs of other features; they are joined in `extension.ts`. */
export interface PanelServices {
  readonly log: Log;
  readonly extensionUri: vscode.Uri;
  readonly palette: WindowPalette;
  readonly git: WorkspaceGit;
  /** Where it is remembered that the user folded the answers. */
  readonly memento: vscode.Memento;
  readonly recentTraces: RecentTraces;
  readonly source: {
    findCandidates(
      detail: SpanDetail,
      span: SpanFacts,
      signal: AbortSignal,
      readCallers: () => AsyncIterable<CallingSpan>,
    ): Promise<readonly SourceCandidate[]>;
    open(
      candidates: readonly SourceCandidate[],
      span: SpanFacts,
      toSide: boolean,
    ): Promise<SourceAnswer>;
    openFrame(frame: string): Promise<SourceAnswer>;
  };
}

const PAGE = { element: "traceside-app", script: "webview.js" };

const ANSWERS_FOLDED = "traceside.answersFolded";

export class TracePanel implements Disposable {
  readonly #owner = new Owner();
  readonly #panel: vscode.WebviewPanel;
  readonly #session: TraceSession;
  readonly #services: PanelServices;
  readonly #peer: Peer<ViewApi>;
  readonly #closed = new AbortController();
  readonly #search = this.#owner.own(new SpanSearch(() => this.#signal()));
  readonly #firstPaint = this.#owner.own(new FirstPaint());
  #isReady = false;
  /** The trace that the view has the columns of: what its indices are of. */
  #sent: { readonly revision: number; readonly trace: Trace } | undefined;
  /** The id of the span that a hidden panel is to select when its page is there again. */
  #awaited: string | undefined;
  #actions: readonly Action[] = [];
  #comparisons = 0;
  #compared: { readonly summary: ComparisonSummary; readonly runs: readonly Trace[] } | undefined;
  #whenVisible: (() => void) | undefined;
  #selected: SpanIndex | undefined;
  #marked: readonly SpanIndex[] = [];
  #logs: readonly LogMark[] = [];
  #openLog: ((index: number) => Promise<void>) | undefined;
  #losses: Parameters<ViewApi["showLosses"]> = [[], undefined];
  #openLoss: ((index: number) => Promise<void>) | undefined;
  readonly #onChange: () => void;

  constructor(
    panel: vscode.WebviewPanel,
    createSession: (onState: (state: SessionState) => void) => TraceSession,
    services: PanelServices,
    onDispose: () => void,
    onChange: () => void,
  ) {
    this.#panel = panel;
    this.#services = services;
    this.#onChange = onChange;
    this.#session = this.#owner.own(createSession(state => this.#show(state)));
    panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [vscode.Uri.joinPath(services.extensionUri, "dist")],
    };
    const icon = (name: string): vscode.Uri =>
      vscode.Uri.joinPath(services.extensionUri, "media", name);
    panel.iconPath = { light: icon("trace-light.svg"), dark: icon("trace-dark.svg") };
    this.#peer = this.#owner.own(
      connectPeer<ViewApi>(
        {
          post: message => void panel.webview.postMessage(message),
          listen: onMessage => panel.webview.onDidReceiveMessage(onMessage),
        },
        this.#createApi(),
        error => services.log.error(error, "trace panel"),
      ),
    );
    this.#owner.own(
      panel.onDidDispose(() => {
        onDispose();
        this.dispose();
      }),
    );
    this.#owner.own(
      panel.onDidChangeViewState(() => {
        this.#session.setVisible(panel.visible);
        this.#openIfVisible();
        this.#onChange();
      }),
    );
    this.#session.setVisible(panel.visible);
    // A restored panel is there before git has told which repositories the workspace has.
    this.#owner.own(
      services.git.commits.watch(() => {
        const { state } = this.#session;
        if (state.kind === "trace") this.#tell(view => view.show(this.#describe(state)));
      }),
    );
    this.#owner.own(
      watchSettings([settings.queueWait], () =>
        this.#tell(view => view.configure(this.#readSettings())),
      ),
    );
    panel.webview.html = createPageHtml(panel.webview, services.extensionUri, PAGE);
  }

  /** The trace whose columns its page has. */
  get trace(): Trace | undefined {
    return this.#sent?.trace;
  }

  get selected(): SpanIndex | undefined {
    return this.#selected;
  }

  /** In front of the others of its group, and the one that was used last. */
  get isActive(): boolean {
    return this.#panel.active;
  }

  get isVisible(): boolean {
    return this.#panel.visible;
  }

  /** The editor's own tab of the list, which it makes a preview of or keeps. */
  get isListed(): boolean {
    return this.#panel.viewType === editors.listedTrace;
  }

  get session(): TraceSession {
    return this.#session;
  }

  get firstPaint(): Pick<FirstPaint, "wait" | "settle"> {
    return this.#firstPaint;
  }

  async open(): Promise<void> {
    await this.#session.open();
  }

  /** As soon as it is seen: panels that were restored behind others must not compete for what is in front. */
  openWhenVisible(open: () => void): void {
    this.#whenVisible = open;
    this.#openIfVisible();
  }

  #openIfVisible(): void {
    if (!this.#panel.visible) return;
    const open = this.#whenVisible;
    this.#whenVisible = undefined;
    open?.();
  }

  /** The page, as long as it is seen: that of a hidden panel is gone, and would never answer. */
  get page(): ViewApi | undefined {
    return this.#isReady && this.#panel.visible ? this.#peer.remote : undefined;
  }

  reveal(spanId: string | undefined, preserveFocus = false): void {
    const { page } = this;
    this.#panel.reveal(undefined, preserveFocus);
    const trace = this.#sent?.trace ?? this.#session.trace;
    const span = spanId === undefined ? undefined : trace?.findSpan(spanId);
    if (span === undefined) return;
    if (page !== undefined) this.#tell(view => view.reveal(span));
    else this.#awaited = spanId;
  }

  /** Marks the rows of these spans. */
  mark(spans: readonly SpanIndex[]): void {
    this.#marked = spans;
    this.#tell(view => view.mark(spans));
  }

  /** Draws log lines on the timeline; `open` opens one. */
  showLogs(logs: readonly LogMark[], open: (index: number) => Promise<void>): void {
    this.#logs = logs;
    this.#openLog = open;
    this.#tell(view => view.showLogs(logs));
  }

  /** Adds lines to the answers; `open` opens the code of one. `limit` says where they were not looked for. */
  showLosses(
    losses: readonly string[],
    limit: string | undefined,
    open: (index: number) => Promise<void>,
  ): void {
    this.#losses = [losses, limit];
    this.#openLoss = open;
    this.#tell(view => view.showLosses(losses, limit));
  }

  /** Selects a span, and opens its source. */
  async step(span: SpanIndex): Promise<void> {
    this.#selected = span;
    this.#tell(view => view.reveal(span));
    await this.openSource(span, false);
  }

  /** A command of a span's menu that is the page's to do. */
  act(action: SpanAction, span: SpanIndex): void {
    this.#tell(view => view.act(action, span));
  }

  async readSpan(span: SpanIndex): Promise<KnownSpan> {
    return knowSpan(this.#requireTrace(), span, await this.#readDetail(span));
  }

  /** The place that the user chose from the list; else the best, and where none is sure the user is asked. */
  async openSource(
    span: SpanIndex,
    toSide: boolean,
    chosen?: SourceCandidate,
  ): Promise<SourceAnswer> {
    const services = this.#services;
    const facts = this.factsOf(span);
    const candidates = chosen === undefined ? await this.#findSource(span) : [chosen];
    return services.source.open(candidates, facts, toSide);
  }

  /** Asks nobody: what is not certain is not opened. */
  async openSureSource(span: SpanIndex): Promise<SourceCandidate | undefined> {
    const [first] = await this.#findSource(span);
    if (first?.isSure !== true) return undefined;
    // Opening a file outside of the workspace asks the user.
    const uri = vscode.Uri.parse(first.uri);
    if (vscode.workspace.getWorkspaceFolder(uri) === undefined) return undefined;
    const answer = await this.openSource(span, false, first);
    return answer.kind === "opened" ? answer.candidate : undefined;
  }

  /** Earlier runs of the same, newest first; none ends the comparison. */
  compareWith(runs: readonly Trace[]): void {
    this.#comparisons += 1;
    const summary = {
      revision: this.#comparisons,
      runs: runs.map(({ columns }) => ({
        traceId: columns.traceId,
        startUnixMs: columns.originUnixMs + getTraceStartNs(columns) / NS_PER_MS,
      })),
    };
    this.#compared = runs.length === 0 ? undefined : { summary, runs };
    this.#show(this.#session.state);
  }

  #show(state: SessionState): void {
    const title = createPanelTitle(state, this.#session);
    this.#panel.title = title;
    if (state.kind === "trace") {
      void this.#services.recentTraces.add({ traceId: state.trace.columns.traceId, title });
    }
    this.#tell(view => view.show(this.#describe(state)));
  }

  /** Whatever a view that is not there yet, or no longer, does not hear is asked for again by `ready`. */
  #tell(call: (view: ViewApi) => Promise<void>): void {
    if (!this.#isReady) return;
    call(this.#peer.remote).catch((error: unknown) => {
      this.#services.log.warn(`trace panel: ${String(error)}`);
    });
  }

  #describe(state: SessionState): PanelContent {
    const id = this.#session.request.ids[0] ?? "";
    switch (state.kind) {
      case "loading":
        return { kind: "loading", id, answers: state.answers };
      case "failed": {
        const report = describeOpenError(this.#services.log, state.error);
        this.#actions = [
          { title: vscode.l10n.t("Try Again"), run: () => this.open() },
          ...report.actions,
        ];
        const actions = this.#actions.map(action => action.title);
        return { kind: "failed", id, text: report.text, lines: report.lines, actions };
      }
      case "trace": {
        const commit = this.#services.git.findCommit(this.#session.captured);
        return {
          kind: "trace",
          summary: {
            revision: state.revision,
            traceId: state.trace.columns.traceId,
            problems: state.trace.problems,
            answers: state.answers,
            sources: state.trace.sources,
            live: state.live,
            detailsRevision: state.detailsRevision,
            slots: this.#services.palette.listSlots(listGroups(state.trace.columns)),
            ...(commit !== undefined && { commit }),
            ...(state.focus !== undefined && { focus: state.focus }),
            ...(this.#compared !== undefined && { comparison: this.#compared.summary }),
          },
        };
      }
    }
  }

  #createApi(): HostApi {
    const services = this.#services;
    return {
      ready: selectedSpanId => {
        this.#isReady = true;
        this.#sent = undefined;
        // What the user asked for last, before what the page kept.
        this.#session.focusOn(this.#awaited ?? selectedSpanId);
        this.#awaited = undefined;
        const { state } = this.#session;
        return Promise.resolve({
          content: this.#describe(state),
          ...(state.kind === "trace" && { trace: this.#send(undefined) }),
          words: vscode.l10n.bundle ?? {},
          language: vscode.env.language,
          settings: this.#readSettings(),
        });
      },
      trace: held => Promise.resolve(this.#send(held)),
      spanIds: spans => {
        const { spanIds } = this.#requireTrace();
        return Promise.resolve(spans.map(span => spanIds[span] ?? ""));
      },
      findSpanIds: spanIds => {
        const trace = this.#requireTrace();
        return Promise.resolve(spanIds.map(id => trace.findSpan(id) ?? NO_SPAN));
      },
      refresh: () => this.#session.refresh(),
      spanDetail: span => this.#readDetail(span),
      genAiSpans: () => findGenAiSpans(this.#requireTrace(), () => this.#signal()),
      sourceCandidates: span => this.#findSource(span),
      openSource: (span, toSide, chosen) => this.openSource(span, toSide, chosen),
      openFrame: frame => services.source.openFrame(frame),
      findSpans: (text, from) => this.#search.find(this.#requireTrace(), text, from),
      prepareFind: () => this.#search.prepare(this.#requireTrace()),
      openTrace: (traceId, spanId) => {
        void runCommand(commands.openTrace, { traceId, span: spanId });
        return Promise.resolve();
      },
      openDropped: async uri => openDroppedTrace(uri, this.#panel.viewColumn),
      openLog: async index => this.#openLog?.(index),
      openLoss: async index => this.#openLoss?.(index),
      select: span => {
        this.#selected = span;
        this.#onChange();
        return Promise.resolve();
      },
      keep: async () => {
        const isPreview = this.isListed && this.isActive;
        if (isPreview) await vscode.commands.executeCommand("workbench.action.keepEditor");
      },
      runAction: async index => {
        await this.#actions[index]?.run();
      },
      comparedRuns: () => Promise.resolve(this.#compared?.runs.map(({ columns }) => columns) ?? []),
      compareBeforeEdit: async () => {
        await runCommand(commands.compareWithRunBeforeEdit);
      },
      stopComparing: () => {
        this.compareWith([]);
        return Promise.resolve();
      },
      foldAnswers: async areFolded => services.memento.update(ANSWERS_FOLDED, areFolded),
      cancel: () => {
        this.#session.cancel();
        return Promise.resolve();
      },
      // Loaded with the first statement that is shown.
      readSql: async (text, system) => (await import("./sqlText.ts")).readSql(text, system),
      openText: async (content, language) => {
        const document = await vscode.workspace.openTextDocument({ content, language });
        await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
      },
      copy: async text => vscode.env.clipboard.writeText(text),
      painted: (_revision, paintMs) => {
        this.#firstPaint.set(paintMs);
        this.#session.addPaint(paintMs);
        this.#search.prepareSoon(() => (this.isVisible ? this.trace : undefined));
        return Promise.resolve();
      },
      logError: message => {
        services.log.error(new Error(message), "trace panel's view");
        return Promise.resolve();
      },
    };
  }

  /** From now on the view's indices are of this trace. */
  #send(held: number | undefined): TraceAnswer {
    const { state } = this.#session;
    if (state.kind !== "trace") throw this.#createNotFound();
    const { trace, revision } = state;
    const before = held === undefined || held !== this.#sent?.revision ? undefined : this.#sent;
    this.#sent = { revision, trace };
    // A page that comes back has forgotten them.
    if (this.#marked.length > 0) this.mark(this.#marked);
    const logs = this.#logs;
    if (logs.length > 0) this.#tell(view => view.showLogs(logs));
    const losses = this.#losses;
    if (losses.flat().some(Boolean)) this.#tell(view => view.showLosses(...losses));
    this.#onChange();
    const columns = narrowColumns(trace.columns);
    return before === undefined ? { columns } : { columns, moved: findMoved(before.trace, trace) };
  }

  #requireTrace(): Trace {
    const trace = this.#sent?.trace ?? this.#session.trace;
    if (trace !== undefined) return trace;
    throw this.#createNotFound();
  }

  #createNotFound(): TraceError {
    const id = this.#session.request.ids[0] ?? "";
    return new TraceError({ code: "notFound", id, answers: [] });
  }

  async #readDetail(span: SpanIndex): Promise<SpanDetail> {
    return this.#requireTrace().readDetail(span, this.#signal());
  }

  async #findSource(span: SpanIndex): Promise<readonly SourceCandidate[]> {
    const detail = await this.#readDetail(span);
    const facts = this.factsOf(span);
    return this.#services.source.findCandidates(detail, facts, this.#signal(), () =>
      readCallers(this.#requireTrace(), span, around => this.#readDetail(around)),
    );
  }

  factsOf(span: SpanIndex): SpanFacts {
    return getSpanFacts(this.#requireTrace(), span);
  }

  /** One question of the view: bounded by a deadline and by the life of the panel. */
  #signal(): AbortSignal {
    return AbortSignal.any([AbortSignal.timeout(getStoreTimeoutMs()), this.#closed.signal]);
  }

  #readSettings(): TimelineSettings {
    return {
      queueWait: getSetting(settings.queueWait),
      areAnswersFolded: this.#services.memento.get(ANSWERS_FOLDED, false),
    };
  }

  dispose(): void {
    this.#closed.abort();
    this.#owner.dispose();
  }
}
