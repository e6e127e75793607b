/**
 * Long work with a notification that can be cancelled and leads to the log. What is quickly done shows none: it would only
 * flash.
 */

import { setTimeout as delay } from "node:timers/promises";
import * as vscode from "vscode";
import { commands } from "../manifest.ts";

const SHOW_AFTER_MS = 700;

export async function withProgress<T>(
  title: string,
  work: (signal: AbortSignal, say: (message: string) => void) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let said: string | undefined;
  let show = (message: string): void => {
    said = message;
  };
  const done = work(controller.signal, message => show(message));
  const settled = done.then(
    () => true,
    () => true,
  );
  const timer = new AbortController();
  const isDone = await Promise.race([
    settled,
    delay(SHOW_AFTER_MS, false, { signal: timer.signal }).catch(() => false),
  ]);
  timer.abort();
  if (isDone) return done;
  const titleWithLog = `${title} ([${vscode.l10n.t("Show Log")}](command:${commands.showLog}))`;
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: titleWithLog,
      cancellable: true,
    },
    async (progress, token) => {
      show = message => progress.report({ message });
      if (said !== undefined) show(said);
      const listener = token.onCancellationRequested(() => controller.abort());
      try {
        return await done;
      } finally {
        listener.dispose();
      }
    },
  );
}
