/** Commands by their ids in the manifest. The edge where errors are caught: a command never rejects in silence. */

import * as vscode from "vscode";
import { Owner, type Disposable } from "../base/disposables.ts";
import type { CommandArguments, CommandId } from "../manifest.ts";
import type { Log } from "./log.ts";
import { reportError } from "./report.ts";

/** The handlers of all commands; what one answers with is its caller's, and a promise is waited for. */
export type CommandHandlers = {
  readonly [Id in CommandId]?: (...args: CommandArguments[Id]) => unknown;
};

/** As the user runs it: what goes wrong is said by the command itself. */
export function runCommand<Id extends CommandId>(
  id: Id,
  ...args: CommandArguments[Id]
): Thenable<unknown> {
  return vscode.commands.executeCommand(id, ...args);
}

export function registerCommands(log: Log, handlers: CommandHandlers): Disposable {
  const owner = new Owner();
  for (const [id, run] of Object.entries(handlers)) {
    const registered = vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        return await (run as (...args: unknown[]) => unknown)(...args);
      } catch (error) {
        // The message stands until it is read; who runs one command after the other does not wait for that.
        reportError(error, id, log).catch((unsaid: unknown) => log.error(unsaid, id));
        return undefined;
      }
    });
    owner.own(registered);
  }
  return owner;
}
