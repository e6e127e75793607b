/** `<traceside-overview>`: where the time of the trace went, and what failed. Every line leads to its span. */

import { html, nothing, type TemplateResult } from "lit";
import "./genAiOverview.ts";
import { overviewStyles } from "./overviewStyles.ts";
import {
  buildHighlights,
  type GroupTime,
  type Highlights,
  type OperationTime,
} from "../../src/analysis/highlights.ts";
import type { SpanError } from "../../src/model/spanDetail.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import { formatDuration } from "../../src/model/units.ts";
import { elementStyle } from "../kit/elementStyle.ts";
import { latestFor } from "../kit/latestFor.ts";
import { PanelElement } from "../panel/panelElement.ts";
import { countOf, formatCount, formatOffset, formatShare } from "../words/localText.ts";
import { CutLists } from "../kit/showAll.ts";
import { getSpanFacts } from "../words/spanFacts.ts";
import { renderSpanRow } from "../kit/spanRow.ts";
import type { LoadedTrace } from "../panel/state.ts";
import { baseStyles, paletteStyles, spanRowStyles } from "../kit/styles.ts";
import { t } from "../words/words.ts";
import { detailStyles } from "./styles.ts";
import { CUT_AT } from "./text.ts";

const TOP = 5;
const FAILED_AT_FIRST = 10;
const GROUPS_AT_FIRST = 8;

