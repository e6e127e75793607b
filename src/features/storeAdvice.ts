/** Missing indexes: said once for each store, created only when the user agrees. */

import * as vscode from "vscode";
import { askModal, showReport } from "../platform/report.ts";
import { withProgress } from "../platform/progress.ts";
import type { StoreAdvice, StoreHealth, TraceStore } from "../stores/traceStore.ts";

const KEY = "traceside.advisedStores";

/** Settles when the message is gone; `memento` remembers whom it told. */
export async function adviseIndexes(
  store: TraceStore,
  health: StoreHealth,
  memento: vscode.Memento,
): Promise<void> {
  const { t } = vscode.l10n;
  const told = memento.get<readonly string[]>(KEY, []);
  if (health.advice.length === 0 || told.includes(store.name)) return;
  await memento.update(KEY, [...told, store.name]);
  const fields = [...new Set(health.advice.map(advice => Object.keys(advice.key).join(" + ")))];
  await showReport(
    {
      text: t(
        "{0} has no index on {1}; large collections will be slow.",
        store.name,
        fields.join(", "),
      ),
      lines: [],
      actions: [{ title: t("Create Indexes…"), run: () => createIndexes(store, health.advice) }],
    },
    "info",
  );
}

async function createIndexes(store: TraceStore, advice: readonly StoreAdvice[]): Promise<void> {
  const { t } = vscode.l10n;
  const create = t("Create");
  const lines = advice.map(each => `${JSON.stringify(each.key)}: ${each.collections.join(", ")}`);
  const answer = await askModal(t("Create these indexes in {0}?", store.name), lines.join("\n"), [
    create,
  ]);
  if (answer !== create) return;
  await withProgress(t("Creating indexes in {0}…", store.name), async signal => {
    for (const each of advice) await store.createIndexes?.(each, signal);
  });
}
