/** Facts as a grid of names and texts; those that are not known have no row. */

import { html, nothing, type TemplateResult } from "lit";

export function renderFactGrid(
  rows: readonly (readonly [label: string, value: string | undefined])[],
): TemplateResult {
  return html`<dl class="grid">
    ${rows.map(([label, value]) =>
      value === undefined || value === ""
        ? nothing
        : html`<dt>${label}</dt>
            <dd><span class="wrap">${value}</span></dd>`,
    )}
  </dl>`;
}
