/** The rows of collector and stores: what is well, what is not, and since when it is known. */

import * as vscode from "vscode";
import { assertNever } from "../../base/assert.ts";
import {
  type CollectorState,
  type CollectorTraffic,
  type ExposedState,
  type LastOfReceiver,
  type ReceiverState,
} from "../../collector/collectorState.ts";
import { describeReceiver, receiverLabels } from "../../collector/receiverWords.ts";
import { describeFailure } from "../../model/failureWords.ts";
import { settings } from "../../manifest.ts";
import type { Failure } from "../../model/failure.ts";
import { countTraces, describeFact, describeHoldings } from "../../model/storeFact.ts";
import type { LocalFacts } from "../../stores/local/localApi.ts";
import type { StoreHealth, TraceStore } from "../../model/traceStore.ts";
import type { StoreNode } from "./storeNode.ts";

/** The answer of a store when it was asked how it is. */
export type Checked =
  | { readonly kind: "asking" }
  | { readonly kind: "well"; readonly health: StoreHealth; readonly tookMs: number }
  | { readonly kind: "failed"; readonly failure: Failure };

export const COLLECTOR_ID = "collector";
export const SWITCH_ID = "switch";

const GOOD = { icon: "pass-filled", color: "testing.iconPassed" };
const BAD = { icon: "error", color: "list.errorForeground" };
const WARN = { icon: "warning", color: "list.warningForeground" };

export function createCollectorNode({ phase, traffic, storeTrouble }: CollectorState): StoreNode {
  const { t } = vscode.l10n;
  const node = { id: COLLECTOR_ID, label: t("Collector"), fold: "open" } as const;
  switch (phase.kind) {
    case "stopped":
      return { ...node, description: t("off"), icon: "circle-slash", context: "collectorOff" };
    case "starting":
      return { ...node, description: t("starting…"), icon: "loading~spin", context: "collectorOn" };
    case "failed":
      return {
        ...node,
        description: t("could not start"),
        tooltip: phase.reason,
        ...BAD,
        context: "collectorOff",
      };
    case "elsewhere":
      return {
        ...node,
        description: t("in another window"),
        tooltip: t("Another window listens. What it receives appears here too."),
        ...GOOD,
        context: "collectorOn",
      };
    case "receiving":
      return {
        ...node,
        description:
          traffic.spansPerSecond > 0 ? describeRate(traffic.spansPerSecond) : t("listening"),
        ...(storeTrouble === undefined ? GOOD : { ...BAD, tooltip: storeTrouble }),
        context: "collectorOn",
      };
    default:
      return assertNever(phase);
  }
}

export function listCollectorNodes(
  { phase, receivers, traffic, storeTrouble }: CollectorState,
  sendsTelemetryHere: boolean,
): readonly StoreNode[] {
  const { t } = vscode.l10n;
  const isOn = phase.kind === "receiving" || phase.kind === "elsewhere";
  return [
    ...(phase.kind === "failed"
      ? [{ id: "collector.reason", label: phase.reason, tooltip: phase.reason, ...BAD }]
      : []),
    ...(storeTrouble === undefined
      ? []
      : [{ id: "collector.trouble", label: storeTrouble, tooltip: storeTrouble, ...BAD }]),
    {
      id: SWITCH_ID,
      label: t("Trace terminals"),
      description: t("and debugging"),
      tooltip: t(
        "New terminals and debug sessions get the variables that make OpenTelemetry send to this machine's collector. What you have set yourself stays. Some coding agents that are started there, such as Copilot CLI, then send their own runs too. The setting {0} leaves them out.",
        settings.leaveOutAgents,
      ),
      isChecked: sendsTelemetryHere,
    },
    ...(isOn ? listReceiverNodes(receivers) : []),
    ...(phase.kind === "receiving" ? listTrafficNodes(traffic) : []),
  ];
}

/** Whatever listens is one row to unfold, so that the stores stay in sight; what does not has a row of its own. */
function listReceiverNodes(receivers: readonly ReceiverState[]): readonly StoreNode[] {
  const listening = receivers.filter(({ status }) => status.kind === "listening");
  const nodes = receivers.flatMap(receiver => [
    { status: receiver.status, node: toReceiverNode(receiver) },
    ...(receiver.exposed ?? []).map(exposed => ({
      status: exposed.status,
      node: toExposedNode(receiver, exposed),
    })),
  ]);
  const others = nodes.filter(({ status }) => status.kind !== "listening" && status.kind !== "off");
  const ports: StoreNode = {
    id: "collector.ports",
    label: vscode.l10n.t("Ports"),
    description: listening.map(({ port }) => port).join(", "),
    icon: "plug",
    fold: "closed",
    children: nodes.filter(({ status }) => status.kind === "listening").map(({ node }) => node),
  };
  return [...(listening.length === 0 ? [] : [ports]), ...others.map(({ node }) => node)];
}

/** Beyond loopback, on one interface. */
function toExposedNode({ name, port }: ReceiverState, exposed: ExposedState): StoreNode {
  const words = describeReceiver(exposed.status, vscode.l10n.t);
  const isListening = exposed.status.kind === "listening";
  return {
    id: `receiver.${name}.${exposed.interface}`,
    label: receiverLabels[name],
    description: `${port} · ${exposed.interface}${isListening ? "" : ` · ${words}`}`,
    tooltip: [
      `${receiverLabels[name]}, ${exposed.interface}:${port}`,
      words,
      vscode.l10n.t("Beyond loopback: every sender must show the token."),
    ].join("\n"),
    ...(isListening ? { icon: "broadcast" } : WARN),
  };
}

