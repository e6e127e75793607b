/** `<traceside-tabs>`: a strip of tabs, one tab stop, moved by arrows. Knows no trace. */

import { css, html, LitElement, type TemplateResult } from "lit";
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
        padding: 0 12px;
      }
      [role="tablist"] {
        display: flex;
        gap: 16px;
      }
      button {
        position: relative;
        height: 30px;
        padding: 0 1px;
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
    return html`<div role="tablist" aria-label=${this.label} @keydown=${this.#onKey}>
      ${this.tabs.map(
        ({ id, label }) =>
          html`<button
            role="tab"
            id=${id}
            aria-selected=${id === this.selected ? "true" : "false"}
            tabindex=${id === this.selected ? 0 : -1}
            @click=${() => this.onSelect(id)}
          >
            ${label}
          </button>`,
      )}
    </div>`;
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const at = this.tabs.findIndex(tab => tab.id === this.selected);
    const last = this.tabs.length - 1;
    const goals: Record<string, number> = {
      ArrowLeft: at === 0 ? last : at - 1,
      ArrowRight: at === last ? 0 : at + 1,
      Home: 0,
      End: last,
    };
    const goal = this.tabs[goals[event.key] ?? -1];
    if (goal === undefined) return;
    event.preventDefault();
    this.onSelect(goal.id);
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>(`#${goal.id}`)?.focus(),
    );
  };
}

customElements.define("traceside-tabs", Tabs);
