/** `<traceside-timeline-find>`: the box "Find in trace". It asks and shows; seeking is `Finder`'s. */

import { css, html, LitElement, type TemplateResult } from "lit";
import type { SearchProgress } from "../panel/state.ts";
import { describeSearch } from "./searchWords.ts";
import { baseStyles, inputStyles } from "../kit/styles.ts";
import { t } from "../words/words.ts";
import { renderIconButton } from "../kit/iconButton.ts";
import { icons } from "./icons.ts";

export class TimelineFind extends LitElement {
  static override styles = [
    baseStyles,
    inputStyles,
    css`
      :host {
        position: absolute;
        z-index: 2;
        top: 0;
        right: 12px;
        max-width: calc(100% - 24px);
        display: flex;
        align-items: center;
        gap: var(--space-1);
        padding: var(--space-2);
        background: var(--vscode-editorWidget-background);
        border: 1px solid
          var(--vscode-editorWidget-border, var(--vscode-contrastBorder, transparent));
        border-top: 0;
        border-radius: 0 0 var(--radius) var(--radius);
      }
      input {
        flex: 1 1 180px;
        min-width: 60px;
      }
      output {
        flex: none;
        min-width: 62px;
        padding: 0 var(--space-2);
        color: var(--vscode-descriptionForeground);
        white-space: nowrap;
      }
      output.none {
        color: var(--vscode-errorForeground);
      }
    `,
  ];
  static override properties = {
    place: { attribute: false },
    total: { attribute: false },
    progress: { attribute: false },
  };
  /** Which match is selected, from 1; 0 while none is. */
  declare place: number;
  /** `undefined` while nothing is sought. */
  declare total: number | undefined;
  declare progress: SearchProgress | undefined;

  onText: (text: string) => void = () => undefined;
  onStep: (step: 1 | -1) => void = () => undefined;
  onClose: () => void = () => undefined;
  /** On to what was found, where `n` and `N` step; the box stays. */
  onLeave: () => void = () => undefined;

  constructor() {
    super();
    this.place = 0;
    this.total = undefined;
    this.hidden = true;
    this.addEventListener("keydown", event => {
      if (event.key === "Enter") this.onStep(event.shiftKey ? -1 : 1);
      else if (event.key === "Escape") this.onClose();
      else if (event.key === "ArrowDown") this.onLeave();
      else return;
      event.preventDefault();
    });
  }

  /** Shows the box; a text replaces what stood in it. */
  open(text: string): void {
    this.hidden = false;
    const input = this.#input;
    if (input === undefined) return;
    if (text !== "") {
      input.value = text;
    }
    input.focus();
    if (text === "") input.select();
    this.onText(input.value);
  }

  close(): void {
    this.hidden = true;
  }

  get #input(): HTMLInputElement | undefined {
    return this.renderRoot.querySelector("input") ?? undefined;
  }

  protected override render(): TemplateResult {
    const { place, total, progress } = this;
    const words = total === undefined ? "" : describeSearch(place, total, progress);
    const isNone = total === 0 && progress?.looked === progress?.count && !progress?.unread;
    return html`
      <input
        type="text"
        placeholder=${t("Find in trace")}
        aria-label=${t("Find in trace")}
        spellcheck="false"
        @input=${(event: InputEvent) => this.onText((event.target as HTMLInputElement).value)}
      />
      <output class=${isNone ? "none" : ""} aria-live="polite">${words}</output>
      ${renderIconButton(icons.previous, t("Previous match (Shift+Enter)"), () => this.onStep(-1))}
      ${renderIconButton(icons.next, t("Next match (Enter)"), () => this.onStep(1))}
      ${renderIconButton(icons.close, t("Close (Escape)"), () => this.onClose())}
    `;
  }
}

customElements.define("traceside-timeline-find", TimelineFind);
