/** All open trace panels: opens one for an id, brings an open one to the front, restores them after a window reload. */

import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import { Owner, toDisposable, type Disposable } from "../../base/disposables.ts";
import { canonicalTraceId, isSameTraceId } from "../../model/ids.ts";
import type { StoreAnswer } from "../../model/failure.ts";
import type { Trace } from "../../model/trace.ts";
import type { Problem } from "../../model/problem.ts";
import { viewTypes } from "../../manifest.ts";
import type { PanelView, PersistedView, SourceCandidate } from "../../protocol/traceView.ts";
import type { FoundIn, StoreSet } from "../../stores/storeSet.ts";
import type { TraceToShow } from "../../platform/traceUri.ts";
import { openListedTrace, registerListedTraceEditor } from "./listedTraceEditor.ts";
import { TracePanel, type PanelServices } from "./tracePanel.ts";
import { TraceSession, type SessionRequest, type SessionState } from "./traceSession.ts";

/** A page that is hidden meanwhile never answers. */
const PAGE_MS = 5_000;

/** The value that `openTrace` of the extension's API answers with. */
export interface OpenedTrace {
  readonly traceId: string;
  readonly spanCount: number;
  readonly problems: readonly Problem[];
  readonly stores: readonly string[];
  /** Milliseconds: from the command to the last byte read, to build, from the command to the first picture. */
  readonly timings: {
    readonly readMs: number;
    readonly buildMs: number;
    readonly firstPaintMs: number;
  };
}

export interface TracePanelsServices extends PanelServices {
  readonly stores: () => Promise<StoreSet>;
}

export class TracePanels implements Disposable {
  readonly #owner = new Owner();
  readonly #panels = new Set<TracePanel>();
  readonly #services: TracePanelsServices;
  readonly #watchers = new Set<() => void>();
  /** In front last, as long as it is open. */
  #latest: TracePanel | undefined;
  /** Restored panels that are being read. */
  #restoring: Promise<void> = Promise.resolve();

