/**
 * `<traceside-span-filter>`: what graph and timeline are filtered by, always in sight and each taken away by a click, and
 * the way to filter by more. Sets the state's filter; knows no other view.
 */

import { css, html, nothing, type TemplateResult } from "lit";
import { countPassing, isEmptyFilter, type SpanFilter } from "../../src/analysis/spanFilter.ts";
import { parseDurationMs } from "../../src/analysis/traceFilter.ts";
import { SpanKind } from "../../src/model/span.ts";
import { formatDuration, NS_PER_MS } from "../../src/model/units.ts";
import { renderIconButton } from "../kit/iconButton.ts";
import { icons } from "../kit/icons.ts";
import { baseStyles, inputStyles } from "../kit/styles.ts";
import { formatCount } from "../words/localText.ts";
import { describeKind, getSpanFacts } from "../words/spanFacts.ts";
import { t } from "../words/words.ts";
import { PanelElement } from "./panelElement.ts";
import type { LoadedTrace } from "./state.ts";

const KINDS = [
  SpanKind.server,
  SpanKind.client,
  SpanKind.producer,
  SpanKind.consumer,
  SpanKind.internal,
] as const;

export class FilterBar extends PanelElement {
  static override styles = [
    baseStyles,
    inputStyles,
    css`
      :host {
        display: flex;
        flex: none;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-4);
        padding: var(--space-2) var(--space-5);
        border-bottom: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
      }
      .pill {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
        max-width: 280px;
        height: 22px;
        padding: 0 var(--space-2) 0 var(--space-4);
        border: 1px solid transparent;
        border-radius: var(--radius-round);
        background: var(--vscode-badge-background);
        color: var(--vscode-badge-foreground);
      }
      .pill svg {
        width: 12px;
        height: 12px;
      }
      .pill[aria-pressed] {
        padding-right: var(--space-4);
      }
      .pill[aria-pressed="false"] {
        border-color: var(--vscode-input-border, var(--vscode-panel-border));
        background: none;
        color: inherit;
      }
      input {
        width: 72px;
      }
      input[aria-invalid="true"] {
        border-color: var(--vscode-inputValidation-errorBorder);
      }
      .end {
        display: inline-flex;
        align-items: center;
        gap: var(--space-4);
        margin-inline-start: auto;
      }
    `,
  ];
  static override properties = { isUnread: { state: true } };
  /** The text that was typed is no duration. */
  declare isUnread: boolean;

  constructor() {
    super(({ trace, filter, passing, matches, isFilterOpen, analysis }) => [
      ...[trace, filter, passing, matches, isFilterOpen, analysis],
    ]);
    this.isUnread = false;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { state } = this;
    const trace = state.trace.value;
    const filter = state.filter.value;
    const isEmpty = isEmptyFilter(filter);
    this.hidden = trace === undefined || (isEmpty && !state.isFilterOpen.value);
    if (trace === undefined || this.hidden) return nothing;
    const matches = state.matches.value;
    return html`${this.#renderNamed(trace, filter)} ${this.#renderToggle("isFailed", t("Errors"))}
      ${this.#renderToggle("isCritical", t("Critical path"), state.getAnalysis() === undefined)}
      ${this.#renderToggle("isMatch", t("Matches only"), matches === undefined)}
      <select
        aria-label=${t("Kind")}
        @change=${(event: Event) => {
          const { value } = event.target as HTMLSelectElement;
          state.filterBy({ kind: value === "" ? undefined : (Number(value) as SpanKind) });
        }}
      >
        <option value="" ?selected=${filter.kind === undefined}>${t("Any kind")}</option>
        ${KINDS.map(
          kind =>
            html`<option value=${kind} ?selected=${filter.kind === kind}>
              ${describeKind(kind)}
            </option>`,
        )}
      </select>
      <label
        >${t("Longer than")}
        <input
          type="text"
          placeholder="100ms"
          spellcheck="false"
          aria-invalid=${this.isUnread ? "true" : "false"}
          .value=${filter.leastNs === undefined ? "" : formatDuration(filter.leastNs)}
          @change=${this.#onDuration}
      /></label>
      <span class="end">
        ${
          isEmpty
            ? nothing
            : html`<span class="muted" role="status"
                  >${t(
                    "{0} of {1} spans",
                    formatCount(countPassing(state.passing.value ?? new Uint8Array())),
                    formatCount(trace.columns.count),
                  )}</span
                >
                <button class="link" @click=${() => state.filter.set({})}>
                  ${t("Clear filter")}
                </button>`
        }
        ${renderIconButton(icons.close, t("Close"), this.#close)}
      </span>`;
  }

  /** Draws the conditions that were chosen at a span. */
  #renderNamed(
    trace: LoadedTrace,
    { group, operation, under, chosen }: SpanFilter,
  ): TemplateResult[] {
    const { state } = this;
    const pills: [string, () => void][] = [];
    if (group !== undefined) pills.push([group, () => state.filterBy({ group: undefined })]);
    if (chosen !== undefined) {
      pills.push([chosen.title, () => state.filterBy({ chosen: undefined })]);
    }
    if (operation !== undefined) {
      pills.push([operation, () => state.filterBy({ operation: undefined })]);
    }
    if (under !== undefined) {
      const { name } = getSpanFacts(trace, under);
      pills.push([t("Below {0}", name), () => state.filterBy({ under: undefined })]);
    }
    return pills.map(
      ([text, remove]) =>
        html`<button
          class="pill"
          title=${t("Stop filtering by {0}", text)}
          aria-label=${t("Stop filtering by {0}", text)}
          @click=${remove}
        >
          <span class="cut">${text}</span>${icons.close}
        </button>`,
    );
  }

  #renderToggle(
    key: "isFailed" | "isMatch" | "isCritical",
    text: string,
    isDisabled = false,
  ): TemplateResult {
    const isOn = this.state.filter.value[key] === true;
    return html`<button
      class="pill toggle"
      aria-pressed=${isOn ? "true" : "false"}
      ?disabled=${isDisabled && !isOn}
      @click=${() => this.state.toggleFilter(key, true)}
    >
      ${text}
    </button>`;
  }

  readonly #onDuration = (event: Event): void => {
    const text = (event.target as HTMLInputElement).value.trim();
    const ms = text === "" ? undefined : parseDurationMs(text.replaceAll(" ", ""));
    this.isUnread = text !== "" && ms === undefined;
    if (!this.isUnread) this.state.filterBy({ leastNs: ms && ms * NS_PER_MS });
  };

  readonly #close = (): void => {
    this.state.isFilterOpen.set(false);
    this.state.filter.set({});
  };
}

customElements.define("traceside-span-filter", FilterBar);
