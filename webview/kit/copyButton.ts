/** `<traceside-copy>`: copies a text by the host, and says so for a moment. Knows no trace. */

import { css, html, LitElement, type TemplateResult } from "lit";
import type { HostApi } from "../../src/protocol/traceView.ts";
import { icons } from "./icons.ts";
import { baseStyles } from "./styles.ts";
import { t } from "../words/words.ts";

const SAID_FOR_MS = 1_200;

/** The part of the host that copying needs. */
export interface CopyHost {
  readonly remote: Pick<HostApi, "copy">;
  readonly report: (error: unknown) => void;
}

export class CopyButton extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: inline-flex;
        flex: none;
      }
      .named {
        gap: var(--space-2);
        width: auto;
        padding: 0 var(--space-3);
        color: var(--vscode-descriptionForeground);
      }
    `,
  ];
  static override properties = {
    text: { attribute: false },
    what: { attribute: false },
    name: { attribute: false },
    isDone: { state: true },
  };
  declare host: CopyHost;
  /** The text, or how to make it: what is large is made only when it is wanted. */
  declare text: string | (() => string);
  /** The thing that is copied, in words: `Copy the trace id`. */
  declare what: string;
  /** The word beside the icon, where several things can be copied; a part of `what`. */
  declare name: string | undefined;
  declare isDone: boolean;

  override render(): TemplateResult {
    const label = this.isDone ? t("Copied") : this.what;
    return html`<button
      class="icon ${this.name === undefined ? "" : "named"}"
      title=${label}
      aria-label=${label}
      @click=${this.#copy}
    >
      ${this.isDone ? icons.done : icons.copy}${this.name}
    </button>`;
  }

  readonly #copy = (event: Event): void => {
    event.preventDefault();
    event.stopPropagation();
    const text = typeof this.text === "string" ? this.text : this.text();
    this.host.remote.copy(text).then(() => {
      this.isDone = true;
      setTimeout(() => {
        this.isDone = false;
      }, SAID_FOR_MS);
    }, this.host.report);
  };
}

customElements.define("traceside-copy", CopyButton);

export function renderCopy(
  host: CopyHost,
  text: string | (() => string),
  what: string,
  name?: string,
): TemplateResult {
  return html`<traceside-copy
    .host=${host}
    .text=${text}
    .what=${what}
    .name=${name}
  ></traceside-copy>`;
}
