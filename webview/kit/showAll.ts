/** A list that is cut at first, and the way to the rest of it. Knows no view. */

import { html, nothing, type TemplateResult } from "lit";
import { formatCount } from "../words/localText.ts";
import { t } from "../words/words.ts";

/** The first of a list. Where only one more would be left out, its row costs no more than the way to it. */
export function cutList<T>(list: readonly T[], length: number, isWhole = false): readonly T[] {
  return isWhole || list.length <= length + 1 ? list : list.slice(0, length);
}

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
