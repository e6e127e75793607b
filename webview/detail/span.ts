/** `<traceside-span>`: everything that is known of the selected span. */

import { html, nothing, type TemplateResult } from "lit";
import type { GenAiCall } from "../../src/analysis/genAi/genAiCall.ts";
import { readGenAiCall } from "../../src/analysis/genAi/readGenAiCall.ts";
import { indentJson } from "../../src/base/indentedJson.ts";
import { shortId } from "../../src/model/ids.ts";
import type { AttributeValue, SpanDetail, SpanEvent } from "../../src/model/spanDetail.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import { NS_PER_MS } from "../../src/model/units.ts";
import { renderBreaks } from "../kit/breaks.ts";
import { renderCopy } from "../kit/copyButton.ts";
import type { TraceSummary } from "../../src/protocol/traceView.ts";
import { PanelElement } from "../panel/panelElement.ts";
import { icons } from "../kit/icons.ts";
import { latestFor } from "../kit/latestFor.ts";
import { CutLists } from "../kit/showAll.ts";
import {
  describeKind,
  describeState,
  getSpanFacts,
  type SpanFacts,
  type SpanState,
} from "../words/spanFacts.ts";
import { formatOffset } from "../words/localText.ts";
import { describeMissing, findCause } from "../words/problemText.ts";
import { renderState } from "../kit/spanRow.ts";
import type { LoadedTrace } from "../panel/state.ts";
import { explainError } from "../words/storeAnswers.ts";
import { baseStyles, paletteStyles } from "../kit/styles.ts";
import { t } from "../words/words.ts";
import "./attributes.ts";
import { renderAttributes } from "./attributes.ts";
import "./conversation.ts";
import { isLog, levelOf, sortEvents } from "./events.ts";
import { logLevelStyles, renderLevel } from "./logLevels.ts";
import { renderFactGrid } from "./factGrid.ts";
import "./logLines.ts";
import { renderLinks } from "./links.ts";
import "./relatives.ts";
import { findSiblings } from "./siblings.ts";
import "./source.ts";
import { spanStyles } from "./spanStyles.ts";
import "./stack.ts";
import { detailStyles } from "./styles.ts";
import { renderStoreVersions } from "./storeVersions.ts";
import { renderText } from "./text.ts";
import { renderTimes } from "./times.ts";
import { renderValue, toText } from "./value.ts";

type Reading =
  | { readonly kind: "reading" }
  | { readonly kind: "read"; readonly detail: SpanDetail }
  | { readonly kind: "failed"; readonly text: string };

const EVENTS_AT_FIRST = 50;

