/** One of few choices that stand side by side. Its group moves the keyboard by `moveFocus`. */

import { css, html, type TemplateResult } from "lit";

/** A `.switch` is a group of them, side by side in one frame. */
export const switchStyles = css`
  .switch {
    display: flex;
    flex: none;
    border: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
    border-radius: var(--radius);
  }
  .switch button {
    flex: none;
    padding: 0 var(--space-4);
    height: 20px;
    line-height: 20px;
    color: var(--vscode-descriptionForeground);
  }
  .switch button[aria-checked="true"] {
    background: var(--vscode-list-inactiveSelectionBackground);
    color: var(--vscode-foreground);
  }
  :host-context(.vscode-high-contrast) .switch button[aria-checked="true"] {
    font-weight: 600;
  }
  :host-context(.vscode-high-contrast) .switch button[aria-checked="true"]:not(:focus-visible) {
    outline: 1px solid var(--vscode-contrastActiveBorder, var(--vscode-contrastBorder));
    outline-offset: -1px;
  }
`;

export function renderRadioButton(
  text: string,
  title: string,
  isChosen: boolean,
  onChoose: () => void,
): TemplateResult {
  return html`<button
    role="radio"
    tabindex=${isChosen ? "0" : "-1"}
    aria-checked=${isChosen ? "true" : "false"}
    title=${title}
    @click=${onChoose}
  >
    ${text}
  </button>`;
}
