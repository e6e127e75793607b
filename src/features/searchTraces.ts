/** Search Traces: the newest traces of all stores in a quick pick, each store's as it answers, narrowed as one types. */

import * as vscode from "vscode";
import type { Disposable } from "../base/disposables.ts";
import { Latest } from "../base/latest.ts";
import { getFailure } from "../model/failure.ts";
import { commands, type OpenTraceRequest } from "../manifest.ts";
import { registerCommands, runCommand } from "../platform/commands.ts";
import type { Log } from "../platform/log.ts";
import { createReport } from "../platform/report.ts";
import { createTraceItem } from "../services/traceItem.ts";
import type { StoreSet } from "../stores/storeSet.ts";
import type { TraceBrief } from "../model/traceStore.ts";

const LIMIT = 50;

interface SearchItem extends vscode.QuickPickItem {
  readonly request?: OpenTraceRequest;
  readonly startUnixMs?: number;
}

export interface SearchServices {
  readonly log: Log;
  readonly stores: () => Promise<StoreSet>;
}

export function registerSearchTraces({ log, stores }: SearchServices): Disposable {
  return registerCommands(log, {
    [commands.searchTraces]: async text => {
      const chosen = await searchTraces(stores, text);
      return chosen && runCommand(commands.openTrace, chosen);
    },
  });
}

/** Settles with the trace chosen. `text` is what is sought before anyone types. */
async function searchTraces(
  stores: () => Promise<StoreSet>,
  text = "",
): Promise<OpenTraceRequest | undefined> {
  const pick = vscode.window.createQuickPick<SearchItem>();
  pick.title = vscode.l10n.t("Search Traces");
  pick.placeholder = vscode.l10n.t("Function, queue or service; newest first");
  pick.value = text;
  const latest = new Latest();
  const search = async (sought: string): Promise<void> => {
    pick.busy = true;
    let shown: readonly SearchItem[] = [];
    const show = (items: readonly SearchItem[]): void => {
      // A slower store must not take the user's place in what the faster ones gave.
      const active = pick.activeItems.find(item => shown.includes(item));
      shown = items;
      pick.items = items;
      if (active !== undefined) pick.activeItems = [active];
    };
    const items = await latest.run(async signal =>
      listTraces(await stores(), sought, signal, show),
    );
    if (items === undefined) return;
    show(items);
    pick.busy = false;
  };
  try {
    return await new Promise<OpenTraceRequest | undefined>((resolve, reject) => {
      let typing: NodeJS.Timeout | undefined;
      pick.onDidChangeValue(sought => {
        clearTimeout(typing);
        typing = setTimeout(() => void search(sought).catch(reject), 200);
      });
      pick.onDidAccept(() => resolve(pick.selectedItems[0]?.request));
      pick.onDidHide(() => {
        clearTimeout(typing);
        resolve(undefined);
      });
      pick.show();
      search(text).catch(reject);
    });
  } finally {
    latest.dispose();
    pick.dispose();
  }
}

/** `onPart`: what is known so far, whenever a store has something. */
async function listTraces(
  set: StoreSet,
  text: string,
  signal: AbortSignal,
  onPart: (items: readonly SearchItem[]) => void,
): Promise<readonly SearchItem[]> {
  const sought = text.trim();
  const query = { limit: LIMIT, ...(sought !== "" && { text: sought }) };
  let items: readonly SearchItem[] = [];
  const add = (more: readonly SearchItem[]): void => {
    if (more.length === 0 || signal.aborted) return;
    items = [...items, ...more].sort((a, b) => (b.startUnixMs ?? 0) - (a.startUnixMs ?? 0));
    onPart(items);
  };
  await Promise.all(
    set.stores.map(async store => {
      try {
        const page = await store.searchTraces(query, signal);
        add(page.traces.map(trace => createItem(trace, store.name)));
      } catch (error) {
        const failure = getFailure(error);
        if (failure === undefined) throw error;
        const label = `$(warning) ${createReport(failure).text}`;
        add([{ label, alwaysShow: true, startUnixMs: Number.POSITIVE_INFINITY }]);
      }
    }),
  );
  if (items.length > 0) return items;
  const label =
    sought === ""
      ? vscode.l10n.t("No traces yet. Add a store, or open the sample trace.")
      : vscode.l10n.t("“{0}” was not found in any store.", sought);
  return [{ label, alwaysShow: true }];
}

function createItem(trace: TraceBrief, store: string): SearchItem {
  return {
    ...createTraceItem(trace, store),
    request: { traceId: trace.traceId },
    // The stores have compared it with the text, and with more of the trace than is written here.
    alwaysShow: true,
    startUnixMs: trace.startUnixMs,
  };
}