export class SpanView extends PanelElement {
  static override styles = [baseStyles, paletteStyles, detailStyles, logLevelStyles, spanStyles];
  static override properties = { reading: { state: true } };
  declare reading: Reading;
  readonly #lists = new CutLists(this);
  readonly #latest = latestFor(this, () => {
    this.#shown = undefined;
  });
  #calls: { readonly detail?: SpanDetail; readonly call?: GenAiCall | undefined } = {};
  #shown: { readonly summary: TraceSummary; readonly span: SpanIndex } | undefined;

  constructor() {
    super(({ clockNs, isUtc, selection, trace }) => [clockNs, isUtc, selection, trace]);
    this.reading = { kind: "reading" };
  }

  protected override willUpdate(): void {
    const summary = this.state.trace.value?.summary;
    const selection = this.state.selection.value;
    if (summary === undefined || selection === undefined) return;
    const before = this.#shown;
    const { span } = selection;
    const isSame = before?.span === span && before.summary.revision === summary.revision;
    if (isSame && before.summary.detailsRevision === summary.detailsRevision) return;
    this.#shown = { summary, span };
    // What is known of the span stays until there is more: a trace that grows must not flicker.
    if ((isSame || selection.by === "growth") && this.reading.kind === "read") {
      this.#readAgain(span);
      return;
    }
    this.#lists.reset();
    this.#read(span);
  }

  #read(span: SpanIndex): void {
    this.reading = { kind: "reading" };
    this.state.selectedSpanId.set(undefined);
    this.#readAgain(span);
  }

  #readAgain(span: SpanIndex): void {
    this.#latest
      .run(() => this.host.remote.spanDetail(span))
      .then(
        detail => {
          if (detail === undefined) return;
          this.reading = { kind: "read", detail };
          this.state.selectedSpanId.set(detail.spanId);
        },
        (error: unknown) => {
          this.reading = { kind: "failed", text: explainError(error) };
        },
      );
  }

  override render(): TemplateResult | typeof nothing {
    const trace = this.state.trace.value;
    const span = this.state.selection.value?.span;
    if (trace === undefined) return nothing;
    if (span === undefined || span >= trace.columns.count) {
      return html`<div class="section note">
        ${t("Select a span in the timeline or the graph.")}
      </div>`;
    }
    const facts = getSpanFacts(trace, span);
    const { reading } = this;
    const detail = reading.kind === "read" ? reading.detail : undefined;
    return html`${this.#renderTitle(trace, facts, detail)}
      ${reading.kind === "failed" ? this.#renderFailed(span, reading.text) : nothing}
      ${detail?.error === undefined ? nothing : this.#renderError(detail.error, facts.state)}
      ${detail === undefined ? nothing : this.#renderConversation(trace, span, detail)}
      ${
        facts.state === "missing" ? this.#renderCause(trace, span) : this.#renderSource(trace, span)
      }
      <section class="section">
        <div class="heading"><h2>${t("Times")}</h2></div>
        ${this.#renderTimes(trace, facts)}
      </section>
      ${this.#renderValues(detail)}
      ${reading.kind === "reading" ? html`<div class="section note">${t("Reading…")}</div>` : nothing}
      ${detail === undefined ? nothing : this.#renderDetail(trace, facts, detail)}
      <traceside-relatives .state=${this.state} .trace=${trace} .span=${span}></traceside-relatives>
      ${detail === undefined ? nothing : this.#renderRest(trace, detail)}`;
  }

  /** Up to the page's clock, but for a span that has gone silent. */
  #renderTimes(trace: LoadedTrace, { span, state }: SpanFacts): TemplateResult {
    const now = (state === "silent" ? undefined : this.state.getTraceNow()) ?? trace;
    return renderTimes(now, getSpanFacts(now, span), now !== trace);
  }

  #renderConversation(
    trace: LoadedTrace,
    span: SpanIndex,
    detail: SpanDetail,
  ): TemplateResult | typeof nothing {
    // A prompt of a megabyte is read once, and not at every frame.
    if (this.#calls.detail !== detail) this.#calls = { detail, call: readGenAiCall(detail) };
    const { call } = this.#calls;
    if (call === undefined || call.kind === "other") return nothing;
    return html`<traceside-conversation
      .call=${call}
      .recorded=${detail.attributes}
      .host=${this.host}
      .trace=${trace}
      .span=${span}
      .go=${(target: SpanIndex) => this.state.goTo(target, "detail")}
    ></traceside-conversation>`;
  }

  /** Why a span that others name as their parent is not there. */
  #renderCause(trace: LoadedTrace, span: SpanIndex): TemplateResult | typeof nothing {
    const problem = trace.summary.problems.find(
      each =>
        each.code === "missingParent" &&
        each.spans.some(child => trace.columns.parent[child] === span),
    );
    if (problem === undefined) return nothing;
    return html`<section class="section">
      <div class="heading"><h2>${t("Likely cause")}</h2></div>
      <p class="wrap">${describeMissing(findCause(trace, problem))}</p>
    </section>`;
  }

  #renderSource(trace: LoadedTrace, span: SpanIndex): TemplateResult | typeof nothing {
    if (!this.host.hasEditor) return nothing;
    return html`<section class="section">
      <div class="heading"><h2>${t("Source")}</h2></div>
      <traceside-source .host=${this.host} .trace=${trace.columns} .span=${span}></traceside-source>
    </section>`;
  }

  #renderTitle(
    trace: LoadedTrace,
    facts: SpanFacts,
    detail: SpanDetail | undefined,
  ): TemplateResult {
    const { previous, next } = findSiblings(trace, facts.span);
    const kind = describeKind(facts.kind);
    const taskId = detail?.task?.taskId;
    return html`<header class="slot${facts.slot}">
      <div class="title">
        ${renderState(facts)}
        <h1>${renderBreaks(facts.name)}</h1>
        <span class="steps" role="group" aria-label=${t("Step through the tree")}>
          ${this.#renderStep(facts.parent < 0 ? undefined : facts.parent, icons.up, t("Parent"))}
          ${this.#renderStep(previous, icons.previous, t("Previous sibling"))}
          ${this.#renderStep(next, icons.next, t("Next sibling"))}
        </span>
      </div>
      <div class="facts">
        <span class=${facts.state === "failed" ? "failure" : ""}
          >${describeState(facts.state)}</span
        >
        ${
          facts.queue === ""
            ? nothing
            : html`<span class="chip" title=${t("Queue")}
                >${facts.group === facts.queue ? html`<span class="dot"></span>` : nothing}${facts.queue}</span
              >`
        }
        ${
          facts.service === ""
            ? nothing
            : html`<span class="chip" title=${t("Service")}
                >${facts.group === facts.queue ? nothing : html`<span class="dot"></span>`}${facts.service}</span
              >`
        }
        ${kind === undefined ? nothing : html`<span class="muted">${kind}</span>`}
        ${taskId === undefined ? nothing : this.#renderId(t("task"), taskId, t("Copy the task id"))}
        ${
          detail === undefined || detail.spanId === taskId || detail.spanId === ""
            ? nothing
            : this.#renderId(t("span"), detail.spanId, t("Copy the span id"))
        }
      </div>
    </header>`;
  }

  #renderId(what: string, id: string, copy: string): TemplateResult {
    return html`<span class="id muted" title=${id}
      >${what} <span class="mono">${shortId(id)}</span>${renderCopy(this.host, id, copy)}</span
    >`;
  }

  #renderStep(span: SpanIndex | undefined, icon: TemplateResult, label: string): TemplateResult {
    return html`<button
      class="icon"
      aria-disabled=${span === undefined ? "true" : "false"}
      aria-label=${label}
      title=${label}
      @click=${() => {
        if (span !== undefined) this.state.goTo(span, "detail");
      }}
    >
      ${icon}
    </button>`;
  }

  #renderFailed(span: SpanIndex, text: string): TemplateResult {
    return html`<section class="section" role="alert">
      <p class="wrap">
        <span class="failure">${t("The details could not be read.")}</span> ${text}
      </p>
      <vscode-button appearance="secondary" @click=${() => this.#read(span)}
        >${t("Try Again")}</vscode-button
      >
    </section>`;
  }

  /** A task that went well in the end still tells of the attempt that did not. */
  #renderError(
    { type, message, stack }: NonNullable<SpanDetail["error"]>,
    state: SpanState,
  ): TemplateResult {
    const isPast = state !== "failed";
    const whole = [type === undefined ? message : `${type}: ${message}`, stack]
      .filter(Boolean)
      .join("\n");
    return html`<section class="section">
      ${this.#renderHeading(isPast ? t("Error of an earlier attempt") : t("Error"), whole, t("Copy the error"))}
      <p class=${isPast ? "wrap" : "failure wrap"}>
        ${type === undefined ? nothing : html`<b>${type}</b>${message === "" ? "" : ": "}`}${
          whole === "" ? t("No message was recorded") : renderText(message)
        }
      </p>
      ${
        stack === undefined || stack === ""
          ? nothing
          : html`<traceside-stack .host=${this.host} .stack=${stack}></traceside-stack>`
      }
    </section>`;
  }

  #renderHeading(title: string, text: string | (() => string), copy: string): TemplateResult {
    return html`<div class="heading">
      <h2>${title}</h2>
      <span class="end">${renderCopy(this.host, text, copy)}</span>
    </div>`;
  }

  #renderValues(detail: SpanDetail | undefined): TemplateResult | typeof nothing {
    if (detail === undefined) return nothing;
    const render = (title: string, value: AttributeValue, copy: string): unknown =>
      value === undefined
        ? nothing
        : html`<section class="section">
            ${this.#renderHeading(title, () => toText(value), copy)} ${renderValue(value)}
          </section>`;
    return html`${render(t("Parameters"), detail.parameters, t("Copy the parameters"))}
    ${render(t("Result"), detail.result, t("Copy the result"))}`;
  }

  /** Draws what the span itself tells: its values, then what happened in it. */
  #renderDetail(trace: LoadedTrace, facts: SpanFacts, detail: SpanDetail): TemplateResult {
    const { attributes, events } = detail;
    const { call } = this.#calls;
    // The conversation has these, and shows them as they were written where it is asked to.
    const contentKeys = call === undefined || call.kind === "other" ? [] : call.contentKeys;
    const others = attributes.filter(({ key }) => !contentKeys.includes(key));
    return html`${this.#renderTask(facts, detail)}
      ${
        others.length === 0
          ? nothing
          : html`<section class="section">
              ${this.#renderHeading(
                t("Attributes"),
                () => toText(Object.fromEntries(attributes.map(({ key, value }) => [key, value]))),
                t("Copy all attributes"),
              )}
              ${renderAttributes(this.host, others)}
            </section>`
      }
      ${this.#renderEvents(trace, facts.span, sortEvents(events))}
      <traceside-log-lines
        .state=${this.state}
        .host=${this.host}
        .events=${events}
      ></traceside-log-lines>`;
  }

  #renderRest(trace: LoadedTrace, detail: SpanDetail): TemplateResult {
    const { links, resource, scope, stores } = detail;
    const raw = indentJson(detail.raw);
    const scopeText = [scope?.name, scope?.version].filter(Boolean).join(" ");
    return html`${renderLinks(this.host, trace, links)}
      ${
        resource.length === 0 && scopeText === ""
          ? nothing
          : html`<section class="section">
              <details>
                <summary>${t("Resource")}</summary>
                ${scopeText === "" ? nothing : html`<p class="note">${t("Instrumented by {0}", scopeText)}</p>`}
                ${renderAttributes(this.host, resource)}
              </details>
            </section>`
      }
      ${
        raw === ""
          ? nothing
          : html`<section class="section copied">
              <details>
                <summary>${t("Raw document")}</summary>
                <div class="mono">${renderText(raw)}</div>
              </details>
              <span class="copier">${renderCopy(this.host, raw, t("Copy the raw document"))}</span>
            </section>`
      }
      ${renderStoreVersions(detail)}
      <p class="section note">
        ${stores.length === 0 ? t("No store has this span.") : t("Known to {0}", stores.join(", "))}
      </p>`;
  }

  #renderTask(facts: SpanFacts, { task }: SpanDetail): TemplateResult | typeof nothing {
    if (task === undefined) return nothing;
    const rows: readonly (readonly [string, string | undefined])[] = [
      // The title has these already, unless the store calls them otherwise.
      [t("Function"), task.function === facts.name ? undefined : task.function],
      [t("Class"), task.className],
      [t("Queue"), task.queue === facts.queue ? undefined : task.queue],
      [t("State"), task.state],
      [t("Host"), task.host],
      [t("Process"), task.process],
      [t("Script"), task.script],
      [t("File"), task.file],
    ];
    return html`<section class="section">
      ${this.#renderHeading(t("Task"), task.taskId, t("Copy the task id"))} ${renderFactGrid(rows)}
    </section>`;
  }

  #renderEvents(
    trace: LoadedTrace,
    span: SpanIndex,
    events: readonly SpanEvent[],
  ): TemplateResult | typeof nothing {
    if (events.length === 0) return nothing;
    // They were told by the same clock.
    const shiftNs = trace.isSkewCorrected ? (trace.skew.shiftNs[span] ?? 0) : 0;
    const { shown, more } = this.#lists.cut(events, EVENTS_AT_FIRST);
    return html`<section class="section">
      ${this.#renderHeading(t("Events"), () => JSON.stringify(events, undefined, 2), t("Copy all events"))}
      ${shown.map(
        event =>
          html`<details class="event">
            <summary>
              ${isLog(event) ? renderLevel(levelOf(event)) : nothing}
              <span class="cut">${event.name === "" ? t("(no name)") : event.name}</span>
              <span class="end muted">${formatEventTime(trace, event.timeUnixNs, shiftNs)}</span>
            </summary>
            ${
              event.attributes.length === 0
                ? html`<p class="note">${t("It has no attributes.")}</p>`
                : renderAttributes(this.host, event.attributes)
            }
          </details>`,
      )}
      ${more}
    </section>`;
  }
}

/** Nanoseconds since the epoch are digits, because no number holds them: exact to the origin's milliseconds. */
function formatEventTime(trace: LoadedTrace, timeUnixNs: string, shiftNs: number): string {
  if (!/^\d+$/.test(timeUnixNs)) return "";
  const originNs = BigInt(trace.columns.originUnixMs) * BigInt(NS_PER_MS);
  return formatOffset(Number(BigInt(timeUnixNs) - originNs) + shiftNs - trace.startNs);
}

customElements.define("traceside-span", SpanView);
