/** `<traceside-header>`: what the trace is, in two calm lines, and what is wrong with its data on demand. */

import { html, nothing, type TemplateResult } from "lit";
import { headerStyles } from "./headerStyles.ts";
import { isUnfinished } from "../../src/analysis/unfinished.ts";
import { isMoment } from "../../src/base/relativeTime.ts";
import type { StoreAnswer } from "../../src/model/failure.ts";
import { shortId } from "../../src/model/ids.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import { formatDuration, NS_PER_MS } from "../../src/model/units.ts";
import { AgeTicks } from "../kit/ageTicks.ts";
import { renderCopy } from "../kit/copyButton.ts";
import { PanelElement } from "./panelElement.ts";
import { icons, stateIcons } from "../kit/icons.ts";
import { middleCutStyles, renderMiddleCut } from "../kit/middleCut.ts";
import { describeCommit, nameCommit } from "../words/commitText.ts";
import {
  countOf,
  formatAgo,
  formatClock,
  formatCount,
  formatMoment,
  formatStart,
  setUtc,
  toUnixMs,
} from "../words/localText.ts";
import { describeProblem, findCause } from "../words/problemText.ts";
import { CutLists } from "../kit/showAll.ts";
import { getSpanFacts, type SpanState } from "../words/spanFacts.ts";
import { isKeptUp, isNews } from "./liveClock.ts";
import type { LoadedTrace } from "./state.ts";
import { describeAnswer, explainAnswer } from "../words/storeAnswers.ts";
import { baseStyles, paletteStyles } from "../kit/styles.ts";
import {
  countTrace,
  findNextOf,
  getTraceState,
  type GroupCount,
  type TraceFacts,
} from "../words/traceFacts.ts";
import { t } from "../words/words.ts";

const GROUPS_AT_FIRST = 8;
const PROBLEMS_AT_FIRST = 30;

export class Header extends PanelElement {
  static override styles = [baseStyles, paletteStyles, middleCutStyles, headerStyles];
  static override properties = {
    narrow: { attribute: false },
    groupsInSight: { attribute: false },
    showsProblems: { state: true },
  };
  declare narrow: boolean;
  /** As many queues and services as have room in a line. */
  declare groupsInSight: number;
  declare showsProblems: boolean;
  readonly #lists = new CutLists(this);
  #counted: { readonly trace: LoadedTrace; readonly facts: TraceFacts } | undefined;

  constructor() {
    super(({ trace, selection, filter, isUtc, nowUnixMs, isFollowing }) => [
      trace,
      selection,
      filter,
      isUtc,
      nowUnixMs,
      isFollowing,
    ]);
    new AgeTicks(this, () => {
      const trace = this.state.trace.value;
      return trace === undefined ? 0 : toUnixMs(trace.columns.originUnixMs, trace.startNs);
    });
  }

  protected override updated(): void {
    this.classList.toggle("narrow", this.narrow);
  }

  override render(): TemplateResult | typeof nothing {
    const trace = this.state.trace.value;
    if (trace === undefined) return nothing;
    const facts = this.#count(trace);
    return html`${this.#renderTitle(trace, facts)}
      <div class="facts">
        ${this.#renderIdentity(trace)} ${this.#renderCounts(facts)} ${this.#renderCommit(trace)}
        ${this.#renderProblemsButton(trace)} ${this.#renderSkew(trace)}
        ${trace.summary.answers
          .filter(({ kind }) => kind !== "notFound" && !(this.narrow && kind === "found"))
          .map(answer => renderAnswer(answer, trace))}
        ${this.#renderGroups(facts)}
      </div>
      ${this.showsProblems ? this.#renderProblems(trace) : nothing}`;
  }

