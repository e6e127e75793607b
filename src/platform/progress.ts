/**
 * Long work with a notification that can be cancelled and leads to the log. What is quickly done shows none: it would only
 * flash. Who knows which share is done says so: a bar that stands still between two shares costs the window no frames.
 */

import { setTimeout as delay } from "node:timers/promises";
import * as vscode from "vscode";
import { commands } from "../manifest.ts";

const SHOW_AFTER_MS = 700;
/** Each step is drawn in some frames; nobody reads more of them, and the work goes on beside the drawing. */
const STEP_MS = 500;

/** `share` is that of the work which is done, from 0 to 1. */
type Say = (message: string, share?: number) => void;

export async function withProgress<T>(
  title: string,
  work: (signal: AbortSignal, say: Say) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let said: Parameters<Say> | undefined;
  let show: Say = (...what) => {
    said = what;
  };
  const done = work(controller.signal, (...what) => show(...what));
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
      let shown = 0;
      let shownMs = -Infinity;
      show = (message, share) => {
        if (performance.now() - shownMs < STEP_MS) return;
        shownMs = performance.now();
        progress.report({
          message,
          ...(share !== undefined && { increment: (share - shown) * 100 }),
        });
        shown = share ?? shown;
      };
      if (said !== undefined) show(...said);
      const listener = token.onCancellationRequested(() => controller.abort());
      try {
        return await done;
      } finally {
        listener.dispose();
      }
    },
  );
}
