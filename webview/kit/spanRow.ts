/** A row that leads to a span: sign of its state, colour of its queue or service, name, and a number at the end. */

import { html, type TemplateResult } from "lit";
import { stateIcons } from "./icons.ts";
import { describeState, type SpanFacts } from "../words/spanFacts.ts";

export interface SpanRowOptions {
  readonly number: string;
  readonly title?: string;
  /** Before the row: the share of a whole, drawn behind. */
  readonly behind?: TemplateResult;
  /** After the name, in secondary text. */
  readonly note?: string;
  readonly onClick: () => void;
}

export function renderSpanRow(facts: SpanFacts, options: SpanRowOptions): TemplateResult {
  const { group } = facts;
  const title =
    options.title ?? [facts.name, group, describeState(facts.state)].filter(Boolean).join(" · ");
  return html`<button
    class="spanRow slot${facts.slot}"
    data-span=${facts.span}
    title=${title}
    @click=${options.onClick}
  >
    ${options.behind} ${renderState(facts)}
    <span class="dot"></span>
    <span class="cut">${facts.name}</span>
    ${options.note === undefined ? undefined : html`<span class="muted cut note">${options.note}</span>`}
    <span class="number muted">${options.number}</span>
  </button>`;
}

export function renderState({ state }: Pick<SpanFacts, "state">): TemplateResult {
  return html`<span class="state ${state}" role="img" aria-label=${describeState(state)}
    >${stateIcons[state]}</span
  >`;
}