  #renderTitle(trace: LoadedTrace, facts: TraceFacts): TemplateResult {
    const { roots } = trace.tree;
    const root = roots[0] === undefined ? undefined : getSpanFacts(trace, roots[0]);
    const name =
      root === undefined
        ? t("Empty trace")
        : root.queue === "" && root.service !== ""
          ? t("{0}: {1}", root.service, root.name)
          : root.name;
    const state = getTraceState(facts, root?.state);
    const stateText = describeTrace(state);
    return html`<div class="title">
      <span class="state ${state}" role="img" title=${stateText} aria-label=${stateText}
        >${stateIcons[state]}</span
      >
      <h1 title=${name}>${renderMiddleCut(name)}</h1>
      ${
        roots.length > 1 && !this.narrow
          ? html`<span class="muted cut" title=${t("Spans that have no parent in this trace")}
              >${countOf(roots.length - 1, t("and 1 more root"), t("and {0} more roots"))}</span
            >`
          : nothing
      }
      ${this.#renderDuration(trace, facts)}
      <span class="end">${this.#renderLive(trace)}<slot></slot></span>
    </div>`;
  }

  /** That the panel keeps up by itself, and the way to read again where it cannot. */
  #renderLive({ summary, uncorrected }: LoadedTrace): TemplateResult {
    const { watched, polled, changedUnixMs, isReading } = summary.live;
    const now = Date.now();
    const hasChanged = isNews(changedUnixMs, now);
    const { isFollowing } = this.state;
    const isLive = isKeptUp(summary.live) && isUnfinished(uncorrected, now);
    const words = isFollowing.value ? t("following") : hasChanged ? t("updated") : t("live");
    const changed =
      changedUnixMs === undefined ? "" : t("Last change: {0}", formatClock(changedUnixMs));
    const how =
      watched.length > 0
        ? t("New spans appear by themselves: {0} tells of them.", watched.join(", "))
        : t("{0} is asked again now and then while the trace is unfinished.", polled.join(", "));
    return html`${
      isLive || hasChanged
        ? html`<button
            class="live quiet toggle ${hasChanged ? "changed" : ""}"
            aria-pressed=${isFollowing.value ? "true" : "false"}
            title=${[t("Follow what runs, until you scroll (.)"), how, changed].filter(Boolean).join("\n")}
            @click=${() => this.state.follow(!isFollowing.value)}
          >
            <span class="pulse"></span>${words}
          </button>`
        : nothing
    }${isKeptUp(summary.live) ? this.#renderRefresh(isReading) : nothing}`;
  }

  #renderRefresh(isReading: boolean): TemplateResult {
    return html`<button
      class="icon"
      aria-label=${t("Read again from all stores")}
      title=${t("Read again from all stores")}
      aria-disabled=${isReading ? "true" : "false"}
      @click=${() => {
        if (isReading) return;
        this.host.remote.refresh().catch(this.host.report);
      }}
    >
      <span class="refresh ${isReading ? "turning" : ""}">${icons.refresh}</span>
    </button>`;
  }

  /** Clocks that differ are corrected when the user asks for it, and it can always be seen whether they are. */
  #renderSkew(trace: LoadedTrace): TemplateResult | typeof nothing {
    const { skew, isSkewCorrected } = trace;
    if (skew.skewed.length === 0) return nothing;
    const words = isSkewCorrected
      ? countOf(skew.moved, t("1 span moved for clock skew"), t("{0} spans moved for clock skew"))
      : countOf(skew.skewed.length, t("1 span looks skewed"), t("{0} spans look skewed"));
    const title = isSkewCorrected
      ? t("The clocks of their machines differ. Show the times as they were recorded.")
      : t(
          "They begin before what caused them, so the clocks of their machines differ. Move them to where they fit.",
        );
    return html`<button
      class="fact quiet toggle"
      aria-pressed=${isSkewCorrected ? "true" : "false"}
      title=${title}
      @click=${() => this.state.correctSkew(!isSkewCorrected)}
    >
      ${icons.clock}${words}
    </button>`;
  }

  #renderDuration(trace: LoadedTrace, facts: TraceFacts): TemplateResult | typeof nothing {
    if (facts.spans === 0 || !hasTimes(trace)) return nothing;
    const lastNs = trace.endNs - trace.startNs;
    if (facts.running.length + facts.queued.length === 0) {
      const title = t("From the first publish or start to the last end");
      return html`<span class="total muted" title=${title}>${formatDuration(lastNs)}</span>`;
    }
    const clockNs = this.state.clockNs.value;
    if (clockNs !== undefined) {
      const sinceMs = (clockNs - trace.startNs) / NS_PER_MS;
      const seconds = Math.max(Math.floor(sinceMs / 1_000) * 1_000 * NS_PER_MS, lastNs);
      const title = t("Since the first publish or start, by this machine's clock");
      return html`<span class="total muted" title=${title}
        >${t("running, {0} so far", formatDuration(seconds))}</span
      >`;
    }
    const title = t("From the first publish or start to the last that was heard");
    return html`<span class="total muted" title=${title}
      >${t("still running when last heard, {0}", formatDuration(lastNs))}</span
    >`;
  }

  #renderIdentity(trace: LoadedTrace): TemplateResult {
    const { traceId, originUnixMs, count } = trace.columns;
    const startMs = toUnixMs(originUnixMs, trace.startNs);
    const now = Date.now();
    const ago = formatAgo(startMs, now);
    const when = this.narrow ? ago : `${formatStart(startMs, now)} · ${ago}`;
    return html`<span class="fact" title=${traceId}
        >${this.narrow ? nothing : html`<span>${t("trace")}</span>`}<span class="mono"
          >${shortId(traceId)}</span
        >${renderCopy(this.host, traceId, t("Copy the trace id"))}</span
      >
      ${
        count === 0
          ? nothing
          : isMoment(startMs)
            ? html`<button
                class="fact"
                title=${`${formatMoment(startMs)}\n${this.state.isUtc.value ? t("Show times in the local zone") : t("Show times in UTC")}`}
                @click=${this.#turnZone}
              >
                ${when}
              </button>`
            : hasTimes(trace)
              ? nothing
              : html`<span class="fact" title=${t("No times recorded")}>${t("no times")}</span>`
      }`;
  }

  /** A click compares with what ran before the code was changed. */
  #renderCommit({ summary: { commit } }: LoadedTrace): TemplateResult | typeof nothing {
    if (commit === undefined) return nothing;
    const { remote, report } = this.host;
    const action = t("Compare with the last run of another commit, or before your edit");
    return html`<button
      class="fact quiet commit"
      title=${`${describeCommit(commit)}\n${action}`}
      @click=${() => remote.compareBeforeEdit().catch(report)}
    >
      ${icons.commit}${nameCommit(commit)}
    </button>`;
  }

  readonly #turnZone = (): void => {
    const { isUtc } = this.state;
    setUtc(!isUtc.value);
    isUtc.set(!isUtc.value);
  };

  #renderCounts(facts: TraceFacts): TemplateResult {
    const spans = countOf(facts.spans, t("1 span"), t("{0} spans"));
    const tasks = countOf(facts.tasks, t("1 task"), t("{0} tasks"));
    const isMixed = facts.tasks > 0 && facts.tasks < facts.spans;
    const { running, queued, silent } = facts;
    const done = formatCount(facts.spans - running.length - queued.length - silent.length);
    const isLive = this.state.clockNs.value !== undefined;
    const counted = facts.tasks === facts.spans ? tasks : spans;
    return html`<span
        class="fact"
        title=${isMixed ? t("A task is a span that ran from a queue") : nothing}
        >${
          isLive
            ? t("{0} of {1} done", done, counted)
            : isMixed
              ? t("{0}, {1}", spans, tasks)
              : counted
        }</span
      >
      ${this.#renderFailed(facts)}
      ${this.#renderSteps("running", facts.running, t("1 running"), t("{0} running"))}
      ${this.#renderSteps("queued", facts.queued, t("1 queued"), t("{0} queued"))}
      ${this.#renderSteps("silent", facts.silent, t("1 without heartbeat"), t("{0} without heartbeat"))}
      ${this.#renderSteps(undefined, facts.retried, t("1 retried"), t("{0} retried"))}`;
  }

  /** A count that steps through its spans: the first at the first click, then the next. */
  #renderSteps(
    icon: "running" | "queued" | "silent" | undefined,
    spans: readonly SpanIndex[],
    one: string,
    many: string,
  ): TemplateResult | typeof nothing {
    if (spans.length === 0) return nothing;
    const step = (): void => {
      const next = findNextOf(spans, this.state.selection.value?.span);
      if (next !== undefined) this.state.goTo(next, "header");
    };
    return html`<button class="fact quiet" title=${t("Go to the next")} @click=${step}>
      ${
        icon === undefined
          ? icons.retry
          : html`<span class="state ${icon}">${stateIcons[icon]}</span>`
      }${countOf(spans.length, one, many)}
    </button>`;
  }

  #renderGroups(facts: TraceFacts): TemplateResult | typeof nothing {
    if (facts.groups.length === 0) return nothing;
    const limit = Math.min(GROUPS_AT_FIRST, this.groupsInSight);
    const { shown } = this.#lists.cut(facts.groups, limit, "groups");
    const rest = facts.groups.slice(shown.length);
    return html`<span class="chips">
      ${shown.map(group => this.#renderChip(group))}
      ${
        rest.length > 0
          ? html`<button
              class="fact quiet"
              title=${rest.map(group => group.name).join("\n")}
              aria-label=${t("Show {0} more queues and services", rest.length)}
              @click=${() => this.#lists.showAll("groups")}
            >
              +${rest.length}
            </button>`
          : nothing
      }
    </span>`;
  }

  /** The legend of graph and timeline, which filters both. */
  #renderChip({ name, slot, isQueue, spans }: GroupCount): TemplateResult {
    const count = countOf(spans, t("1 span"), t("{0} spans"));
    const title = isQueue ? t("Queue {0}: {1}", name, count) : t("Service {0}: {1}", name, count);
    const isOn = this.state.filter.value.group === name;
    return html`<button
      class="chip quiet toggle slot${slot}"
      title=${title}
      aria-pressed=${isOn ? "true" : "false"}
      @click=${() => this.state.toggleFilter("group", name)}
    >
      <span class="dot"></span><span class="cut">${name}</span>
    </button>`;
  }

  #renderFailed({ failed }: TraceFacts): TemplateResult | typeof nothing {
    if (failed.length === 0) return nothing;
    const isOn = this.state.filter.value.isFailed === true;
    return html`<button
      class="fact quiet toggle failure"
      title=${t("Show only what failed")}
      aria-pressed=${isOn ? "true" : "false"}
      @click=${() => this.state.toggleFilter("isFailed", true)}
    >
      <span class="state failed">${stateIcons.failed}</span>
      ${countOf(failed.length, t("1 error"), t("{0} errors"))}
    </button>`;
  }

  #renderProblemsButton({ summary }: LoadedTrace): TemplateResult | typeof nothing {
    const count = summary.problems.length;
    if (count === 0) return nothing;
    return html`<button
      class="fact quiet"
      aria-expanded=${this.showsProblems ? "true" : "false"}
      title=${t("What was wrong with the data, and what was done about it")}
      @click=${() => {
        this.showsProblems = !this.showsProblems;
      }}
    >
      ${icons.warning}${countOf(count, t("1 problem"), t("{0} problems"))}
    </button>`;
  }

  #renderProblems(trace: LoadedTrace): TemplateResult {
    const { problems } = trace.summary;
    const { shown, more } = this.#lists.cut(problems, PROBLEMS_AT_FIRST, "problems");
    return html`<ul class="problems" aria-label=${t("Problems")}>
      ${shown.map(problem => {
        const { what, why } = describeProblem(problem, findCause(trace, problem));
        const words = html`${icons.warning}<span>${what} <span class="muted">${why}</span></span>`;
        return html`<li>
          ${
            problem.spans.length === 0
              ? html`<div class="problem">${words}</div>`
              : html`<button
                  class="problem lineRow"
                  title=${t("Go to the span")}
                  @click=${() => {
                    const next = findNextOf(
                      [...problem.spans].sort((a, b) => a - b),
                      this.state.selection.value?.span,
                    );
                    if (next !== undefined) this.state.goTo(next, "header");
                  }}
                >
                  ${words}
                </button>`
          }
        </li>`;
      })}
      ${more === nothing ? nothing : html`<li>${more}</li>`}
    </ul>`;
  }

  #count(trace: LoadedTrace): TraceFacts {
    if (this.#counted?.trace !== trace) this.#counted = { trace, facts: countTrace(trace) };
    return this.#counted.facts;
  }
}

/** The clock's zero is where a trace begins of whose spans none has a time. */
function hasTimes({ columns }: LoadedTrace): boolean {
  return columns.originUnixMs !== 0;
}

function renderAnswer(answer: StoreAnswer, { summary }: LoadedTrace): TemplateResult {
  const gave = summary.sources.find(({ store }) => store === answer.store)?.spans;
  const words =
    gave === undefined ? describeAnswer(answer) : countOf(gave, t("1 span"), t("{0} spans"));
  // Where one store gave it all, the count of spans says it already.
  const isAlone = summary.sources.length === 1 && gave !== undefined;
  return html`<span class="fact" title=${explainAnswer(answer)}
    >${answer.kind === "failed" ? icons.warning : nothing}${answer.store}
    ${isAlone ? describeAnswer(answer) : words}</span
  >`;
}

function describeTrace(state: SpanState): string {
  switch (state) {
    case "failed":
      return t("Something failed in this trace");
    case "running":
      return t("This trace is still running");
    case "queued":
      return t("This trace waits for a worker");
    case "silent":
      return t("A part of this trace has gone silent");
    case "missing":
      return t("This trace has no spans");
    default:
      return t("Nothing failed in this trace");
  }
}

customElements.define("traceside-header", Header);
