/** The uri by which the editor opens a trace of the list, and what its tab is called. */

import * as vscode from "vscode";
import { isMoment } from "../base/relativeTime.ts";
import { shortId } from "../model/ids.ts";

export const TRACE_SCHEME = "traceside-trace";

/** The facts that are known of a trace before it is read. */
export interface TraceToShow {
  readonly traceId: string;
  readonly name: string;
  readonly startUnixMs: number;
}

export function createTraceUri({ traceId, name, startUnixMs }: TraceToShow): vscode.Uri {
  const title = createTraceTitle(name, startUnixMs, traceId);
  // The tab is called what the path ends with, so a slash of the name must be none of the path.
  const path = `/${title.replaceAll("/", "\u2215")}`;
  return vscode.Uri.from({ scheme: TRACE_SCHEME, path, query: traceId });
}

/** Its root, and when it began, because runs of one root are many. `startUnixMs`: undefined or NaN where it is unknown. */
export function createTraceTitle(
  rootName: string,
  startUnixMs: number | undefined,
  traceId: string,
): string {
  if (rootName === "") return vscode.l10n.t("Trace {0}", shortId(traceId));
  const isKnown = startUnixMs !== undefined && isMoment(startUnixMs);
  const time = isKnown && new Date(startUnixMs).toLocaleTimeString(vscode.env.language);
  return `${rootName} · ${time || shortId(traceId)}`;
}
