/** A connection test has failed: what the user wants to do about it, the likeliest first. Changes nothing. */

import * as vscode from "vscode";
import type { Failure } from "../../model/failure.ts";
import { productNames } from "../../model/failureWords.ts";
import { hasServer, type StoreConfig } from "../../model/storeConfig.ts";
import { createReport } from "../../platform/report.ts";

export type Recovery =
  | { readonly kind: "credentials" | "address" | "keep" }
  /** Try again with these settings. */
  | { readonly kind: "change"; readonly config: StoreConfig };

interface Choice extends vscode.QuickPickItem {
  choose(): Promise<Recovery>;
}

/** `undefined`: nothing more is to be done. */
export async function askForRecovery(
  config: StoreConfig,
  failure: Failure | undefined,
): Promise<Recovery | undefined> {
  const { t } = vscode.l10n;
  const text = failure === undefined ? t("The test was cancelled.") : createReport(failure).text;
  const chosen = await vscode.window.showQuickPick(listChoices(config, failure), {
    title: text,
    placeHolder: t("What now?"),
    ignoreFocusOut: true,
  });
  return chosen?.choose();
}

function listChoices(config: StoreConfig, failure: Failure | undefined): readonly Choice[] {
  const { t } = vscode.l10n;
  const settle = (label: string, kind: "credentials" | "address" | "keep"): Choice => ({
    label,
    choose: () => Promise.resolve({ kind }),
  });
  const keep = settle(t("Add Anyway"), "keep");
  if (!hasServer(config)) return [keep];
  const credentials = settle(t("Set Credentials…"), "credentials");
  const address = settle(t("Change Address…"), "address");
  const isRefused = failure?.code === "storeUnauthorized";
  return [
    ...listRepairs(config, failure),
    ...(isRefused ? [credentials, ...listTenant(config), address] : [address, credentials]),
    keep,
  ];
}

/** Lists the repairs that the failure itself suggests. */
function listRepairs(config: StoreConfig, failure: Failure | undefined): readonly Choice[] {
  const { t } = vscode.l10n;
  if (config.kind === "mongodb" || config.kind === "file") return [];
  if (failure?.code === "wrongProduct") {
    const { found, foundUrl } = failure;
    const changed: StoreConfig = { ...config, kind: found, url: foundUrl };
    return [
      {
        label: t("Use It as {0}", productNames[found]),
        detail: foundUrl,
        choose: () => Promise.resolve({ kind: "change", config: changed }),
      },
    ];
  }
  if (failure?.code === "storeUnreachable" && failure.reason.includes("certificate")) {
    return [
      {
        label: t("Trust a Certificate…"),
        detail: t("The file (PEM) of the authority that signed it"),
        choose: async () => {
          const [file] =
            (await vscode.window.showOpenDialog({ title: t("Trust a Certificate…") })) ?? [];
          const caFile = file?.fsPath ?? config.caFile;
          return { kind: "change", config: { ...config, ...(caFile && { caFile }) } };
        },
      },
    ];
  }
  return [];
}

/** Servers that keep several tenants refuse whoever names none. */
function listTenant(config: StoreConfig): readonly Choice[] {
  if (config.kind !== "tempo" && config.kind !== "jaeger") return [];
  const { t } = vscode.l10n;
  return [
    {
      label: t("Set Tenant…"),
      choose: async () => {
        const tenant = await vscode.window.showInputBox({
          title: t("Tenant of {0}", config.name),
          value: config.tenant ?? "",
          ignoreFocusOut: true,
        });
        const named = tenant?.trim() ?? "";
        return { kind: "change", config: { ...config, ...(named !== "" && { tenant: named }) } };
      },
    },
  ];
}
