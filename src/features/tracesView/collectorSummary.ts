/** Sums up the collector's state for someone who waits for a first trace. */

import * as vscode from "vscode";
import { defaultPorts, type CollectorState } from "../../collector/collectorState.ts";
import { describeReceiver, receiverLabels } from "../../collector/receiverWords.ts";
import { settings } from "../../manifest.ts";
import { getSetting } from "../../platform/settings.ts";
import type { CollectorSummary, ListedReceiver } from "../../protocol/tracesView.ts";

export function summarizeCollector({ phase, receivers }: CollectorState): CollectorSummary {
  return {
    phase: phase.kind,
    ...(phase.kind === "failed" && { reason: phase.reason }),
    receivers: receivers.flatMap(({ name, port, status }): ListedReceiver[] => {
      if (status.kind === "off") return [];
      const label = receiverLabels[name];
      if (status.kind === "listening") return [{ label, port, status: "listening" }];
      const note = describeReceiver(status, vscode.l10n.t);
      return [{ label, port, status: status.kind === "failed" ? "failed" : "taken", note }];
    }),
    httpPort: findHttpPort(receivers),
  };
}

/** The HTTP port; the one that it would take where the collector is off. */
function findHttpPort(receivers: CollectorState["receivers"]): number {
  const open = receivers.find(receiver => receiver.name === "otlpHttp")?.port ?? 0;
  if (open > 0) return open;
  const written = getSetting(settings.ports)["otlpHttp"];
  return typeof written === "number" && written > 0 ? written : defaultPorts.otlpHttp;
}
