/**
 * `<traceside-text>`: a text of any length. A long one is cut until it is asked for in full, and is then laid out in
 * blocks of which the browser draws only those in view. Knows no trace.
 */

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { formatSize } from "../words/localText.ts";
import { baseStyles } from "../kit/styles.ts";
import { t } from "../words/words.ts";

export const CUT_AT = 2_000;
const BLOCK = 8_000;

export class LongText extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: inline;
        line-height: 18px;
        color: inherit;
        font: inherit;
      }
      .text {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      .whole {
        display: block;
        max-height: 60vh;
        overflow: auto;
      }
      .block {
        content-visibility: auto;
        contain-intrinsic-size: auto 1800px;
      }
    `,
  ];
  static override properties = { text: { attribute: false }, showsAll: { state: true } };
  declare text: string;
  declare showsAll: boolean;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("text")) this.showsAll = false;
  }

  override render(): TemplateResult {
    const { text } = this;
    if (text.length <= CUT_AT) return html`<span class="text">${text}</span>`;
    const toggle = html`<button
      class="link"
      @click=${() => {
        this.showsAll = !this.showsAll;
      }}
    >
      ${this.showsAll ? t("Show less") : t("Show all ({0})", formatSize(text.length))}
    </button>`;
    return this.showsAll
      ? html`<span class="text whole" tabindex="0"
            >${splitText(text).map(block => html`<div class="block">${block}</div>`)}</span
          >${toggle}`
      : html`<span class="text">${text.slice(0, CUT_AT)}</span>… ${toggle}`;
  }
}

/** At line ends where there are any. */
function splitText(text: string): readonly string[] {
  const blocks: string[] = [];
  for (let from = 0; from < text.length;) {
    const lineEnd = text.lastIndexOf("\n", from + BLOCK);
    const to =
      text.length - from <= BLOCK ? text.length : lineEnd > from ? lineEnd + 1 : from + BLOCK;
    blocks.push(text.slice(from, to));
    from = to;
  }
  return blocks;
}

customElements.define("traceside-text", LongText);

export function renderText(text: string): TemplateResult | typeof nothing {
  return text === "" ? nothing : html`<traceside-text .text=${text}></traceside-text>`;
}
