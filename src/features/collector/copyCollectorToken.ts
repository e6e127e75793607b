/** Copy Token for Senders Beyond Loopback: for the header of a sender's own settings. */

import * as vscode from "vscode";
import { TOKEN_HEADER } from "../../collector/exposure.ts";
import { settings } from "../../manifest.ts";
import { getListenOn } from "../../platform/settings.ts";
import { showReport } from "../../platform/report.ts";
import type { StoredToken } from "../../platform/storedToken.ts";

export async function copyCollectorToken(token: StoredToken): Promise<void> {
  const { t } = vscode.l10n;
  if (getListenOn().length === 0) {
    const choose = {
      title: t("Choose Interfaces"),
      run: () => vscode.commands.executeCommand("workbench.action.openSettings", settings.listenOn),
    };
    const text = t("The collector listens on loopback alone, where no token is needed.");
    await showReport({ text, lines: [], actions: [choose] }, "info");
    return;
  }
  await vscode.env.clipboard.writeText(await token.get());
  const text = t("Copied. A sender shows it as the header {0}.", TOKEN_HEADER);
  await showReport({ text, lines: [], actions: [] }, "info");
}
