/** Search Traces: the newest traces of all stores in a quick pick, narrowed as one types. */

import * as vscode from "vscode";
import { Latest } from "../base/latest.ts";
import { getFailure } from "../model/failure.ts";
import { SpanStatus } from "../model/span.ts";
import { formatDuration, NS_PER_MS } from "../model/units.ts";
import type { OpenTraceRequest } from "../manifest.ts";
import { createReport } from "../platform/report.ts";
import type { StoreSet } from "../stores/storeSet.ts";
import type { TraceBrief } from "../stores/traceStore.ts";

const LIMIT = 50;

interface TraceItem extends vscode.QuickPickItem {
  readonly request?: OpenTraceRequest;
  readonly startUnixMs?: number;
}

/** Settles with the trace chosen. */
export async function searchTraces(
  stores: () => Promise<StoreSet>,
): Promise<OpenTraceRequest | undefined> {
  const pick = vscode.window.createQuickPick<TraceItem>();
  pick.title = vscode.l10n.t("Search Traces");
  pick.placeholder = vscode.l10n.t("Function, queue or service; newest first");
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  const latest = new Latest();
  const search = async (text: string): Promise<void> => {
    pick.busy = true;
    const items = await latest.run(async signal => listTraces(await stores(), text, signal));
    if (items === undefined) return;
    pick.items = items;
    pick.busy = false;
  };
  try {
    return await new Promise<OpenTraceRequest | undefined>((resolve, reject) => {
      let typing: NodeJS.Timeout | undefined;
      pick.onDidChangeValue(text => {
        clearTimeout(typing);
        typing = setTimeout(() => void search(text).catch(reject), 200);
      });
      pick.onDidAccept(() => resolve(pick.selectedItems[0]?.request));
      pick.onDidHide(() => {
        clearTimeout(typing);
        resolve(undefined);
      });
      pick.show();
      search("").catch(reject);
    });
  } finally {
    latest.dispose();
    pick.dispose();
  }
}

async function listTraces(set: StoreSet, text: string, signal: AbortSignal): Promise<TraceItem[]> {
  const query = { limit: LIMIT, ...(text.trim() !== "" && { text: text.trim() }) };
  const pages = await Promise.all(
    set.stores.map(async (store): Promise<readonly TraceItem[]> => {
      try {
        const page = await store.searchTraces(query, signal);
        return page.traces.map(trace => createItem(trace, store.name));
      } catch (error) {
        const failure = getFailure(error);
        if (failure === undefined) throw error;
        const label = `$(warning) ${createReport(failure).text}`;
        return [{ label, alwaysShow: true, startUnixMs: Number.POSITIVE_INFINITY }];
      }
    }),
  );
  const items = pages.flat().sort((a, b) => (b.startUnixMs ?? 0) - (a.startUnixMs ?? 0));
  return items.length > 0
    ? items
    : [
        {
          label: vscode.l10n.t("No traces yet. Add a store, or open the sample trace."),
          alwaysShow: true,
        },
      ];
}

function createItem(trace: TraceBrief, store: string): TraceItem {
  const { root } = trace;
  const icon =
    trace.errorCount > 0
      ? "$(error)"
      : root.status === SpanStatus.ok
        ? "$(pass)"
        : "$(circle-outline)";
  const duration =
    trace.durationMs === undefined
      ? vscode.l10n.t("running")
      : formatDuration(trace.durationMs * NS_PER_MS);
  return {
    label: `${icon} ${root.name}`,
    description: [
      root.queue ?? root.service,
      duration,
      trace.spanCount === 1 ? vscode.l10n.t("1 span") : vscode.l10n.t("{0} spans", trace.spanCount),
    ]
      .filter(Boolean)
      .join(" · "),
    detail: `${new Date(trace.startUnixMs).toLocaleString()} · ${store} · ${trace.traceId}`,
    request: { id: trace.traceId },
    startUnixMs: trace.startUnixMs,
  };
}
