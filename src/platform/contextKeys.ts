/** The keys that `when` clauses of package.json ask for. */

import * as vscode from "vscode";
import type { ContextKey } from "../manifest.ts";

export function setContextKey(key: ContextKey, value: string | boolean): void {
  void vscode.commands.executeCommand("setContext", key, value);
}
