/** `<traceside-keys>`: what the keys of the panel do, over everything until Escape. Knows no trace. */

import { css, html, LitElement, type TemplateResult } from "lit";
import { renderIconButton } from "../kit/iconButton.ts";
import { icons } from "../kit/icons.ts";
import { baseStyles } from "../kit/styles.ts";
import { t } from "../words/words.ts";

type Keys = readonly (readonly [keys: string, what: string])[];

export class KeysOverlay extends LitElement {
  static override styles = [
    baseStyles,
    css`
      dialog {
        max-width: min(760px, 92vw);
        max-height: 88vh;
        padding: var(--space-5) var(--space-6) var(--space-6);
        overflow: auto;
        color: var(--vscode-foreground);
        background: var(--vscode-editorWidget-background);
        border: 1px solid
          var(--vscode-contrastBorder, var(--vscode-editorWidget-border, transparent));
        border-radius: var(--radius);
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 35%);
      }
      .title {
        display: flex;
        justify-content: space-between;
        font-weight: 600;
      }
      .groups {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(260px, 1fr));
        gap: var(--space-5) var(--space-7);
      }
      h2 {
        margin-block: var(--space-3) var(--space-1);
        color: var(--vscode-descriptionForeground);
      }
      dl {
        display: grid;
        /* The same in every group. */
        grid-template-columns: 7em 1fr;
        column-gap: var(--space-5);
      }
      kbd {
        font: inherit;
        padding: 0 var(--space-3);
        color: var(--vscode-keybindingLabel-foreground, inherit);
        background: var(--vscode-keybindingLabel-background, transparent);
        border: 1px solid var(--vscode-keybindingLabel-border, var(--vscode-panel-border));
        border-radius: var(--radius);
      }
    `,
  ];

  /** Escape and the backdrop close it, and the keyboard goes back to where it was. */
  open(): void {
    const dialog = this.renderRoot.querySelector("dialog");
    if (dialog?.open === false) dialog.showModal();
  }

  protected override render(): TemplateResult {
    const both: Keys = [
      ["↑ ↓ ← →", t("Go to the next span, in or out")],
      ["Enter", t("Go to source")],
      ["Alt+Enter", t("Go to source, to the side")],
      ["Shift+F10", t("Menu of the span")],
      ["?", t("These keys")],
    ];
    const timeline: Keys = [
      ["/", t("Find in trace")],
      ["n / N", t("Next or previous match")],
      ["e / E", t("Next or previous error")],
      ["→ / ←", t("Show each of alike calls, or one row for them")],
      ["*", t("Unfold all below")],
      ["Shift+←", t("Fold all below")],
      ["z", t("Zoom to the selected span")],
      ["0", t("Show the whole trace")],
      ["+ / −", t("Zoom in or out")],
      ["[ / ]", t("Move in time")],
      [".", t("Follow what runs, until you scroll")],
    ];
    const flame: Keys = [
      ["↑ ↓ ← →", t("Go to the caller, the first call, the call beside")],
      ["Enter", t("Zoom to the box")],
      ["Escape", t("Back to what was seen before")],
    ];
    const graph: Keys = [
      [t("Space"), t("Fold or unfold calls")],
      ["[ / ]", t("Next slower or faster call")],
      ["z / Z", t("Zoom in or out")],
      ["f", t("Show the whole graph")],
    ];
    return html`<dialog aria-label=${t("Keys")} @click=${this.#onClick}>
      <div class="title">
        <span>${t("Keys")}</span>
        ${renderIconButton(icons.close, t("Close"), this.#close)}
      </div>
      <div class="groups">
        ${renderKeys(t("Everywhere"), both)} ${renderKeys(t("Timeline"), timeline)}
        ${renderKeys(t("Flame"), flame)} ${renderKeys(t("Graph"), graph)}
      </div>
    </dialog>`;
  }

  readonly #close = (): void => {
    this.renderRoot.querySelector("dialog")?.close();
  };

  /** A click on the dialog itself, and on nothing in it, is one on its backdrop or edge. */
  readonly #onClick = (event: Event): void => {
    if (event.target instanceof HTMLDialogElement) this.#close();
  };
}

function renderKeys(title: string, keys: Keys): TemplateResult {
  return html`<section>
    <h2>${title}</h2>
    <dl>
      ${keys.map(
        ([key, what]) =>
          html`<dt><kbd>${key}</kbd></dt>
            <dd>${what}</dd>`,
      )}
    </dl>
  </section>`;
}

customElements.define("traceside-keys", KeysOverlay);