function toReceiverNode({ name, port, status }: ReceiverState): StoreNode {
  const words = describeReceiver(status, vscode.l10n.t);
  return {
    id: `receiver.${name}`,
    label: receiverLabels[name],
    description: status.kind === "listening" ? `${port}` : `${port} · ${words}`,
    tooltip: `${receiverLabels[name]}\n127.0.0.1:${port}, [::1]:${port}\n${words}`,
    ...(status.kind === "listening" ? { icon: "plug" } : WARN),
  };
}

function listTrafficNodes(traffic: CollectorTraffic): readonly StoreNode[] {
  const { t } = vscode.l10n;
  const { spans, logs, rejected, lastRejection, noted, lastNote } = traffic;
  return [
    {
      id: "traffic",
      label: t("Received"),
      description: [
        spans === 1 ? t("1 span") : t("{0} spans", spans.toLocaleString()),
        ...(logs > 0 ? [logs === 1 ? t("1 log") : t("{0} logs", logs.toLocaleString())] : []),
      ].join(" · "),
      icon: "inbox",
    },
    ...listReasonNodes(rejected, lastRejection, { id: "rejected", label: t("Rejected"), ...WARN }),
    ...listReasonNodes(noted, lastNote, { id: "noted", label: t("Notes"), icon: "note" }),
  ];
}

/** Nothing where nothing was counted. */
function listReasonNodes(
  count: number,
  last: LastOfReceiver | undefined,
  node: StoreNode,
): readonly StoreNode[] {
  if (last === undefined) return [];
  const { receiver, reason } = last;
  const tooltip = vscode.l10n.t("The last one, by {0}: {1}", receiverLabels[receiver], reason);
  return [{ ...node, tooltip, description: `${count.toLocaleString()} · ${reason}` }];
}

export function createLocalNode(
  store: TraceStore,
  facts: LocalFacts | undefined,
  failure: Failure | undefined,
): StoreNode {
  const { t } = vscode.l10n;
  return {
    id: "local",
    label: t("Embedded store"),
    description:
      facts === undefined
        ? ""
        : `${countTraces(facts.traceCount, t)} · ${formatBytes(facts.bytes)}`,
    icon: "database",
    ...(failure !== undefined && { ...BAD, description: describeFailure(failure, t) }),
    context: "localStore",
    store: store.name,
    fold: "closed",
  };
}

export function listLocalNodes(facts: LocalFacts, capBytes: number): readonly StoreNode[] {
  const { t } = vscode.l10n;
  return [
    {
      id: "local.counts",
      label: t("Holds"),
      description: describeHoldings(facts.traceCount, facts.spanCount, t),
      icon: "list-tree",
    },
    {
      id: "local.size",
      label: t("Size"),
      description: t("{0} of {1}", formatBytes(facts.bytes), formatBytes(capBytes)),
      tooltip: t("At this size the oldest traces that are not pinned go."),
      icon: "dashboard",
    },
    {
      id: "local.file",
      label: t("File"),
      description: facts.file,
      tooltip: facts.file,
      icon: "file",
    },
    ...facts.notes.map((note, index) => ({
      id: `local.note${index}`,
      label: note,
      tooltip: note,
      ...WARN,
    })),
  ];
}

export function createStoreNode(store: TraceStore, checked: Checked | undefined): StoreNode {
  const { t } = vscode.l10n;
  const node = {
    id: `store.${store.name}`,
    label: store.name,
    context: "remoteStore",
    store: store.name,
    fold: "closed",
  } as const;
  switch (checked?.kind) {
    case undefined:
      return {
        ...node,
        description: store.kind,
        tooltip: t("Unfold it to ask how it is."),
        icon: "database",
      };
    case "asking":
      return { ...node, description: t("asking…"), icon: "loading~spin" };
    case "well":
      return {
        ...node,
        description: t("{0} · {1} ms", store.kind, Math.round(checked.tookMs)),
        ...(checked.health.advice.length > 0 ? WARN : GOOD),
      };
    case "failed": {
      const text = describeFailure(checked.failure, t);
      return { ...node, description: text, tooltip: text, ...BAD };
    }
    default:
      return assertNever(checked);
  }
}

export function listStoreNodes(store: TraceStore, checked: Checked): readonly StoreNode[] {
  const { t } = vscode.l10n;
  const id = `store.${store.name}`;
  switch (checked.kind) {
    case "asking":
      return [];
    case "failed": {
      const text = describeFailure(checked.failure, t);
      return [{ id: `${id}.failure`, label: text, tooltip: text, ...BAD, store: store.name }];
    }
    case "well":
      return [
        ...checked.health.facts.map((fact, index) => {
          const text = describeFact(fact, t);
          return { id: `${id}.fact${index}`, label: text, tooltip: text, icon: "info" };
        }),
        ...checked.health.advice.map((advice, index) => {
          const fields = Object.keys(advice.key).join(" + ");
          const label = t("No index on {0}", fields);
          return {
            id: `${id}.advice${index}`,
            label,
            description: advice.collections.join(", "),
            tooltip: t("Large collections will be slow. Click to create the index."),
            ...WARN,
            store: store.name,
            advice,
          };
        }),
      ];
    default:
      return assertNever(checked);
  }
}

function describeRate(spansPerSecond: number): string {
  const rate = spansPerSecond < 10 ? spansPerSecond.toFixed(1) : Math.round(spansPerSecond);
  return vscode.l10n.t("{0} spans/s", rate.toLocaleString());
}

function formatBytes(bytes: number): string {
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
