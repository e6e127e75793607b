/** The commands of the view "Traces": its title's, and those of a row's menu, which get the row from the page. */

import * as vscode from "vscode";
import type { Disposable } from "../../base/disposables.ts";
import { commands } from "../../manifest.ts";
import { registerCommands } from "../../platform/commands.ts";
import type { Log } from "../../platform/log.ts";
import type { TracesView } from "./tracesView.ts";

export function registerTracesCommands(
  view: TracesView,
  log: Log,
  openTrace: (traceId: string) => Promise<unknown>,
): Disposable {
  return registerCommands(log, {
    [commands.pauseTraces]: () => view.setLive(false),
    [commands.resumeTraces]: () => view.setLive(true),
    [commands.refreshTraces]: () => view.refresh(),
    [commands.groupTraces]: () => view.setGrouped(true),
    [commands.ungroupTraces]: () => view.setGrouped(false),
    [commands.clearTraces]: () => view.clear(),
    [commands.chooseTracesStore]: () => view.chooseStore(),
    [commands.searchInStore]: node =>
      node === undefined ? view.chooseStore() : view.showStore(node.store),
    [commands.openListedTrace]: row => row && openTrace(row.traceId),
    [commands.pinTrace]: row => row && view.setPinned(row.traceId, true),
    [commands.unpinTrace]: row => row && view.setPinned(row.traceId, false),
    [commands.deleteTrace]: row => row && view.deleteTrace(row.traceId, row.isPinned === true),
    [commands.copyTraceId]: row => row && vscode.env.clipboard.writeText(row.traceId),
  });
}
