/** `<traceside-log-lines>`: the log lines of the selected span that are no events of it; a click opens the line. */

import { css, html, nothing, type TemplateResult } from "lit";
import type { LogMark } from "../../src/analysis/traceLogs.ts";
import type { SpanEvent } from "../../src/model/spanDetail.ts";
import { CutLists } from "../kit/showAll.ts";
import { baseStyles } from "../kit/styles.ts";
import { PanelElement } from "../panel/panelElement.ts";
import { formatOffset } from "../words/localText.ts";
import { t } from "../words/words.ts";
import { leaveOutEvents } from "./events.ts";
import { logLevelStyles, renderLevel } from "./logLevels.ts";
import { detailStyles } from "./styles.ts";

const LINES_AT_FIRST = 50;
export class LogLines extends PanelElement {
  static override styles = [
    baseStyles,
    detailStyles,
    logLevelStyles,
    css`
      .line {
        display: flex;
        gap: var(--space-3);
        width: 100%;
      }
      .line .end {
        flex: none;
        margin-inline-start: auto;
      }
    `,
  ];
  static override properties = {
    events: { attribute: false },
  };
  /** The events of the span, among which logs that were received stand already. */
  declare events: readonly SpanEvent[];
  readonly #lists = new CutLists(this);

  constructor() {
    super(({ logs, selection, trace }) => [logs, selection, trace]);
  }

  override render(): TemplateResult | typeof nothing {
    const span = this.state.selection.value?.span;
    const trace = this.state.trace.value;
    if (trace === undefined || span === undefined) return nothing;
    const { originUnixMs } = trace.columns;
    const lines = leaveOutEvents(this.state.logs.value.get(span) ?? [], this.events, originUnixMs);
    if (lines.length === 0) return nothing;
    const { shown, more } = this.#lists.cut(lines, LINES_AT_FIRST);
    return html`<section class="section">
      <div class="heading"><h2>${t("Log lines")}</h2></div>
      ${shown.map(line => this.#renderLine(line, trace.startNs))} ${more}
    </section>`;
  }

  #renderLine({ index, level, text, timeNs }: LogMark, startNs: number): TemplateResult {
    const ns = timeNs - startNs;
    return html`<button
      class="line lineRow"
      title=${text}
      @click=${() => {
        this.host.remote.openLog(index).catch(this.host.report);
      }}
    >
      ${renderLevel(level)}
      <span class="cut">${text}</span>
      <span class="end muted">${formatOffset(ns)}</span>
    </button>`;
  }
}

customElements.define("traceside-log-lines", LogLines);
