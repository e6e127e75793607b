/** `<traceside-welcome>`: what to do while there is no trace yet. How the collector is, and a line for each language. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { assertNever } from "../../src/base/assert.ts";
import type {
  CollectorSummary,
  ListedReceiver,
  TracesAction,
  TracesHostApi,
  TracesSituation,
} from "../../src/protocol/tracesView.ts";
import { renderCopy } from "../kit/copyButton.ts";
import type { HostOf } from "../panel/host.ts";
import { icons, stateIcons } from "../kit/icons.ts";
import { moveFocus } from "../kit/moveFocus.ts";
import { baseStyles } from "../kit/styles.ts";
import { t } from "../words/words.ts";
import { listSnippets, type Snippet } from "./snippets.ts";

export class Welcome extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: block;
        height: 100%;
        overflow: hidden auto;
      }
      .page {
        display: flex;
        flex-direction: column;
        gap: var(--space-5);
        max-width: 520px;
        padding: var(--space-4) var(--space-5) var(--space-7);
        line-height: 20px;
      }
      h2 {
        display: flex;
        align-items: flex-start;
        gap: var(--space-4);
        font-weight: 600;
      }
      h2.well {
        font-weight: inherit;
      }
      h2 .state,
      h2 .failure {
        margin-top: var(--space-1);
      }
      h3 {
        margin-bottom: var(--space-1);
        color: var(--vscode-descriptionForeground);
      }
      .reason {
        overflow-wrap: anywhere;
      }
      vscode-button {
        width: 100%;
      }
      .start {
        width: max-content;
        margin-top: var(--space-3);
      }
      summary {
        color: var(--vscode-descriptionForeground);
        cursor: pointer;
      }
      .receivers {
        display: grid;
        grid-template-columns: minmax(0, 1fr) max-content;
        column-gap: var(--space-4);
      }
      .receivers .note {
        grid-column: 1 / -1;
        padding-inline-start: var(--space-4);
        overflow-wrap: anywhere;
      }
      .receivers .port {
        text-align: end;
      }
      .languages {
        display: flex;
        flex-wrap: wrap;
        margin: var(--space-1) 0 var(--space-3);
      }
      .languages button {
        padding: 0 var(--space-3);
      }
      .languages button[aria-selected="false"] {
        color: var(--vscode-descriptionForeground);
      }
      .command {
        display: flex;
        gap: var(--space-2);
        padding: var(--space-2) var(--space-2) var(--space-2) var(--space-4);
        border-radius: var(--radius);
        background: var(--vscode-textCodeBlock-background);
        border: 1px solid var(--vscode-contrastBorder, transparent);
      }
      /* One line, however long: it is copied more often than it is read. The arrow keys move it. */
      .command code {
        flex: 1;
        min-width: 0;
        overflow: auto hidden;
        font-size: var(--font-small);
        line-height: 22px;
        white-space: nowrap;
        scrollbar-width: none;
        user-select: text;
        /* What goes on fades out; at the end of the line there is room to have left the fading. */
        padding-inline-end: var(--space-7);
        mask-image: linear-gradient(to left, transparent, #000 24px);
      }
      .needs {
        margin-top: var(--space-2);
      }
      label {
        display: flex;
        align-items: flex-start;
        gap: var(--space-4);
        cursor: pointer;
      }
      input[type="checkbox"] {
        flex: none;
        display: grid;
        place-content: center;
        width: 16px;
        height: 16px;
        margin: var(--space-1) 0 0;
        border: 1px solid var(--vscode-checkbox-border);
        border-radius: var(--radius);
        color: var(--vscode-checkbox-foreground);
        background: var(--vscode-checkbox-background);
        appearance: none;
      }
      input[type="checkbox"]:checked::before {
        content: "";
        width: 8px;
        height: 4px;
        border: solid currentColor;
        border-width: 0 0 1.5px 1.5px;
        transform: translateY(-1px) rotate(-45deg);
      }
      input[type="checkbox"]:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
        outline-offset: 2px;
      }
      .more {
        display: flex;
        flex-direction: column;
        align-items: flex-start;
      }
    `,
  ];
  static override properties = {
    situation: { attribute: false },
    host: { attribute: false },
    language: { state: true },
  };
  declare situation: TracesSituation;
  declare host: HostOf<TracesHostApi, unknown>;
  declare language: string;

  constructor() {
    super();
    this.language = "python";
  }

  protected override render(): TemplateResult {
    const { collector, sendsTelemetryHere } = this.situation;
    const toggle: TracesAction = sendsTelemetryHere
      ? "stopSendingTelemetryHere"
      : "sendTelemetryHere";
    const isOn = collector.phase === "receiving" || collector.phase === "elsewhere";
    return html`<div class="page">
      <vscode-button @click=${() => this.#run("openSample")}
        >${t("Open Sample Trace")}</vscode-button
      >
      ${isOn ? nothing : this.#renderCollector(collector)}
      <label
        ><input
          type="checkbox"
          .checked=${sendsTelemetryHere}
          @change=${() => this.#run(toggle)}
        /><span>${t("New terminals and debug sessions send their telemetry here")}</span></label
      >
      ${this.#renderLines(collector)} ${isOn ? this.#renderCollector(collector) : nothing}
      <div class="more">
        ${this.#renderLink(t("Get started in four steps"), "openWalkthrough")}
        ${this.#renderLink(t("Instrument this project…"), "instrumentProject")}
        ${this.#renderLink(t("Add a store…"), "addStore")}
      </div>
    </div>`;
  }

  /** How it is stands above the switch that needs it, unless all is well: then it is the last thing to be told. */
  #renderCollector(collector: CollectorSummary): TemplateResult {
    const { phase, reason, receivers } = collector;
    const isOn = phase === "receiving" || phase === "elsewhere";
    const isOff = phase === "stopped" || phase === "failed";
    return html`<section>
      <div role="status">
        <h2 class=${isOn ? "well" : ""}>
          ${
            phase === "failed"
              ? html`<span class="failure">${icons.warning}</span>`
              : html`<span class="state ${isOn ? "running" : ""}"
                  >${isOn ? stateIcons.running : stateIcons.ended}</span
                >`
          }<span>${describePhase(collector)}</span>
        </h2>
      </div>
      ${reason === undefined ? nothing : html`<p class="reason muted">${reason}</p>`}
      ${
        isOff
          ? html`<vscode-button
              class="start"
              appearance="secondary"
              @click=${() => this.#run("startCollector")}
              >${t("Start the Collector")}</vscode-button
            >`
          : nothing
      }
      ${isOn && receivers.length > 0 ? renderReceivers(receivers) : nothing}
    </section>`;
  }

  #renderLines({ httpPort }: CollectorSummary): TemplateResult {
    const snippets = listSnippets(httpPort);
    const shown = snippets.find(each => each.id === this.language) ?? snippets[0];
    return html`<section>
      <h3 id="lines">${t("A line for your program")}</h3>
      <div class="languages" role="tablist" aria-labelledby="lines" @keydown=${moveFocus}>
        ${snippets.map(each => this.#renderLanguage(each))}
      </div>
      ${
        shown === undefined
          ? nothing
          : html`<div class="command" id="line" role="tabpanel" aria-label=${shown.name}>
              <code class="mono" tabindex="0">${shown.command()}</code>
              ${renderCopy(this.host, shown.command, t("Copy the line"))}
            </div>`
      }
      ${
        shown?.needsModule === true
          ? html`<p class="needs muted">
              ${t("Nothing is sent before the project is instrumented.")}
            </p>`
          : nothing
      }
    </section>`;
  }

  #renderLanguage({ id, name }: Snippet): TemplateResult {
    const isShown = id === this.language;
    return html`<button
      class="quiet toggle"
      role="tab"
      aria-selected=${isShown ? "true" : "false"}
      aria-controls="line"
      tabindex=${isShown ? "0" : "-1"}
      @click=${() => {
        this.language = id;
      }}
    >
      ${name}
    </button>`;
  }

  #renderLink(label: string, action: TracesAction): TemplateResult {
    return html`<button class="link" @click=${() => this.#run(action)}>${label}</button>`;
  }

  #run(action: TracesAction): void {
    this.host.remote.run(action).catch(this.host.report);
  }
}

function describePhase({ phase }: CollectorSummary): string {
  switch (phase) {
    case "stopped":
      return t("The collector is off.");
    case "starting":
      return t("The collector is starting…");
    case "receiving":
      return t("Listening. The first trace will appear here.");
    case "elsewhere":
      return t("Another window listens. What it receives appears here too.");
    case "failed":
      return t("The collector could not start.");
    default:
      return assertNever(phase);
  }
}

function renderReceivers(receivers: readonly ListedReceiver[]): TemplateResult {
  // Folded while all is well: nobody needs them before a port is taken.
  return html`<details ?open=${receivers.some(({ status }) => status !== "listening")}>
    <summary>${t("Ports on this machine")}</summary>
    <div class="receivers">
      ${receivers.map(
        ({ label, port, status, note }) =>
          html`<span class="cut">${label}</span>
            <span class="port ${status === "listening" ? "muted" : "failure"}">${port}</span>
            ${note === undefined ? nothing : html`<span class="note failure">${note}</span>`}`,
      )}
    </div>
  </details>`;
}

customElements.define("traceside-welcome", Welcome);