export class Overview extends PanelElement {
  static override styles = [baseStyles, paletteStyles, spanRowStyles, detailStyles, overviewStyles];
  static override properties = {
    error: { state: true },
  };
  declare error: SpanError | undefined;
  readonly #lists = new CutLists(this);
  readonly #latest = latestFor(this, () => {
    this.#built = undefined;
  });
  #built: { readonly trace: LoadedTrace; readonly highlights: Highlights } | undefined;

  constructor() {
    super(({ trace, clockNs }) => [trace, clockNs]);
  }

  protected override willUpdate(): void {
    const trace = this.state.getTraceNow();
    const before = this.#built?.trace;
    const isSame = before !== undefined && before.columns === trace?.columns;
    if (trace === undefined || (isSame && before.endNs === trace.endNs)) return;
    const highlights = buildHighlights(trace.columns, trace.selfNs, trace, TOP);
    this.#built = { trace, highlights };
    // The clock alone tells nothing new of what failed.
    if (isSame) return;
    const isGrowth = before?.summary.traceId === trace.summary.traceId;
    const { first } = highlights.failures;
    // What is known stays until there is more.
    if (!isGrowth || first === undefined) this.error = undefined;
    if (first !== undefined) this.#readError(first);
  }

  /** The columns know that a span failed, not why. */
  #readError(span: SpanIndex): void {
    this.#latest
      .run(() => this.host.remote.spanDetail(span))
      .then(detail => {
        this.error = detail?.error;
      })
      .catch(this.host.report);
  }

  override render(): TemplateResult | typeof nothing {
    if (this.#built === undefined) return nothing;
    const { trace, highlights } = this.#built;
    if (trace.columns.count === 0) {
      return html`<section class="section">
        <p class="note">
          ${t("The stores know this trace, but hold no span of it: they may have expired, or not arrived yet.")}
        </p>
      </section>`;
    }
    if (trace.columns.originUnixMs === 0) {
      return html`${this.#renderFailures(trace, highlights)}
        <section class="section">
          <p class="note">${t("No times recorded")}</p>
        </section>`;
    }
    return html`${this.#renderFailures(trace, highlights)} ${this.#renderTime(trace, highlights)}
      ${this.#renderWaits(trace, highlights)}
      <traceside-gen-ai .state=${this.state} .host=${this.host}></traceside-gen-ai>`;
  }

  #renderFailures(trace: LoadedTrace, { failures }: Highlights): TemplateResult | typeof nothing {
    const { first, all } = failures;
    if (first === undefined) return nothing;
    const facts = getSpanFacts(trace, first);
    const others = all.filter(span => span !== first);
    const { shown, more } = this.#lists.cut(others, FAILED_AT_FIRST, "failed");
    const title = t(
      "Of the failed spans that have no failed span below them, one whose failure reached a root if there is one, and of these the one that ended first: the likely cause of the others.",
    );
    return html`<section class="section">
      <div class="heading"><h2>${t("What failed")}</h2></div>
      <div class="rows">
        ${renderSpanRow(facts, {
          number: t("at {0}", formatOffset(facts.startNs - trace.startNs)),
          title,
          onClick: () => this.state.goTo(first, "detail"),
        })}
        ${
          this.error === undefined
            ? nothing
            : html`<div class="failure message wrap">
                ${this.error.type === undefined ? nothing : html`<b>${this.error.type}</b>: `}${cut(
                  this.error.message,
                )}
              </div>`
        }
        ${
          others.length === 0
            ? nothing
            : html`<h3 class="more">
                ${countOf(others.length, t("and 1 more failed"), t("and {0} more failed"))}
              </h3>`
        }
        ${shown.map(span => {
          const other = getSpanFacts(trace, span);
          return renderSpanRow(other, {
            number: t("at {0}", formatOffset(other.startNs - trace.startNs)),
            onClick: () => this.state.goTo(span, "detail"),
          });
        })}
        <div class="more">${more}</div>
      </div>
    </section>`;
  }

  #renderTime(trace: LoadedTrace, highlights: Highlights): TemplateResult {
    const { workNs, idleNs, operations, operationCount } = highlights;
    // No time went where nothing has run yet.
    const groups = highlights.groups.filter(({ selfNs }) => selfNs > 0);
    const wholeNs = trace.endNs - trace.startNs;
    const restNs = workNs - operations.reduce((sum, each) => sum + each.selfNs, 0);
    const [work, whole] = [formatDuration(workNs), formatDuration(wholeNs)];
    // What ran alone and all the time tells the duration of the trace once more.
    const summary =
      idleNs > 0
        ? t("{0} of work in {1}; nothing ran for {2} of it.", work, whole, formatDuration(idleNs))
        : work === whole
          ? undefined
          : t("{0} of work in {1}.", work, whole);
    return html`<section class="section">
      <div class="heading">
        <h2>${t("Where the time went")}</h2>
      </div>
      ${summary === undefined ? nothing : html`<p class="note" title=${explainSelfTime()}>${summary}</p>`}
      ${groups.length > 1 ? this.#renderGroups(trace, groups, workNs) : nothing}
      <h3 title=${explainSelfTime()}>${t("Most self time")}</h3>
      <div class="rows">
        ${operations.map(operation => this.#renderOperation(trace, operation, workNs))}
        ${
          operationCount > operations.length
            ? html`<div class="spanRow muted">
                ${countOf(
                  operationCount - operations.length,
                  t("1 other operation"),
                  t("{0} other operations"),
                )}
                <span class="number"
                  >${formatDuration(restNs)} · ${formatShare(restNs, workNs)}</span
                >
              </div>`
            : nothing
        }
      </div>
    </section>`;
  }

  /** The share of each; of one alone it would be all. */
  #renderGroups(trace: LoadedTrace, groups: readonly GroupTime[], workNs: number): TemplateResult {
    const { shown, more } = this.#lists.cut(groups, GROUPS_AT_FIRST, "groups");
    return html`<div
        class="bar"
        role="img"
        aria-label=${groups.map(group => `${nameOf(trace, group)} ${formatShare(group.selfNs, workNs)}`).join(", ")}
      >
        ${groups.map(
          group =>
            html`<span
              class="slot${slotOf(trace, group)}"
              title="${nameOf(trace, group)} · ${formatDuration(group.selfNs)} · ${formatShare(group.selfNs, workNs)}"
              ${elementStyle({ "flex-grow": String(group.selfNs) })}
            ></span>`,
        )}
      </div>
      <div class="legend">
        ${shown.map(
          group =>
            html`<span class="dot slot${slotOf(trace, group)}"></span>
              <span class="cut">${nameOf(trace, group)}</span>
              <span class="right">${formatDuration(group.selfNs)}</span>
              <span class="right muted">${formatShare(group.selfNs, workNs)}</span>`,
        )}
      </div>
      ${more}`;
  }

  #renderOperation(trace: LoadedTrace, operation: OperationTime, workNs: number): TemplateResult {
    const { spans, worst, worstSelfNs, selfNs } = operation;
    const facts = getSpanFacts(trace, worst);
    // It has done nothing yet: what can be said of it is how long it waits.
    const isQueued = facts.state === "queued" && selfNs === 0;
    return renderSpanRow(facts, {
      number: isQueued
        ? t("queued · {0}", formatDuration(trace.endNs - facts.startNs))
        : `${formatDuration(selfNs)} · ${formatShare(selfNs, workNs)}`,
      ...(spans > 1 && {
        note: t("×{0} · worst {1}", formatCount(spans), formatDuration(worstSelfNs)),
      }),
      title:
        spans > 1
          ? t(
              "{0} runs of {1}: {2} of self time. Click for the longest, {3}.",
              formatCount(spans),
              facts.name,
              formatDuration(selfNs),
              formatDuration(worstSelfNs),
            )
          : t("{0}: {1} of self time", facts.name, formatDuration(selfNs)),
      percent: workNs > 0 ? (selfNs / workNs) * 100 : 0,
      onClick: () => this.state.goTo(worst, "detail"),
    });
  }

  #renderWaits(trace: LoadedTrace, highlights: Highlights): TemplateResult | typeof nothing {
    const { waits, waitCount, totalWaitNs } = highlights;
    const longest = waits[0];
    if (longest === undefined) return nothing;
    const summary = t(
      "{0} waited {1} in all.",
      countOf(waitCount, t("1 task"), t("{0} tasks")),
      formatDuration(totalWaitNs),
    );
    const title = t(
      "From the moment a task was published to the moment a worker began it. Tasks that wait side by side count each.",
    );
    return html`<section class="section">
      <div class="heading"><h2>${t("Longest waits in queues")}</h2></div>
      <p class="note" title=${title}>${summary}</p>
      <div class="rows">
        ${waits.map(({ span, waitNs }) => {
          const facts = getSpanFacts(trace, span);
          return renderSpanRow(facts, {
            number: formatDuration(waitNs),
            title: Number.isNaN(facts.durationNs)
              ? t("{0} waited {1}; it has not ended", facts.name, formatDuration(waitNs))
              : t(
                  "{0} waited {1}, then ran {2}",
                  facts.name,
                  formatDuration(waitNs),
                  formatDuration(facts.durationNs),
                ),
            ...(facts.queue !== "" && facts.queue !== facts.name && { group: facts.queue }),
            percent: (waitNs / longest.waitNs) * 100,
            onClick: () => this.state.goTo(span, "detail"),
          });
        })}
      </div>
    </section>`;
  }
}

function explainSelfTime(): string {
  return t(
    "Self time: a span ran, and none of the spans that it waited for did. The parts add up to all the work; work done side by side counts for each, so it may be more than the clock shows.",
  );
}

function nameOf({ columns }: LoadedTrace, { group }: GroupTime): string {
  return (columns.strings[group] ?? "") || t("(no service)");
}

function slotOf({ slots }: LoadedTrace, { group }: GroupTime): number {
  return slots.get(group) ?? 0;
}

function cut(text: string): string {
  return text.length <= CUT_AT ? text : `${text.slice(0, CUT_AT)}…`;
}

customElements.define("traceside-overview", Overview);
