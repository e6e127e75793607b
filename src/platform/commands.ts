/** Commands by their ids in the manifest. The edge where errors are caught: a command never rejects in silence. */

import * as vscode from "vscode";
import type { Disposable } from "../base/disposables.ts";
import type { CommandArguments, CommandId } from "../manifest.ts";
import type { Log } from "./log.ts";
import { reportError } from "./report.ts";

export function registerCommand<Id extends CommandId>(
  id: Id,
  log: Log,
  run: (...args: CommandArguments[Id]) => Promise<unknown>,
): Disposable {
  return vscode.commands.registerCommand(id, async (...args: unknown[]) => {
    try {
      return await run(...(args as CommandArguments[Id]));
    } catch (error) {
      await reportError(error, id, log);
      return undefined;
    }
  });
}
