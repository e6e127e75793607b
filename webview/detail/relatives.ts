/** `<traceside-relatives>`: the parent and the children of a span, to step to. */

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { listChildren } from "../../src/analysis/tree.ts";
import { NO_SPAN } from "../../src/model/span.ts";
import { formatDuration } from "../../src/model/units.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import { formatCount } from "../words/localText.ts";
import { CutLists, cutList } from "../kit/showAll.ts";
import { describeDuration, getSpanFacts, type SpanFacts } from "../words/spanFacts.ts";
import { renderSpanRow } from "../kit/spanRow.ts";
import type { LoadedTrace, ViewState } from "../panel/state.ts";
import { baseStyles, paletteStyles, spanRowStyles } from "../kit/styles.ts";
import { t } from "../words/words.ts";
import { foldEqual, type EqualSpans } from "./foldEqual.ts";
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
      .equal {
        margin-inline-start: var(--space-5);
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
    open: { state: true },
  };
  declare state: ViewState;
  declare trace: LoadedTrace;
  declare span: SpanIndex;
  /** Groups of equal children that show each of them, by their first. */
  declare open: ReadonlySet<SpanIndex>;
  readonly #lists = new CutLists(this);

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("span")) return;
    this.#lists.reset();
    this.open = new Set();
  }

  override render(): TemplateResult {
    const { trace, span } = this;
    const parent = trace.columns.parent[span] ?? NO_SPAN;
    const children = listChildren(span, trace.tree);
    const groups = foldEqual(trace.columns, children);
    const isWhole = this.#lists.isWhole();
    const { more } = this.#lists.cut(groups, CHILDREN_AT_FIRST);
    const shown = cutList(groups, isWhole ? CHILDREN_AT_MOST : CHILDREN_AT_FIRST);
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
            <div class="rows ${isWhole ? "children" : ""}">
              ${shown.map(group => this.#renderGroup(group))}
            </div>
            ${isWhole ? renderRest(groups.length - shown.length) : more}
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

  #renderGroup({ spans, totalNs }: EqualSpans): TemplateResult {
    const [first = NO_SPAN] = spans;
    if (spans.length === 1) return this.#renderRow(first);
    const isOpen = this.open.has(first);
    const facts = getSpanFacts(this.trace, first);
    const row = renderSpanRow(facts, {
      note: `×${formatCount(spans.length)}`,
      number: formatDuration(totalNs),
      title: isOpen
        ? t("Fold equal calls")
        : t("Show each of {0} equal calls", formatCount(spans.length)),
      isExpanded: isOpen,
      group: this.#groupToTell(facts),
      onClick: () => {
        const open = new Set(this.open);
        if (!open.delete(first)) open.add(first);
        this.open = open;
      },
    });
    if (!isOpen) return row;
    const shown = spans.slice(0, CHILDREN_AT_MOST);
    return html`${row}
      <div class="equal">${shown.map(span => this.#renderRow(span))}</div>
      ${renderRest(spans.length - shown.length)}`;
  }

  /** The service or queue of a relative, where it is not the span's own. */
  #groupToTell(facts: SpanFacts): string {
    const spanFacts = getSpanFacts(this.trace, this.span);
    const group = facts.queue || facts.service;
    return group === (spanFacts.queue || spanFacts.service) ? "" : group;
  }

  #renderRow(span: SpanIndex): TemplateResult {
    const facts = getSpanFacts(this.trace, span);
    return renderSpanRow(facts, {
      number: describeDuration(facts),
      group: this.#groupToTell(facts),
      onClick: () => this.state.goTo(span, "detail"),
    });
  }
}

function renderRest(count: number): TemplateResult | typeof nothing {
  if (count === 0) return nothing;
  return html`<p class="note">${t("The timeline has the other {0}.", formatCount(count))}</p>`;
}

customElements.define("traceside-relatives", Relatives);
