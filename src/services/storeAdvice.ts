/** Missing indexes: said once for each store, created only when the user agrees. */

import * as vscode from "vscode";
import { neverAborted } from "../base/neverAborted.ts";
import { getFailure } from "../model/failure.ts";
import { askModal, showReport } from "../platform/report.ts";
import { withProgress } from "../platform/progress.ts";
import type { StoreConfig } from "../model/storeConfig.ts";
import type { StoreAdvice, StoreHealth, TraceStore } from "../model/traceStore.ts";

const KEY = "traceside.advisedStores";

export interface AdviceServices {
  /** Remembers whom it told. */
  readonly memento: vscode.Memento;
  readonly openOne: (config: StoreConfig) => Promise<TraceStore>;
}

/** For a store that stands in the settings and was tested by no wizard. One that does not answer is passed over here. */
export async function adviseOnUse(
  config: StoreConfig,
  store: TraceStore,
  services: AdviceServices,
): Promise<void> {
  if (listAdvised(services).includes(config.name)) return;
  let health: StoreHealth;
  try {
    health = await store.checkHealth(neverAborted());
  } catch (error) {
    // Whoever asks it something is told why it cannot answer.
    if (getFailure(error) !== undefined) return;
    throw error;
  }
  await adviseIndexes(config, health, services);
}

/** Settles when the message is gone. */
export async function adviseIndexes(
  config: StoreConfig,
  health: StoreHealth,
  services: AdviceServices,
): Promise<void> {
  const { t } = vscode.l10n;
  const { memento, openOne } = services;
  const advised = listAdvised(services);
  if (health.advice.length === 0 || advised.includes(config.name)) return;
  await memento.update(KEY, [...advised, config.name]);
  const fields = [...new Set(health.advice.map(advice => Object.keys(advice.key).join(" + ")))];
  await showReport(
    {
      text: t(
        "{0} has no index on {1}; large collections will be slow.",
        config.name,
        fields.join(", "),
      ),
      lines: [],
      actions: [
        { title: t("Create Indexes…"), run: () => createIndexes(config, health.advice, openOne) },
      ],
    },
    "info",
  );
}

function listAdvised({ memento }: AdviceServices): readonly string[] {
  return memento.get<readonly string[]>(KEY, []);
}

/** Asks before it does. */
export async function createIndexes(
  config: StoreConfig,
  advice: readonly StoreAdvice[],
  openOne: AdviceServices["openOne"],
): Promise<void> {
  const { t } = vscode.l10n;
  const create = t("Create");
  const lines = advice.map(each => `${JSON.stringify(each.key)}: ${each.collections.join(", ")}`);
  const question = t("Create these indexes in {0}?", config.name);
  if ((await askModal(question, lines.join("\n"), [create])) !== create) return;
  const store = await openOne(config);
  try {
    await withProgress(t("Creating indexes in {0}…", config.name), async signal => {
      for (const each of advice) await store.createIndexes?.(each, signal);
    });
  } finally {
    store.dispose();
  }
}
