/**
 * The view "Traces": answers its page with traces of one store, the embedded one or a configured one of the user's
 * choice, and tells the page when something came. Only while it is on the screen does it watch anything.
 */

import * as vscode from "vscode";
import { neverAborted } from "../../base/neverAborted.ts";
import type { Cell } from "../../base/cell.ts";
import { Owner, type Disposable } from "../../base/disposables.ts";
import type { CollectorState } from "../../collector/collectorState.ts";
import {
  commands,
  contextKeys,
  extensionId,
  views,
  walkthrough,
  type CommandId,
} from "../../manifest.ts";
import { TraceError } from "../../model/failure.ts";
import { setContextKey } from "../../platform/contextKeys.ts";
import type { Log } from "../../platform/log.ts";
import { reportError, showReport } from "../../platform/report.ts";
import { createPageHtml } from "../../platform/webviewPage.ts";
import { connectPeer, type Peer } from "../../threads/rpc.ts";
import type {
  OpenedRow,
  TracesAction,
  TracesHostApi,
  TraceGrouping,
  TraceSort,
  TracesSituation,
  TracesViewApi,
} from "../../protocol/tracesView.ts";
import { askForSort, askForStore, askToClear } from "./askAboutList.ts";
import { summarizeCollector } from "./collectorSummary.ts";
import { ExpectationChecks } from "./expectationChecks.ts";
import { FailedTraces } from "./failedTraces.ts";
import { ListedStore, type ListedStoreServices } from "./listedStore.ts";
import { PendingDeletions } from "./pendingDeletions.ts";
import { watchExpectations } from "./watchExpectations.ts";

/** The services that the view needs of others; they are joined in `extension.ts`. */
export interface TracesViewServices extends ListedStoreServices {
  readonly log: Log;
  readonly extensionUri: vscode.Uri;
  watchStores(onReopen: () => void): Disposable;
  readonly collector: Cell<CollectorState>;
  readonly telemetry: { readonly isOn: Cell<boolean> };
  /** Kept: in a tab of its own, with the keyboard; else in the preview tab. */
  openTrace(trace: OpenedRow, isKept: boolean): Promise<void>;
  /** So many traces failed since the list was looked at. It is not the view that shows it, which may never have been opened. */
  showFailed(count: number): void;
}

/** The actions that a page asks for by name; commands report their own errors. */
const actions = {
  startCollector: commands.startCollector,
  openSample: commands.openSampleTrace,
  addStore: commands.addStore,
  instrumentProject: commands.instrumentProject,
  openSettings: commands.openStoreSettings,
  setCredentials: commands.setStoreCredentials,
  sendTelemetryHere: commands.sendTelemetryHere,
  stopSendingTelemetryHere: commands.stopSendingTelemetryHere,
} as const satisfies Record<Exclude<TracesAction, "showLocal" | "openWalkthrough">, CommandId>;

const PAGE = { element: "traceside-traces", script: "traces.js" };
const GROUPING_KEY = "traceside.traces.grouping";
const SORT_KEY = "traceside.traces.sort";

export class TracesView implements vscode.WebviewViewProvider, Disposable {
  readonly #owner = new Owner();
  readonly #services: TracesViewServices;
  readonly #store: ListedStore;
  #page: { readonly view: vscode.WebviewView; readonly peer: Peer<TracesViewApi> } | undefined;
  #isReady = false;
  #watching: Disposable | undefined;
  /** A page that is still busy with one change is not told of the next. */
  #isNotifying = false;
  #hasChanged = false;
  #isGone = false;
  #grouping: TraceGrouping;
  #sort: TraceSort;
  readonly #deletions: PendingDeletions;
  readonly #failed: FailedTraces;
  readonly #expectations: ExpectationChecks;
  #isLive = true;
  #shown = "";
  /** The filter for a page that is not there yet. */
  #pendingFilter: string | undefined;

