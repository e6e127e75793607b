/** The commands of the view "Traces": its title's, and those of a row's menu, which get the row from the page. */

import * as vscode from "vscode";
import { Owner, type Disposable } from "../../base/disposables.ts";
import { commands } from "../../manifest.ts";
import { registerCommand } from "../../platform/commands.ts";
import type { Log } from "../../platform/log.ts";
import type { TracesView } from "./tracesView.ts";

export function registerTracesCommands(
  view: TracesView,
  log: Log,
  openTrace: (traceId: string) => Promise<unknown>,
): Disposable {
  const owner = new Owner();
  const live = (isLive: boolean) => (): Promise<void> => {
    view.setLive(isLive);
    return Promise.resolve();
  };
  owner.own(registerCommand(commands.pauseTraces, log, live(false)));
  owner.own(registerCommand(commands.resumeTraces, log, live(true)));
  owner.own(
    registerCommand(commands.refreshTraces, log, () => {
      view.refresh();
      return Promise.resolve();
    }),
  );
  owner.own(registerCommand(commands.groupTraces, log, () => view.setGrouped(true)));
  owner.own(registerCommand(commands.ungroupTraces, log, () => view.setGrouped(false)));
  owner.own(registerCommand(commands.clearTraces, log, () => view.clear()));
  owner.own(registerCommand(commands.chooseTracesStore, log, () => view.chooseStore()));
  owner.own(
    registerCommand(commands.searchInStore, log, async node =>
      node === undefined ? view.chooseStore() : view.showStore(node.store),
    ),
  );
  owner.own(
    registerCommand(commands.openListedTrace, log, async row => row && openTrace(row.traceId)),
  );
  owner.own(
    registerCommand(commands.pinTrace, log, async row => row && view.setPinned(row.traceId, true)),
  );
  owner.own(
    registerCommand(
      commands.unpinTrace,
      log,
      async row => row && view.setPinned(row.traceId, false),
    ),
  );
  owner.own(
    registerCommand(
      commands.deleteTrace,
      log,
      async row => row && view.deleteTrace(row.traceId, row.isPinned === true),
    ),
  );
  owner.own(
    registerCommand(
      commands.copyTraceId,
      log,
      async row => row && vscode.env.clipboard.writeText(row.traceId),
    ),
  );
  return owner;
}
