/** A row that leads to a span: sign of its state, colour of its queue or service, name, and a number at the end. */

import { html, nothing, type TemplateResult } from "lit";
import { elementStyle } from "./elementStyle.ts";
import { stateIcons } from "./icons.ts";
import { renderMiddleCut } from "./middleCut.ts";
import { describeState, type SpanFacts } from "../words/spanFacts.ts";

export interface SpanRowOptions {
  readonly number: string;
  readonly title?: string;
  /** The share of a whole that it has, in percent, as a line below. */
  readonly percent?: number;
  /** After the name, in secondary text: a count, and what is said of it where the name leaves room. */
  readonly note?: string;
  /** The service or queue, where a reader does not know it from what stands above. */
  readonly group?: string;
  /** Whether the row opens and closes others below it, and how it stands. */
  readonly isExpanded?: boolean;
  readonly onClick: () => void;
}

export function renderSpanRow(facts: SpanFacts, options: SpanRowOptions): TemplateResult {
  const { group } = facts;
  const [count = "", ...rest] = options.note?.split(" ") ?? [];
  const title =
    options.title ?? [facts.name, group, describeState(facts.state)].filter(Boolean).join(" · ");
  return html`<button
    class="spanRow lineRow slot${facts.slot}"
    data-span=${facts.span}
    title=${title}
    aria-expanded=${options.isExpanded === undefined ? nothing : String(options.isExpanded)}
    @click=${options.onClick}
  >
    ${options.percent === undefined ? nothing : renderShare(options.percent)} ${renderState(facts)}
    <span class="dot"></span>
    ${renderMiddleCut(facts.name)}
    ${options.group ? html`<span class="muted cut">${options.group}</span>` : undefined}
    ${count === "" ? undefined : html`<span class="muted count">${count} ${rest.join("\u00a0")}</span>`}
    <span class="number muted">${options.number}</span>
  </button>`;
}

function renderShare(percent: number): TemplateResult {
  return html`<span class="share" ${elementStyle({ width: `${percent}%` })}></span>`;
}

export function renderState({ state }: Pick<SpanFacts, "state">): TemplateResult {
  return html`<span class="state ${state}" role="img" aria-label=${describeState(state)}
    >${stateIcons[state]}</span
  >`;
}