  constructor(services: TracesViewServices) {
    this.#services = services;
    this.#store = new ListedStore(services);
    this.#grouping = services.memento.get<TraceGrouping>(GROUPING_KEY, "none");
    this.#sort = services.memento.get<TraceSort>(SORT_KEY, "time");
    this.#deletions = this.#owner.own(
      new PendingDeletions(
        async traceIds => {
          try {
            await services.local.deleteTraces(traceIds, neverAborted());
          } catch (error) {
            await reportError(error, "list of traces", services.log);
          }
        },
        () => {
          this.#show();
          this.#refreshIfLive();
        },
      ),
    );
    this.#failed = this.#owner.own(
      new FailedTraces({
        collector: services.collector,
        store: services.local,
        onCount: count => services.showFailed(count),
        onError: error => services.log.warn(`failed traces: ${String(error)}`),
      }),
    );
    this.#expectations = this.#owner.own(
      new ExpectationChecks(
        services.local,
        () => this.#refreshIfLive(),
        error => services.log.error(error, "expectations"),
      ),
    );
    this.#owner.own(watchExpectations(services.log, file => this.#expectations.expect(file)));
    this.#owner.own(vscode.window.registerWebviewViewProvider(views.traces, this));
    this.#owner.own(services.collector.watch(() => this.#show()));
    this.#owner.own(services.git.commits.watch(() => this.#refreshIfLive()));
    this.#owner.own(services.telemetry.isOn.watch(() => this.#show()));
    this.#owner.own(
      services.watchStores(() => {
        void this.#update();
      }),
    );
    this.#setKeys();
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const { extensionUri, log } = this.#services;
    const page = new Owner();
    view.webview.options = {
      enableScripts: true,
      localResourceRoots: [vscode.Uri.joinPath(extensionUri, "dist")],
    };
    const peer = page.own(
      connectPeer<TracesViewApi>(
        {
          post: message => void view.webview.postMessage(message),
          listen: onMessage => view.webview.onDidReceiveMessage(onMessage),
        },
        this.#createApi(),
        error => log.error(error, "list of traces"),
      ),
    );
    this.#isReady = false;
    this.#page = { view, peer };
    page.own(view.onDidChangeVisibility(() => void this.#update()));
    view.onDidDispose(() => {
      page.dispose();
      if (this.#page?.view === view) this.#page = undefined;
      this.#isReady = false;
      // The offer to undo went with the view.
      void this.#deletions.flush();
      void this.#update();
    });
    view.webview.html = createPageHtml(view.webview, extensionUri, PAGE);
  }

  get #isVisible(): boolean {
    return this.#isReady && this.#page?.view.visible === true;
  }

  // What its commands do.

  setLive(isLive: boolean): void {
    this.#isLive = isLive;
    this.#setKeys();
    void this.#update();
  }

  async setGrouping(grouping: TraceGrouping): Promise<void> {
    this.#grouping = grouping;
    this.#setKeys();
    this.#show();
    await this.#services.memento.update(GROUPING_KEY, grouping);
  }

  /** Settles when the store has deleted what the user did: nobody can undo it any more. */
  async close(): Promise<void> {
    await this.#deletions.flush();
  }

  async chooseSort(): Promise<void> {
    const sort = await askForSort(this.#sort);
    if (sort === undefined) return;
    this.#sort = sort;
    this.#show();
    await this.#services.memento.update(SORT_KEY, sort);
  }

  refresh(): void {
    this.#hasChanged = true;
    this.#tellOfChange();
  }

  /** A list that is paused takes in nothing new. */
  #refreshIfLive(): void {
    if (this.#isLive) this.refresh();
  }

  /** Lists this store from now on, and comes to the front. */
  async showStore(name: string): Promise<void> {
    await this.#store.choose(name);
    await vscode.commands.executeCommand(`${views.traces}.focus`);
    await this.#update();
  }

  /** Lists what the text of a filter finds, and comes to the front. */
  async filter(text: string): Promise<void> {
    await vscode.commands.executeCommand(`${views.traces}.focus`);
    this.#pendingFilter = text;
    if (this.#isReady) this.#tellFilter();
  }

  /** Comes to the front with the keyboard in the filter. */
  async focusFilter(): Promise<void> {
    await vscode.commands.executeCommand(`${views.traces}.focus`);
    if (this.#isReady) await this.#tell(view => view.focusFilter());
  }

  #tellFilter(): void {
    const text = this.#pendingFilter;
    this.#pendingFilter = undefined;
    if (text !== undefined) void this.#tell(view => view.filter(text));
  }

  async chooseStore(): Promise<void> {
    const { stores } = await this.#services.stores();
    const name = await askForStore(stores, this.#store.name);
    if (name !== undefined) await this.showStore(name);
  }

  async clear(): Promise<void> {
    const { local } = this.#services;
    // What was deleted a moment ago is not counted twice.
    await this.#deletions.flush();
    if (!(await askToClear(await local.readFacts(neverAborted())))) return;
    await local.clear(neverAborted());
    this.refresh();
  }

  async setPinned(traceIds: readonly string[], isPinned: boolean): Promise<void> {
    const { local } = this.#services;
    for (const traceId of traceIds) {
      const isThere = await local.pinTrace(traceId, isPinned, neverAborted());
      if (!isThere) throw new TraceError({ code: "notFound", id: traceId, answers: [] });
    }
    this.refresh();
  }

  /** Answers whether the list leaves them out from now on. */
  async deleteTraces(traceIds: readonly string[]): Promise<boolean> {
    const { t } = vscode.l10n;
    if (!this.#store.isLocal) {
      const text = t("Traces of {0} can be deleted only where they come from.", this.#store.name);
      await showReport({ text, lines: [], actions: [] }, "info");
      return false;
    }
    this.#deletions.add(traceIds);
    return true;
  }

  // What its page is told.

  /** After anything that bears on which store is listed, or whether it is watched. */
  async #update(): Promise<void> {
    this.#unwatch();
    // A list that was paused meanwhile is not told of what came before.
    this.#hasChanged = false;
    this.#failed.setLookedAt(this.#isVisible);
    if (!this.#isVisible) return;
    try {
      const store = await this.#store.find();
      this.#isGone = store === undefined;
      this.#show();
      if (!this.#isLive) return;
      // Another update may have been quicker.
      this.#unwatch();
      this.#watching = store?.watch?.(() => {
        this.#hasChanged = true;
        this.#tellOfChange();
      });
      // What came while nobody watched.
      this.#hasChanged = true;
      this.#tellOfChange();
    } catch (error) {
      await reportError(error, "list of traces", this.#services.log);
    }
  }

  #unwatch(): void {
    this.#watching?.dispose();
    this.#watching = undefined;
  }

  #tellOfChange(): void {
    if (!this.#hasChanged || this.#isNotifying || !this.#isVisible) return;
    this.#hasChanged = false;
    this.#isNotifying = true;
    void this.#tell(view => view.refresh()).finally(() => {
      this.#isNotifying = false;
      this.#tellOfChange();
    });
  }

  #show(): void {
    const situation = this.#describe();
    const page = this.#page;
    if (page === undefined) return;
    page.view.description = situation.isLocal
      ? this.#isLive
        ? undefined
        : vscode.l10n.t("paused")
      : situation.store;
    // The collector's state changes with each span; little of it is shown here.
    const text = JSON.stringify(situation);
    if (!this.#isReady || text === this.#shown) return;
    this.#shown = text;
    void this.#tell(view => view.show(situation));
  }

  /** Whatever a page that has gone does not hear is asked for again by `ready`. */
  async #tell(call: (view: TracesViewApi) => Promise<void>): Promise<void> {
    if (this.#page === undefined) return;
    try {
      await call(this.#page.peer.remote);
    } catch (error) {
      this.#services.log.warn(`list of traces: ${String(error)}`);
    }
  }

  #describe(): TracesSituation {
    const { collector, telemetry } = this.#services;
    const { name, isLocal } = this.#store;
    return {
      store: name,
      isLocal,
      isGone: this.#isGone,
      isLive: this.#isLive,
      grouping: this.#grouping,
      sort: this.#sort,
      undoable: isLocal ? this.#deletions.undoable : 0,
      collector: summarizeCollector(collector.value),
      sendsTelemetryHere: telemetry.isOn.value,
    };
  }

  #setKeys(): void {
    setContextKey(contextKeys.tracesAreLive, this.#isLive);
    setContextKey(contextKeys.tracesGrouping, this.#grouping);
  }

  // What its page asks.

  #createApi(): TracesHostApi {
    const { log } = this.#services;
    const run = vscode.commands.executeCommand;
    /** Runs what the user did, and shows what came of it where they see it. */
    const act = async <T>(work: Promise<T>, otherwise: T): Promise<T> => {
      try {
        return await work;
      } catch (error) {
        await reportError(error, "list of traces", log);
        return otherwise;
      }
    };
    return {
      ready: () => {
        this.#isReady = true;
        this.#isNotifying = false;
        const situation = this.#describe();
        this.#shown = JSON.stringify(situation);
        void this.#update();
        setTimeout(() => this.#tellFilter());
        return Promise.resolve({
          situation,
          words: vscode.l10n.bundle ?? {},
          language: vscode.env.language,
        });
      },
      search: (filter, limit, cursor) =>
        this.#store.searchTraces(
          filter,
          limit,
          cursor,
          traceId => this.#deletions.has(traceId),
          this.#expectations,
        ),
      cancelSearch: () => {
        this.#store.cancelSearch();
        return Promise.resolve();
      },
      listServices: () => this.#store.listServices(),
      listOperations: service => this.#store.listOperations(service),
      open: (trace, isKept) => act(this.#services.openTrace(trace, isKept), undefined),
      openFile: async file => {
        const asked = typeof file === "string" ? vscode.Uri.parse(file, true) : file;
        await run(commands.openTraceFile, asked);
      },
      setPinned: (traceIds, isPinned) => act(this.setPinned(traceIds, isPinned), undefined),
      deleteTraces: traceIds => act(this.deleteTraces(traceIds), false),
      undoDelete: () => Promise.resolve(this.#deletions.undo()),
      run: async action => {
        if (action === "showLocal") await act(this.showStore(this.#services.local.name), undefined);
        else if (action === "openWalkthrough") {
          await run("workbench.action.openWalkthrough", `${extensionId}#${walkthrough}`);
        } else if (action === "setCredentials") await run(actions[action], this.#store.name);
        else await run(actions[action]);
      },
      copy: async text => vscode.env.clipboard.writeText(text),
      logError: message => {
        log.error(new Error(message), "list of traces' view");
        return Promise.resolve();
      },
    };
  }

  dispose(): void {
    this.#unwatch();
    this.#store.cancelSearch();
    this.#page?.peer.dispose();
    this.#owner.dispose();
  }
}
