/** `<traceside-sql>`: a statement, laid out and coloured by the host; until it has answered, and where it cannot, as it is. */

import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { latestFor } from "../kit/latestFor.ts";
import type { SqlToken } from "../../src/protocol/traceView.ts";
import type { Host } from "../panel/host.ts";
import { baseStyles } from "../kit/styles.ts";
import { CUT_AT, renderText } from "./text.ts";

export class SqlView extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: block;
        line-height: 18px;
      }
      /* The pieces alone: white space of the template is none of the statement's. */
      .sql span {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        tab-size: 2;
      }
      .keyword {
        color: var(--vscode-debugTokenExpression-boolean, inherit);
      }
      .string {
        color: var(--vscode-debugTokenExpression-string, inherit);
      }
      .number {
        color: var(--vscode-debugTokenExpression-number, inherit);
      }
      :is(.function, .type) {
        color: var(--vscode-debugTokenExpression-name, inherit);
      }
      .parameter {
        font-weight: 600;
      }
      .comment {
        color: var(--vscode-descriptionForeground);
        font-style: italic;
      }
    `,
  ];
  static override properties = {
    text: { attribute: false },
    system: { attribute: false },
    tokens: { state: true },
  };
  declare host: Host;
  declare text: string;
  declare system: string;
  declare tokens: readonly SqlToken[] | undefined;
  readonly #latest = latestFor(this);

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("text") && !changed.has("system")) return;
    this.tokens = undefined;
    const { host, text, system } = this;
    // A text that the pane cuts is not laid out either: the editor is the place for it.
    if (text.length > CUT_AT) return;
    this.#latest
      .run(() => host.remote.readSql(text, system))
      .then(tokens => {
        if (tokens !== undefined) this.tokens = tokens;
      }, host.report);
  }

  override render(): TemplateResult {
    const { tokens } = this;
    if (tokens === undefined) return html`<div class="mono">${renderText(this.text)}</div>`;
    return html`<div class="mono sql">
      ${tokens.map(([kind, text]) => html`<span class=${kind} .textContent=${text}></span>`)}
    </div>`;
  }
}

customElements.define("traceside-sql", SqlView);
