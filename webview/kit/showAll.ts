/** Lists that are cut at first, and the way to the rest of each. Knows no view. */

import { html, nothing, type ReactiveControllerHost, type TemplateResult } from "lit";
import { formatCount } from "../words/localText.ts";
import { t } from "../words/words.ts";

/** The first of a list. Where only one more would be left out, its row costs no more than the way to it. */
export function cutList<T>(list: readonly T[], length: number, isWhole = false): readonly T[] {
  return isWhole || list.length <= length + 1 ? list : list.slice(0, length);
}

export interface Cut<T> {
  readonly shown: readonly T[];
  /** The way to the rest. */
  readonly more: TemplateResult | typeof nothing;
}

/** The lists of one element that can be cut, by name where there are several: which of them are shown whole. */
export class CutLists {
  readonly #host: Pick<ReactiveControllerHost, "requestUpdate">;
  readonly #whole = new Set<string>();

  constructor(host: Pick<ReactiveControllerHost, "requestUpdate">) {
    this.#host = host;
  }

  cut<T>(list: readonly T[], length: number, name = ""): Cut<T> {
    const shown = cutList(list, length, this.isWhole(name));
    if (shown.length === list.length) return { shown, more: nothing };
    const more = html`<button class="link" @click=${() => this.showAll(name)}>
      ${t("Show all {0}", formatCount(list.length))}
    </button>`;
    return { shown, more };
  }

  isWhole(name = ""): boolean {
    return this.#whole.has(name);
  }

  showAll(name = ""): void {
    this.#whole.add(name);
    this.#host.requestUpdate();
  }

  /** Another content has lists of its own. */
  reset(): void {
    this.#whole.clear();
  }
}
