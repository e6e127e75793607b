/** The card of a span under a resting pointer. Knows no canvas; positions itself within its host element. */

import type { Disposable } from "../../src/base/disposables.ts";
import { getQueueWaitNs } from "../../src/analysis/times.ts";
import { SpanFlag } from "../../src/model/span.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import { formatDuration } from "../../src/model/units.ts";
import { countOf } from "../words/localText.ts";
import { t } from "../words/words.ts";
import type { TimelineData } from "./timelineData.ts";

const REST_MS = 450;

export class Tooltip implements Disposable {
  readonly #element: HTMLElement;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #span: SpanIndex | undefined;

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  /** The pointer is here; the card comes when it rests. Moving on within a span that has its card moves nothing. */
  rest(data: TimelineData, span: SpanIndex, xPx: number, yPx: number): void {
    if (span === this.#span) return;
    this.hide();
    this.#timer = setTimeout(() => this.#show(data, span, xPx, yPx), REST_MS);
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#span = undefined;
    this.#element.hidden = true;
  }

  dispose(): void {
    this.hide();
  }

  #show(data: TimelineData, span: SpanIndex, xPx: number, yPx: number): void {
    const element = this.#element;
    this.#span = span;
    const title = document.createElement("div");
    title.className = "tooltip-title";
    title.textContent = data.getTitle(span);
    const facts = document.createElement("dl");
    for (const [label, value] of listFacts(data, span)) {
      const term = document.createElement("dt");
      term.textContent = label;
      const text = document.createElement("dd");
      text.textContent = value;
      facts.append(term, text);
    }
    element.replaceChildren(title, facts);
    if (data.hasChildren(span)) {
      const key = document.createElement("div");
      key.className = "tooltip-key";
      key.textContent = t("Bright is its own time, dim is time in calls.");
      element.append(key);
    }
    element.hidden = false;
    const room = element.parentElement?.getBoundingClientRect();
    if (room === undefined) return;
    const own = element.getBoundingClientRect();
    const below = yPx + 18;
    // Below the pointer, above it where it would be cut, and never beyond the edges.
    const top = below + own.height > room.height ? yPx - own.height - 10 : below;
    const left = Math.min(xPx + 12, room.width - own.width - 8);
    element.style.left = `${Math.max(8, left)}px`;
    element.style.top = `${Math.max(0, top)}px`;
  }
}

function listFacts(data: TimelineData, span: SpanIndex): readonly (readonly [string, string])[] {
  const { columns, startNs, selfNs } = data.trace;
  const waitNs = getQueueWaitNs(columns, span);
  const attempts = columns.attempts[span]!;
  const facts: readonly (readonly [string, string])[] = data.hasFlag(span, SpanFlag.placeholder)
    ? [[t("Status"), t("not in any store")]]
    : [
        [t("Service"), data.getService(span)],
        [t("Queue"), data.getQueue(span)],
        [t("Start"), `+${formatDuration(columns.startNs[span]! - startNs)}`],
        [t("Waited"), waitNs > 0 ? formatDuration(waitNs) : ""],
        [t("Duration"), data.describeBar(span).short],
        [t("Self"), data.hasChildren(span) ? formatDuration(selfNs[span]!) : ""],
        [t("Attempts"), attempts > 1 ? String(attempts) : ""],
        [t("Status"), data.isFailed(span) ? t("error") : ""],
        [
          t("Below"),
          data.hasChildren(span) ? countOf(data.countBelow(span), t("1 span"), t("{0} spans")) : "",
        ],
      ];
  return facts.filter(([, value]) => value !== "");
}
