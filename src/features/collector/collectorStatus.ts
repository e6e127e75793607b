/** The collector in the status bar: the rate while something comes in, one quiet sign otherwise, and what is wrong. */

import * as vscode from "vscode";
import { assertNever } from "../../base/assert.ts";
import type { Cell } from "../../base/cell.ts";
import { Owner, type Disposable } from "../../base/disposables.ts";
import type { CollectorState } from "../../collector/collectorState.ts";
import { describeReceiver, receiverLabels } from "../../collector/receiverWords.ts";
import { views } from "../../manifest.ts";

/** Left, where what concerns the whole window stands; after the things of the editor itself. */
const PRIORITY = -10;

export class CollectorStatus implements Disposable {
  readonly #owner = new Owner();
  readonly #item: vscode.StatusBarItem;

  constructor(state: Cell<CollectorState>) {
    this.#item = this.#owner.own(
      vscode.window.createStatusBarItem(
        "traceside.collector",
        vscode.StatusBarAlignment.Left,
        PRIORITY,
      ),
    );
    this.#item.name = vscode.l10n.t("Traceside Collector");
    this.#item.command = `${views.stores}.focus`;
    this.#draw(state.value);
    this.#owner.own(state.watch(value => this.#draw(value)));
  }

  #draw(state: CollectorState): void {
    const { phase, receivers, traffic } = state;
    const isTaken = receivers.some(
      ({ status }) => status.kind === "portTaken" || status.kind === "failed",
    );
    const isBad = phase.kind === "failed" || state.storeTrouble !== undefined;
    // Not the tower, which is VS Code's own sign for forwarded ports and stands beside this one.
    const isOff = phase.kind === "stopped" || phase.kind === "starting";
    const icon = isBad
      ? "$(error)"
      : isOff
        ? "$(circle-slash)"
        : isTaken
          ? "$(warning)"
          : "$(pulse)";
    this.#item.text =
      traffic.spansPerSecond > 0
        ? `${icon} ${vscode.l10n.t("{0} spans/s", shorten(traffic.spansPerSecond))}`
        : icon;
    this.#item.tooltip = describe(state);
    // An icon alone says nothing to a screen reader.
    this.#item.accessibilityInformation = { label: describe(state), role: "button" };
    this.#item.show();
  }

  dispose(): void {
    this.#owner.dispose();
  }
}

function describe({ phase, receivers, storeTrouble, traffic }: CollectorState): string {
  const { t } = vscode.l10n;
  const ports = receivers
    .filter(({ status }) => status.kind !== "off")
    .map(({ name, port, status }) => {
      const words = status.kind === "listening" ? "" : ` (${describeReceiver(status, t)})`;
      return `${receiverLabels[name]} ${port}${words}`;
    });
  const { rejected, lastRejection, noted, lastNote } = traffic;
  return [
    describePhase(phase),
    ...(storeTrouble === undefined ? [] : [storeTrouble]),
    ...ports,
    ...(lastRejection === undefined
      ? []
      : [t("{0} rejected, the last: {1}", rejected.toLocaleString(), lastRejection.reason)]),
    ...(lastNote === undefined
      ? []
      : noted === 1
        ? [t("1 note on what is kept: {0}", lastNote.reason)]
        : [t("{0} notes on what is kept, the last: {1}", noted.toLocaleString(), lastNote.reason)]),
  ].join("\n");
}

function describePhase(phase: CollectorState["phase"]): string {
  const { t } = vscode.l10n;
  switch (phase.kind) {
    case "receiving":
      return t("Traceside receives traces.");
    case "elsewhere":
      return t("Another window receives traces; they appear here too.");
    case "failed":
      return t("Traceside cannot receive traces: {0}", phase.reason);
    case "starting":
      return t("Traceside is starting to receive traces.");
    case "stopped":
      return t("Traceside does not receive traces: the collector is off.");
    default:
      return assertNever(phase);
  }
}

/** `870`, `12.3k`: the item must not grow and shrink with each digit. */
function shorten(rate: number): string {
  return rate < 1_000 ? String(rate) : `${(rate / 1_000).toFixed(rate < 99_950 ? 1 : 0)}k`;
}
