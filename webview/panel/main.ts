/** The panel's page begins here: joins host, state and views, and says what went wrong in them. */

import "./app.ts";
import type { App } from "./app.ts";
import { registerControls } from "../kit/controls.ts";
import { Burst } from "./burst.ts";
import { bringToFront, listShownViews } from "./frontView.ts";
import { connectHost } from "./host.ts";
import { LiveClock } from "./liveClock.ts";
import { takeDraggedTraces } from "../kit/draggedTraces.ts";
// The graph loads ELK by it, and comes too late to know which script is the page's own.
import "../kit/loadScript.ts";
import { takeKeyboard, watchErrors } from "../kit/page.ts";
import { ViewSession } from "./session.ts";
import { actOnSpan } from "./spanActions.ts";
import { watchLayout } from "./watchLayout.ts";
import type { HostApi, PersistedView, ViewApi } from "../../src/protocol/traceView.ts";
import { ViewState } from "./state.ts";
import "../timeline/timeline.ts";
import { AnalysisLink } from "../answers/analysisLink.ts";
import { createAnalysisWorker } from "../answers/createAnalysisWorker.ts";
import { TraceAnalyser } from "../answers/traceAnalyser.ts";
import { setWords } from "../words/words.ts";

/** The place is kept when the user rests, not at each frame of a pan. */
const PERSIST_AFTER_MS = 250;
/** A held key repeats some thirty times a second. */
const KEY_REST_MS = 100;

const LATEST_REST_MS = 500;

/** Not at each step of a held arrow key. */
const TELL_AFTER_MS = 80;

const state = new ViewState();
// It lives as long as the page, as the analyser does.
new LiveClock(state);
const view: ViewApi = {
  show: content => session.show(content),
  reveal: span => {
    state.goTo(span, "host");
    return Promise.resolve();
  },
  bringToFront: async wanted => {
    bringToFront(state, wanted);
    await app.updateComplete;
    return listShownViews(state, app.narrow);
  },
  act: (action, span) => {
    actOnSpan(state, action, span);
    return Promise.resolve();
  },
  showLogs: logs => {
    state.setLogs(logs);
    return Promise.resolve();
  },
  showLosses: (losses, limit) => {
    state.losses.set(losses);
    state.lossLimit.set(limit);
    return Promise.resolve();
  },
  mark: spans => {
    state.marked.set(new Set(spans));
    return Promise.resolve();
  },
  configure: settings => {
    state.settings.set(settings);
    return Promise.resolve();
  },
};
const host = connectHost<HostApi, PersistedView>(view);
const session = new ViewSession(state, host, afterPaint, async () => {
  await import("../graph/graph.ts");
  await afterPaint();
  app.hasDetail = true;
});

watchErrors(host.report);
takeDraggedTraces(document, uri => void host.remote.openDropped(uri).catch(host.report));
// They live as long as the page.
const analyses = new AnalysisLink(createAnalysisWorker, host.report);
new TraceAnalyser(state, () => host.remote.comparedRuns(), analyses, host.report, untilIdle);
state.areAnswersFolded.watch(areFolded => {
  host.remote.foldAnswers(areFolded).catch(host.report);
});

/** A task after the next frame: by then its picture has been made. */
async function afterPaint(): Promise<void> {
  await app.updateComplete;
  await new Promise(resolve => requestAnimationFrame(resolve));
  await new Promise(resolve => setTimeout(resolve));
}

/** A page that never rests has its answers all the same. */
function untilIdle(): Promise<unknown> {
  return new Promise(resolve => requestIdleCallback(resolve, { timeout: LATEST_REST_MS }));
}

let persisting: ReturnType<typeof setTimeout> | undefined;
function persistSoon(): void {
  clearTimeout(persisting);
  persisting = setTimeout(() => {
    session
      .getPlace()
      .then(place => {
        if (place !== undefined) host.persist(place);
      })
      .catch(host.report);
  }, PERSIST_AFTER_MS);
}
/** At once, for a user who turns to another tab in the same moment; the rest of the place follows. */
const keepSelection = new Burst(() => {
  const traceId = state.trace.value?.summary.traceId;
  const spanId = state.selectedSpanId.value;
  const before = host.getPersisted();
  if (spanId === undefined || before === undefined || before.traceId !== traceId) return;
  host.persist({ ...before, spanId });
}, KEY_REST_MS);
state.selectedSpanId.watch(() => keepSelection.call());
// The page goes with its tab, and the keyboard goes first.
window.addEventListener("blur", () => keepSelection.flush());
document.addEventListener("visibilitychange", () => keepSelection.flush());
for (const cell of [
  state.content,
  state.trace,
  state.viewport,
  state.pane,
  state.graphMode,
  state.selectedSpanId,
  state.folded,
  state.openGroups,
  state.areAlikeGrouped,
  state.anchor,
  state.camera,
  state.shares,
  state.nameShare,
  state.closed,
  state.isSkewCorrected,
  state.timelineView,
  state.flameMode,
  state.flameRoot,
]) {
  cell.watch(persistSoon);
}

/** The code shows the line of the span that is selected. */
let saveTimer: ReturnType<typeof setTimeout> | undefined;
state.selection.watch(() => {
  clearTimeout(saveTimer);
  saveTimer = setTimeout(() => {
    host.remote.select(state.selection.value?.span).catch(host.report);
  }, TELL_AFTER_MS);
});

watchLayout(state, () => {
  // Only then it was a user.
  if (!document.hasFocus()) return false;
  host.remote.keep().catch(host.report);
  return true;
});

registerControls();
const app = document.querySelector("traceside-app") as App;
app.state = state;
app.host = host;
app.callGraphs = analyses;

/** In a panel that comes to the front, the rows. */
const focusSoon = takeKeyboard(() => app.focusRows());

async function start(): Promise<void> {
  const ready = host.remote.ready(host.getPersisted()?.spanId);
  // Its thread starts while the trace is on its way.
  analyses.warm();
  const { content, trace, words, language, settings } = await ready;
  document.documentElement.lang = language;
  setWords(words);
  state.settings.set(settings);
  state.areAnswersFolded.set(settings.areAnswersFolded);
  await session.show(content, trace);
  focusSoon();
}

start().catch(host.report);
