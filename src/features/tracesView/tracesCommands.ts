/** The commands of the view "Traces": its title's, and those of a row's menu, which get the row from the page. */

import * as vscode from "vscode";
import type { Disposable } from "../../base/disposables.ts";
import { commands, type TraceRowContext } from "../../manifest.ts";
import { registerCommands, runCommand } from "../../platform/commands.ts";
import type { Log } from "../../platform/log.ts";
import type { TracesView } from "./tracesView.ts";

export function registerTracesCommands(view: TracesView, log: Log): Disposable {
  return registerCommands(log, {
    [commands.pauseTraces]: () => view.setLive(false),
    [commands.resumeTraces]: () => view.setLive(true),
    [commands.refreshTraces]: () => view.refresh(),
    [commands.groupTraces]: () => view.setGrouping("operation"),
    [commands.groupTracesBySession]: () => view.setGrouping("session"),
    [commands.ungroupTraces]: () => view.setGrouping("none"),
    [commands.filterTraces]: () => view.focusFilter(),
    [commands.clearTraces]: () => view.clear(),
    [commands.sortTraces]: () => view.chooseSort(),
    [commands.chooseTracesStore]: () => view.chooseStore(),
    [commands.searchInStore]: node =>
      node === undefined ? view.chooseStore() : view.showStore(node.store),
    [commands.openListedTrace]: row =>
      row && runCommand(commands.openTrace, { traceId: row.traceId }),
    [commands.pinTrace]: row => row && view.setPinned(listIds(row), true),
    [commands.unpinTrace]: row => row && view.setPinned(listIds(row), false),
    [commands.deleteTrace]: row => row && view.deleteTraces(listIds(row)),
    [commands.copyTraceId]: row => row && vscode.env.clipboard.writeText(listIds(row).join("\n")),
  });
}

function listIds({ traceId, traceIds }: TraceRowContext): readonly string[] {
  return traceIds ?? [traceId];
}
