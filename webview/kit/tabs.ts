/** `<traceside-tabs>`: a strip of tabs, one tab stop, moved by arrows. Knows no trace. */

import { css, html, LitElement, type TemplateResult } from "lit";
import { moveFocus } from "./moveFocus.ts";
import { baseStyles } from "./styles.ts";

export interface Tab<Id extends string = string> {
  readonly id: Id;
  readonly label: string;
}

export class Tabs extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: block;
        padding: 0 var(--space-5);
      }
      [role="tablist"] {
        display: flex;
        gap: clamp(var(--space-3), 6% - 14px, var(--space-6));
        overflow: auto hidden;
        scrollbar-width: none;
      }
      button {
        position: relative;
        height: 30px;
        padding: 0;
        color: var(--vscode-panelTitle-inactiveForeground, var(--vscode-descriptionForeground));
        white-space: nowrap;
      }
      button:hover,
      button[aria-selected="true"] {
        color: var(--vscode-panelTitle-activeForeground, var(--vscode-foreground));
      }
      button[aria-selected="true"]::after {
        content: "";
        position: absolute;
        left: 0;
        right: 0;
        bottom: 3px;
        height: 1px;
        background: var(--vscode-panelTitle-activeBorder, var(--vscode-foreground));
      }
    `,
  ];
  static override properties = {
    tabs: { attribute: false },
    selected: { attribute: false },
    label: { attribute: false },
  };
  declare tabs: readonly Tab[];
  declare selected: string;
  declare label: string;
  /** Told which tab was chosen; the owner sets `selected`. */
  onSelect: (id: string) => void = () => undefined;

  override render(): TemplateResult {
    return html`<div role="tablist" aria-label=${this.label} @keydown=${moveFocus}>
      ${this.tabs.map(
        ({ id, label }) =>
          html`<button
            role="tab"
            aria-selected=${id === this.selected ? "true" : "false"}
            tabindex=${id === this.selected ? 0 : -1}
            @click=${() => this.onSelect(id)}
          >
            ${label}
          </button>`,
      )}
    </div>`;
  }
}

customElements.define("traceside-tabs", Tabs);
