/** A program that is run as a task in a terminal, where its user sees the command and what it prints. */

import * as vscode from "vscode";

export interface TerminalTask {
  readonly name: string;
  readonly type: string;
  readonly folder: vscode.Uri;
  /** The program and its arguments, each quoted as the shell wants it. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Settles when its process has ended. */
export async function runInTerminal(task: TerminalTask): Promise<void> {
  const { name, type, folder, env } = task;
  const [program = "", ...words] = task.command;
  const args = words.map(value => ({ value, quoting: vscode.ShellQuoting.Strong }));
  const execution = new vscode.ShellExecution(program, args, { cwd: folder.fsPath, env });
  const scope = vscode.workspace.getWorkspaceFolder(folder) ?? vscode.TaskScope.Workspace;
  const shown = new vscode.Task({ type }, scope, name, "Traceside", execution, []);
  shown.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: true };
  const ended = new Set<vscode.TaskExecution>();
  const end = Promise.withResolvers<undefined>();
  let started: vscode.TaskExecution | undefined;
  // From before it starts: a short one may have ended when it is said to have started.
  const watching = vscode.tasks.onDidEndTask(event => {
    ended.add(event.execution);
    if (event.execution === started) end.resolve(undefined);
  });
  try {
    started = await vscode.tasks.executeTask(shown);
    if (!ended.has(started)) await end.promise;
  } finally {
    watching.dispose();
  }
}
