/** One of few choices that stand side by side. Its group moves the keyboard by `moveFocus`. */

import { html, type TemplateResult } from "lit";

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
