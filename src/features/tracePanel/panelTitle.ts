/** The title of a panel: of its trace, or of the id that it is asked for. */

import * as vscode from "vscode";
import { shortId } from "../../model/ids.ts";
import { NS_PER_MS } from "../../model/units.ts";
import { createTraceTitle } from "../../platform/traceUri.ts";
import type { SessionState, TraceSession } from "./traceSession.ts";

export function createPanelTitle(state: SessionState, session: TraceSession): string {
  const { t } = vscode.l10n;
  if (state.kind !== "trace") return t("Trace {0}", shortId(session.request.ids[0] ?? ""));
  const { columns } = state.trace;
  const rootName = columns.strings[columns.name[0] ?? 0] ?? "";
  const startUnixMs = columns.originUnixMs + (columns.startNs[0] ?? Number.NaN) / NS_PER_MS;
  return createTraceTitle(rootName, startUnixMs, columns.traceId);
}
