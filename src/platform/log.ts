/** The extension's log: one output channel. Credentials never come here; callers pass failures, not URLs. */

import * as vscode from "vscode";
import type { Disposable } from "../base/disposables.ts";

export interface Log {
  info(message: string): void;
  warn(message: string): void;
  /** A bug or an unexpected error, with its stack. */
  error(error: unknown, doing: string): void;
}

export interface OwnedLog extends Log, Disposable {
  show(): void;
}

export function createLog(): OwnedLog {
  const channel = vscode.window.createOutputChannel("Traceside", { log: true });
  return {
    info: message => channel.info(message),
    warn: message => channel.warn(message),
    error: (error, doing) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      channel.error(`${doing}: ${text}`);
    },
    show: () => channel.show(),
    dispose: () => channel.dispose(),
  };
}
