/** What the tab of a trace is called: its root, and when it began, because runs of one root are many. */

import * as vscode from "vscode";
import { shortId } from "../../model/ids.ts";

/** `startUnixMs`: undefined or NaN where it is unknown. */
export function createTraceTitle(
  rootName: string,
  startUnixMs: number | undefined,
  traceId: string,
): string {
  if (rootName === "") return vscode.l10n.t("Trace {0}", shortId(traceId));
  const isKnown = startUnixMs !== undefined && startUnixMs > 0;
  const time = isKnown && new Date(startUnixMs).toLocaleTimeString(vscode.env.language);
  return `${rootName} · ${time || shortId(traceId)}`;
}
