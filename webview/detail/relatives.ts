/** `<traceside-relatives>`: the parent and the children of a span, to step to. */

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { listChildren } from "../../src/analysis/tree.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import { formatCount } from "../words/localText.ts";
import { renderShowAll } from "../kit/showAll.ts";
import { describeDuration, getSpanFacts } from "../words/spanFacts.ts";
import { renderSpanRow } from "../kit/spanRow.ts";
import type { LoadedTrace, ViewState } from "../panel/state.ts";
import { baseStyles, paletteStyles, spanRowStyles } from "../kit/styles.ts";
import { t } from "../words/words.ts";
import { detailStyles } from "./styles.ts";

const CHILDREN_AT_FIRST = 20;
/** A browser can list so many; the timeline is the place for more. */
const CHILDREN_AT_MOST = 2_000;

export class Relatives extends LitElement {
  static override styles = [
    baseStyles,
    paletteStyles,
    spanRowStyles,
    detailStyles,
    css`
      :host {
        display: block;
      }
      .children {
        max-height: 50vh;
        overflow: auto;
      }
    `,
  ];
  static override properties = {
    trace: { attribute: false },
    span: { attribute: false },
    showsAll: { state: true },
  };
  declare state: ViewState;
  declare trace: LoadedTrace;
  declare span: SpanIndex;
  declare showsAll: boolean;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("span")) this.showsAll = false;
  }

  override render(): TemplateResult {
    const { trace, span } = this;
    const parent = trace.columns.parent[span] ?? -1;
    const children = listChildren(span, trace.tree);
    const shown = children.slice(0, this.showsAll ? CHILDREN_AT_MOST : CHILDREN_AT_FIRST);
    return html`${
      parent < 0
        ? nothing
        : html`<section class="section">
            <div class="heading"><h2>${t("Parent")}</h2></div>
            <div class="rows">${this.#renderRow(parent)}</div>
          </section>`
    }
    ${
      children.length === 0
        ? nothing
        : html`<section class="section">
            <div class="heading">
              <h2>${t("Children")}</h2>
              <span class="muted">${formatCount(children.length)}</span>
            </div>
            <div class="rows ${this.showsAll ? "children" : ""}">
              ${shown.map(child => this.#renderRow(child))}
            </div>
            ${this.#renderMore(children.length, shown.length)}
          </section>`
    }
    ${
      parent < 0 && children.length === 0
        ? html`<p class="section note">
            ${t("It has neither parent nor children in this trace.")}
          </p>`
        : nothing
    }`;
  }

  #renderMore(count: number, shown: number): TemplateResult | typeof nothing {
    if (count === shown) return nothing;
    if (this.showsAll) {
      return html`<p class="note">
        ${t("The timeline has the other {0}.", formatCount(count - shown))}
      </p>`;
    }
    return renderShowAll(shown, count, () => {
      this.showsAll = true;
    });
  }

  #renderRow(span: SpanIndex): TemplateResult {
    const facts = getSpanFacts(this.trace, span);
    return renderSpanRow(facts, {
      number: describeDuration(facts),
      onClick: () => {
        this.state.unfoldTo(span);
        this.state.select(span, "detail");
      },
    });
  }
}

customElements.define("traceside-relatives", Relatives);
