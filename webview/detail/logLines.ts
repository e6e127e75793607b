/** `<traceside-log-lines>`: the log lines of the selected span; a click opens the line. */

import { html, nothing, type TemplateResult } from "lit";
import type { LogMark } from "../../src/analysis/traceLogs.ts";
import type { LogLevel } from "../../src/model/logLevel.ts";
import { formatDuration } from "../../src/model/units.ts";
import { renderShowAll } from "../kit/showAll.ts";
import { baseStyles } from "../kit/styles.ts";
import { PanelElement } from "../panel/panelElement.ts";
import { t } from "../words/words.ts";
import { logLineStyles } from "./logLineStyles.ts";
import { detailStyles } from "./styles.ts";

const LINES_AT_FIRST = 50;
/** Told by shape before colour. */
const signs = { error: "✖", warning: "▲", info: "●", debug: "○" } as const;

export class LogLines extends PanelElement {
  static override styles = [baseStyles, detailStyles, logLineStyles];
  static override properties = {
    showsAll: { state: true },
  };
  declare showsAll: boolean;

  constructor() {
    super(({ logs, selection, trace }) => [logs, selection, trace]);
    this.showsAll = false;
  }

  override render(): TemplateResult | typeof nothing {
    const span = this.state.selection.value?.span;
    const trace = this.state.trace.value;
    const lines = span === undefined ? [] : (this.state.logs.value.get(span) ?? []);
    if (trace === undefined || lines.length === 0) return nothing;
    const shown = this.showsAll ? lines : lines.slice(0, LINES_AT_FIRST);
    return html`<section class="section">
      <div class="heading"><h2>${t("Log lines")}</h2></div>
      ${shown.map(line => this.#renderLine(line, trace.startNs))}
      ${renderShowAll(shown.length, lines.length, () => {
        this.showsAll = true;
      })}
    </section>`;
  }

  #renderLine({ index, level, text, timeNs }: LogMark, startNs: number): TemplateResult {
    const ns = timeNs - startNs;
    return html`<button
      class="line lineRow ${level ?? ""}"
      title=${text}
      @click=${() => {
        this.host.remote.openLog(index).catch(this.host.report);
      }}
    >
      ${
        level === undefined
          ? html`<span class="sign" aria-hidden="true">·</span>`
          : html`<span class="sign" role="img" aria-label=${nameLevel(level)}
              >${signs[level]}</span
            >`
      }
      <span class="cut">${text}</span>
      <span class="end muted">${ns < 0 ? formatDuration(ns) : `+${formatDuration(ns)}`}</span>
    </button>`;
  }
}

function nameLevel(level: LogLevel): string {
  switch (level) {
    case "error":
      return t("error");
    case "warning":
      return t("warning");
    case "info":
      return t("information");
    case "debug":
      return t("debugging");
  }
}

customElements.define("traceside-log-lines", LogLines);
