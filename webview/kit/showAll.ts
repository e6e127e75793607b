/** Below a list that is cut: the way to the rest of it. Knows no view. */

import { html, nothing, type TemplateResult } from "lit";
import { formatCount } from "../words/localText.ts";
import { t } from "../words/words.ts";

export function renderShowAll(
  shown: number,
  count: number,
  showAll: () => void,
): TemplateResult | typeof nothing {
  if (shown >= count) return nothing;
  return html`<button class="link" @click=${showAll}>
    ${t("Show all {0}", formatCount(count))}
  </button>`;
}
