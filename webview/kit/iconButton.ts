/** A button that is a sign alone, whose label is read aloud and shown on hover. Knows no view. */

import { html, type TemplateResult } from "lit";

export function renderIconButton(
  icon: TemplateResult,
  label: string,
  run: () => void,
): TemplateResult {
  return html`<button class="icon" title=${label} aria-label=${label} @click=${run}>
    ${icon}
  </button>`;
}
