/** Of the collector's state, what someone who waits for a first trace must know. */

import * as vscode from "vscode";
import { defaultPorts, type CollectorState } from "../../collector/collectorState.ts";
import { describeReceiver, receiverLabels } from "../../collector/receiverWords.ts";
import type { CollectorSummary, ListedReceiver } from "../../protocol/tracesView.ts";

export function summarizeCollector({ phase, receivers }: CollectorState): CollectorSummary {
  const http = receivers.find(receiver => receiver.name === "otlpHttp");
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
    httpPort: http === undefined || http.port === 0 ? defaultPorts.otlpHttp : http.port,
  };
}
