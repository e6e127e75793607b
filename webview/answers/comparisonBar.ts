/** `<traceside-comparison>`: what the trace is compared with, what has changed in a line, and the way to the table. */

import { css, html, nothing, type TemplateResult } from "lit";
import { shortId } from "../../src/model/ids.ts";
import { NS_PER_MS, formatDuration } from "../../src/model/units.ts";
import { renderIconButton } from "../kit/iconButton.ts";
import { icons } from "../kit/icons.ts";
import { baseStyles } from "../kit/styles.ts";
import { PanelElement } from "../panel/panelElement.ts";
import type { ShownComparison } from "../panel/state.ts";
import { changeOrder, countChange } from "../words/changeText.ts";
import { formatCount, formatStart } from "../words/localText.ts";
import { t } from "../words/words.ts";

export class ComparisonBar extends PanelElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: flex;
        flex: none;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 var(--space-5);
        padding: var(--space-2) var(--space-5);
        border-bottom: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
      }
      .changes {
        font-weight: 600;
      }
      .end {
        display: inline-flex;
        align-items: center;
        gap: var(--space-4);
        margin-inline-start: auto;
      }
    `,
  ];

  constructor() {
    super(({ comparison, trace, timelineView }) => [comparison, trace, timelineView]);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { state } = this;
    const comparison = state.comparison.value;
    const isWanted = state.trace.value?.summary.comparison !== undefined;
    this.hidden = !isWanted;
    if (!isWanted) return nothing;
    if (comparison === undefined) {
      return html`<span class="muted" role="status">${t("Comparing…")}</span>`;
    }
    const changes = listChanges(comparison);
    return html`<span>${describeRuns(comparison)}</span>
      <span class="changes" role="status"
        >${changes.length === 0 ? t("Nothing worth a look has changed") : changes.join(" · ")}</span
      >
      <span class="end">
        ${
          state.timelineView.value === "table"
            ? nothing
            : html`<button
                class="link"
                @click=${() => {
                  state.timelineView.set("table");
                  state.pane.set("timeline");
                }}
              >
                ${t("Show in the table")}
              </button>`
        }
        ${renderIconButton(icons.close, t("Stop comparing"), () => {
          this.host.remote.stopComparing().catch(this.host.report);
        })}
      </span>`;
  }
}

function describeRuns({ summary, result }: ShownComparison): string {
  const { beforeNs, afterNs } = result;
  const [first] = summary.runs;
  const change = formatDuration(Math.abs(afterNs - beforeNs));
  const isLonger = afterNs >= beforeNs;
  // Below a microsecond there is no difference to speak of.
  const isSame = Math.abs(afterNs - beforeNs) < NS_PER_MS / 1_000;
  const length = isSame
    ? t("{0}, as before", formatDuration(afterNs))
    : isLonger
      ? t("{0}, longer by {1}", formatDuration(afterNs), change)
      : t("{0}, shorter by {1}", formatDuration(afterNs), change);
  return summary.runs.length > 1
    ? t("Against the median of {0} earlier runs: {1}", formatCount(summary.runs.length), length)
    : t(
        "Against the run of {0}: {1}",
        first === undefined
          ? "–"
          : (formatStart(first.startUnixMs, Date.now()) ?? shortId(first.traceId)),
        length,
      );
}

/** Lists what has changed; what is implied by a path above is no news of its own. */
function listChanges({ result }: ShownComparison): readonly string[] {
  return changeOrder.flatMap(change => {
    const count = result.rows.filter(row => row.change === change && !row.isImplied).length;
    return count === 0 ? [] : [countChange(change, count)];
  });
}

customElements.define("traceside-comparison", ComparisonBar);
