/** The page of the list of traces begins here: joins host, state and elements, and says what went wrong in them. */

import type {
  PersistedTraces,
  TracesHostApi,
  TracesViewApi,
} from "../../src/protocol/tracesView.ts";
import { registerControls } from "../kit/controls.ts";
import { connectHost } from "../panel/host.ts";
import { takeKeyboard, watchErrors } from "../kit/page.ts";
import { setWords } from "../words/words.ts";
import { takeDroppedFiles } from "./droppedFiles.ts";
import { selectOne } from "./listSelection.ts";
import type { TracesApp } from "./tracesApp.ts";
import "./tracesApp.ts";
import { TracesSession } from "./tracesSession.ts";
import { TracesState } from "./tracesState.ts";

const state = new TracesState();
const view: TracesViewApi = {
  show: situation => session.show(situation),
  refresh: () => session.refresh(),
  filter: text => session.filter(text),
  focusFilter: () => {
    app.focusFilter();
    return Promise.resolve();
  },
};
const host = connectHost<TracesHostApi, PersistedTraces>(view);
const session = new TracesSession(state, host.remote);

watchErrors(host.report);

for (const cell of [state.filterText, state.selection]) {
  cell.watch(() => {
    const selected = state.selection.value.active;
    host.persist({
      version: 1,
      filter: state.filterText.value,
      ...(selected !== undefined && { selected }),
    });
  });
}

registerControls();
const app = document.querySelector("traceside-traces") as TracesApp;
app.state = state;
app.host = host;
app.session = session;

takeDroppedFiles(document, {
  setDropping: isDropping => {
    app.isDropping = isDropping;
  },
  open: file => host.remote.openFile(file).catch(host.report),
});

/** In a view that comes to the front, the list. */
takeKeyboard(() => app.focusList());

async function start(): Promise<void> {
  const { situation, words, language } = await host.remote.ready();
  document.documentElement.lang = language;
  setWords(words);
  const persisted = host.getPersisted();
  state.selection.set(selectOne(persisted?.selected));
  await session.start(situation, persisted?.filter ?? "");
}

start().catch(host.report);
