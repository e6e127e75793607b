/** The card of what lies under a resting pointer. Knows no canvas; positions itself within its host element. */

import { html, nothing, render } from "lit";
import type { Disposable } from "../../src/base/disposables.ts";
import { getQueueWaitNs } from "../../src/analysis/times.ts";
import { SpanFlag } from "../../src/model/span.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import { formatDuration } from "../../src/model/units.ts";
import { countOf, formatOffset } from "../words/localText.ts";
import { t } from "../words/words.ts";
import type { TimelineData } from "./timelineData.ts";

const REST_MS = 450;

/** The facts that a card says; facts without a value are left out. */
export interface Card {
  readonly title: string;
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly legend: string;
}

export class Tooltip implements Disposable {
  readonly #element: HTMLElement;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #what: number | undefined;

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  /**
   * The pointer is here; the card comes when it rests. Moving on within what has its card moves nothing; `what` tells
   * one from another.
   */
  rest(what: number, describe: () => Card | undefined, xPx: number, yPx: number): void {
    if (what === this.#what) return;
    this.hide();
    this.#timer = setTimeout(() => {
      const card = describe();
      if (card !== undefined) this.#show(what, card, xPx, yPx);
    }, REST_MS);
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#what = undefined;
    this.#element.hidden = true;
  }

  dispose(): void {
    this.hide();
  }

  #show(what: number, card: Card, xPx: number, yPx: number): void {
    const element = this.#element;
    this.#what = what;
    const facts = card.facts.filter(([, value]) => value !== "");
    const legend = card.legend.trim();
    render(
      html`<div class="tooltip-title">${card.title}</div>
        <dl>
          ${facts.map(
            ([label, value]) =>
              html`<dt>${label}</dt>
                <dd>${value}</dd>`,
          )}
        </dl>
        ${legend === "" ? nothing : html`<div class="tooltip-key">${legend}</div>`}`,
      element,
    );
    element.hidden = false;
    const room = element.parentElement?.getBoundingClientRect();
    if (room === undefined) return;
    const size = element.getBoundingClientRect();
    const below = yPx + 18;
    // Below the pointer, above it where it would be cut, and never beyond the edges.
    const top = below + size.height > room.height ? yPx - size.height - 10 : below;
    const left = Math.min(xPx + 12, room.width - size.width - 8);
    element.style.left = `${Math.max(8, left)}px`;
    element.style.top = `${Math.max(0, top)}px`;
  }
}

export function describeSpanCard(data: TimelineData, span: SpanIndex): Card {
  return {
    title: data.getTitle(span),
    facts: listFacts(data, span),
    legend: [
      data.hasChildren(span) ? t("Bright is its own time, dim is time in calls.") : "",
      data.getGaps(span).length > 0 ? t("Hatched: long, and no span tells what it did.") : "",
    ].join(" "),
  };
}

function listFacts(data: TimelineData, span: SpanIndex): readonly (readonly [string, string])[] {
  const { columns, startNs } = data.trace;
  const waitNs = getQueueWaitNs(columns, span);
  const attempts = columns.attempts[span]!;
  return data.hasFlag(span, SpanFlag.placeholder)
    ? [[t("Status"), t("not in any store")]]
    : [
        [t("Service"), data.getService(span)],
        [t("Queue"), data.getQueue(span)],
        [t("Start"), formatOffset(columns.startNs[span]! - startNs)],
        [t("Waited"), waitNs > 0 ? formatDuration(waitNs) : ""],
        [t("Duration"), data.describeBar(span).short],
        [t("Self"), describeSelf(data, span)],
        [t("Longest gap"), describeLongest(data.getGaps(span))],
        [t("Attempts"), attempts > 1 ? String(attempts) : ""],
        [t("Status"), data.isFailed(span) ? t("error") : ""],
        [
          t("Below"),
          data.hasChildren(span) ? countOf(data.countBelow(span), t("1 span"), t("{0} spans")) : "",
        ],
      ];
}

/** The duration says it already where its calls took nothing from the span. */
function describeSelf(data: TimelineData, span: SpanIndex): string {
  const self = formatDuration(data.getSelfNs(span));
  return data.hasChildren(span) && self !== data.describeBar(span).short ? self : "";
}

function describeLongest(gaps: Float64Array): string {
  let mostNs = 0;
  for (let i = 0; i < gaps.length; i += 2) mostNs = Math.max(mostNs, gaps[i + 1]! - gaps[i]!);
  return mostNs === 0 ? "" : formatDuration(mostNs);
}
