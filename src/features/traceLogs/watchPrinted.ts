/**
 * Reads what programs print: in terminals whose shell tells where a command begins and ends (VS Code's shell
 * integration), and in debug consoles.
 */

import * as vscode from "vscode";
import { Owner, type Disposable } from "../../base/disposables.ts";
import type { Log } from "../../platform/log.ts";
import type { PrintedLines, PrintedSource } from "./printedLines.ts";

export function watchPrinted(lines: PrintedLines, log: Log): Disposable {
  const owner = new Owner();
  owner.own(
    vscode.window.onDidStartTerminalShellExecution(({ terminal, execution }) => {
      const { name } = terminal;
      const show = (): void => terminal.show();
      readExecution(lines, { name, kind: "terminal", show }, execution).catch((error: unknown) =>
        log.warn(`output of a terminal: ${String(error)}`),
      );
    }),
  );
  owner.own(
    vscode.debug.registerDebugAdapterTrackerFactory("*", {
      createDebugAdapterTracker: ({ name }) =>
        createTracker(lines, { name, kind: "debugConsole", show: showConsole }),
    }),
  );
  return owner;
}

async function readExecution(
  lines: PrintedLines,
  source: PrintedSource,
  execution: vscode.TerminalShellExecution,
): Promise<void> {
  const stream = lines.open(source);
  try {
    for await (const text of execution.read()) stream.push(text);
  } finally {
    stream.end();
  }
}

/** Each category is a stream of its own: a line of one may be printed while a line of another has not ended. */
function createTracker(lines: PrintedLines, source: PrintedSource): vscode.DebugAdapterTracker {
  const streams = new Map<string, ReturnType<PrintedLines["open"]>>();
  return {
    onDidSendMessage: (message: unknown) => {
      const output = readOutput(message);
      if (output === undefined) return;
      const stream = streams.get(output.category) ?? lines.open(source);
      streams.set(output.category, stream);
      stream.push(output.text);
    },
    onWillStopSession: () => {
      for (const stream of streams.values()) stream.end();
      streams.clear();
    },
  };
}

/** The output event of the Debug Adapter Protocol; what it calls telemetry is printed nowhere. */
function readOutput(message: unknown): { category: string; text: string } | undefined {
  const { type, event, body } = message as {
    readonly type?: string;
    readonly event?: string;
    readonly body?: { readonly category?: unknown; readonly output?: unknown };
  };
  if (type !== "event" || event !== "output" || typeof body?.output !== "string") return undefined;
  const category = typeof body.category === "string" ? body.category : "console";
  return category === "telemetry" ? undefined : { category, text: body.output };
}

function showConsole(): void {
  void vscode.commands.executeCommand("workbench.debug.action.focusRepl");
}