  constructor(services: TracePanelsServices) {
    this.#services = services;
    this.#owner.own(
      registerListedTraceEditor((panel, traceId) => {
        this.adopt(panel, traceId);
      }),
    );
    this.#owner.own(
      vscode.window.registerWebviewPanelSerializer(viewTypes.trace, {
        deserializeWebviewPanel: async (webviewPanel, persisted: PersistedView | undefined) => {
          if (persisted?.version !== 1) {
            webviewPanel.dispose();
            return;
          }
          const { traceId, spanId } = persisted;
          const panel = this.#attach(webviewPanel, { ids: [traceId], isTraceId: true, spanId });
          // One after the other, the ones that are seen alone. The editor waits for this promise before it shows the
          // panel; reading may take longer.
          panel.openWhenVisible(() => {
            this.#restoring = this.#restoring.then(() => this.#restore(panel));
          });
          await Promise.resolve();
        },
      }),
    );
  }

  /** Settles when there is something to see, so that the next one does not wait for a slow store. */
  async #restore(panel: TracePanel): Promise<void> {
    if (panel.session.isOpened || !this.#panels.has(panel)) return;
    void panel.open();
    await panel.session.shown;
  }

  /** Settles when the trace is on the screen; rejects with a `TraceError` when it cannot be had. */
  async open(request: SessionRequest): Promise<OpenedTrace> {
    const startMs = performance.now();
    const open = this.#findOpen(request);
    // Made before anything is waited for, so that whoever asks at the same time finds it.
    const panel = open ?? this.#create(request);
    open?.reveal(request.spanId ?? request.ids[0]);
    // One that failed is asked for again in its place.
    const isAsked = open?.session.isOpened === true && open.session.state.kind !== "failed";
    if (!isAsked) void panel.open();
    await panel.session.shown;
    const { state, timings, trace } = panel.session;
    if (state.kind === "failed") throw state.error;
    if (trace === undefined) throw new DOMException("The panel was closed.", "AbortError");
    await panel.firstPaint.wait();
    const firstPaintMs = performance.now() - startMs;
    return {
      traceId: trace.columns.traceId,
      spanCount: trace.columns.count,
      problems: trace.problems,
      stores: trace.stores,
      timings: { ...timings, firstPaintMs },
    };
  }

  /** Opens the place of a span of an open trace, where one is certain; `undefined` where none is. */
  async openSureSource(
    traceId: string,
    spanId: string | undefined,
  ): Promise<SourceCandidate | undefined> {
    const panel = this.#findOpen({ ids: [traceId] });
    const span = spanId === undefined ? undefined : panel?.session.trace?.findSpan(spanId);
    if (panel === undefined || span === undefined) return undefined;
    return panel.openSureSource(span);
  }

  /** Shows this view of an open trace; answers with the views on its screen, where the page answers in time. */
  async bringToFront(traceId: string, view: PanelView): Promise<readonly PanelView[] | undefined> {
    const page = this.#findOpen({ ids: [traceId] })?.page;
    const tooLong = sleep(PAGE_MS, undefined, { ref: false });
    return Promise.race([page?.bringToFront(view), tooLong]);
  }

  /** The panel in front. */
  getActive(): TracePanel | undefined {
    return [...this.#panels].find(panel => panel.isActive);
  }

  /** The panel that was in front last, as long as it is open. */
  getLatest(): TracePanel | undefined {
    return this.#latest;
  }

  /** Told of another latest panel, trace or selection. */
  watchLatest(onChange: () => void): Disposable {
    this.#watchers.add(onChange);
    return toDisposable(() => this.#watchers.delete(onChange));
  }

  #note(panel: TracePanel): void {
    if (panel.isActive) this.#latest = panel;
    if (panel === this.#latest) for (const watcher of [...this.#watchers]) watcher();
  }

  #forget(panel: TracePanel): void {
    this.#panels.delete(panel);
    if (panel !== this.#latest) return;
    this.#latest = [...this.#panels].findLast(each => each.isVisible);
    for (const watcher of [...this.#watchers]) watcher();
  }

  /** Returns the trace that the panel in front shows. */
  getActiveTrace():
    { readonly trace: Trace; readonly answers: readonly StoreAnswer[] } | undefined {
    const state = this.getActive()?.session.state;
    return state?.kind === "trace" ? state : undefined;
  }

  /** Shows a trace in a panel that the editor has made for a file. */
  adopt(webviewPanel: vscode.WebviewPanel, traceId: string): void {
    void this.#attach(webviewPanel, { ids: [traceId], isTraceId: true }).open();
  }

  /** Shows a trace of the list: where a panel has it already, there; else in the preview tab, or kept in one of its own. */
  async openListed(trace: TraceToShow, isKept: boolean): Promise<void> {
    const open = this.#findOpen({ ids: [trace.traceId] });
    if (open === undefined || open.isListed) await openListedTrace(trace, isKept);
    else open.reveal(undefined, !isKept);
  }

  /** A panel that shows one of these ids already, as its trace or as one of its spans, or looks for it. */
  #findOpen({ ids }: SessionRequest): TracePanel | undefined {
    return [...this.#panels].find(({ session: { trace, request } }) =>
      ids.some(id =>
        trace === undefined
          ? request.ids[0] === id
          : isSameTraceId(trace.columns.traceId, canonicalTraceId(id)) ||
            trace.findSpan(id) !== undefined,
      ),
    );
  }

  #create(request: SessionRequest): TracePanel {
    const panel = vscode.window.createWebviewPanel(
      viewTypes.trace,
      vscode.l10n.t("Trace"),
      vscode.ViewColumn.Active,
    );
    return this.#attach(panel, request);
  }

  #attach(webviewPanel: vscode.WebviewPanel, request: SessionRequest): TracePanel {
    const panel: TracePanel = new TracePanel(
      webviewPanel,
      onState => this.#createSession(request, onState),
      this.#services,
      () => this.#forget(panel),
      () => this.#note(panel),
    );
    this.#panels.add(panel);
    return panel;
  }

  #createSession(request: SessionRequest, onState: (state: SessionState) => void): TraceSession {
    return new TraceSession(request, this.#services.stores, chooseTrace, onState, error => {
      this.#services.log.error(error, "trace panel");
    });
  }

  dispose(): void {
    for (const panel of [...this.#panels]) panel.dispose();
    this.#owner.dispose();
  }
}

/** One id, several traces: the same task id in two queues. */
async function chooseTrace(found: readonly FoundIn[]): Promise<FoundIn | undefined> {
  const traces = new Map(found.map(each => [each.found.traceId, each]));
  if (traces.size === 1) return found[0];
  const chosen = await vscode.window.showQuickPick(
    [...traces.values()].map(each => ({
      label: each.found.brief.name,
      description: each.found.brief.queue ?? each.found.brief.service ?? "",
      detail: `${each.store.name} · ${each.found.traceId}`,
      each,
    })),
    { title: vscode.l10n.t("This id names several traces. Which one?"), ignoreFocusOut: true },
  );
  return chosen?.each;
}
