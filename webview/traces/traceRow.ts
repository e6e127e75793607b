/**
 * One row of the list: a trace, or the group of all traces of one root operation or session. Two lines where the side bar is
 * narrow, one where there is room. Knows neither list nor keyboard.
 */

import { html, nothing, type TemplateResult } from "lit";
import { STALE_MS } from "../../src/analysis/unfinished.ts";
import { assertNever } from "../../src/base/assert.ts";
import { isMoment } from "../../src/base/relativeTime.ts";
import { shortId } from "../../src/model/ids.ts";
import { formatDuration, NS_PER_MS } from "../../src/model/units.ts";
import type { ListedTrace } from "../../src/protocol/tracesView.ts";
import { elementStyle } from "../kit/elementStyle.ts";
import { icons, stateIcons } from "../kit/icons.ts";
import { renderMiddleCut } from "../kit/middleCut.ts";
import { describeCommit } from "../words/commitText.ts";
import { countOf, formatAgo, formatCount, formatMoment } from "../words/localText.ts";
import { describeState } from "../words/spanFacts.ts";
import { t } from "../words/words.ts";
import { traceIcons } from "./traceIcons.ts";
import type { TraceGroup } from "./traceList.ts";

/** The context that all rows share. */
export interface RowContext {
  readonly nowMs: number;
  /** The duration that a full bar stands for. */
  readonly longestMs: number;
  /** Traces can be pinned and deleted. */
  readonly canChange: boolean;
  /** The room for names beside their dots, in letters; the first has its name, and what has no room is a dot alone. */
  readonly serviceLetters: number;
  readonly slotOf: (service: string) => number;
  readonly setPinned: (trace: ListedTrace, isPinned: boolean) => void;
  readonly remove: (trace: ListedTrace) => void;
}

const LEAST_SHARE = 0.02;
/** More dots than this say only that there are many. */
const DOTS = 3;

export function renderTrace(trace: ListedTrace, context: RowContext): TemplateResult {
  const { errorCount, spanCount, startUnixMs } = trace;
  const isKnown = isMoment(startUnixMs);
  return html`<span class="state ${trace.state}" title=${describeTraceState(trace)}
      >${stateIcons[trace.state]}</span
    >
    <span class="name" title=${describeName(trace)}>${renderMiddleCut(nameOf(trace))}</span>
    ${renderActions(trace, context)}
    <span class="duration ${trace.durationMs === undefined ? "muted" : ""}"
      >${describeDuration(trace, context.nowMs)}</span
    >
    <span class="services" title=${trace.services.join("\n")}>
      ${renderServices(trace.services, context)}
    </span>
    <span class="facts muted">
      ${renderExpectations(trace)}
      ${
        errorCount > 0
          ? html`<span
              class="failure errors"
              title=${countOf(errorCount, t("1 error"), t("{0} errors"))}
              >${traceIcons.error}${formatCount(errorCount)}</span
            >`
          : nothing
      }
      <span class="spans" title=${countOf(spanCount, t("1 span"), t("{0} spans"))}
        >${traceIcons.spans}${formatCount(spanCount)}</span
      >
      <span class="ago" title=${isKnown ? formatMoment(startUnixMs) : nothing}
        >${isKnown ? formatAgo(startUnixMs, context.nowMs, "narrow") : "–"}</span
      >
    </span>
    ${renderBar(trace, context)}`;
}

/** Held against what the workspace expects of its root. */
function renderExpectations({ expectations }: ListedTrace): TemplateResult | typeof nothing {
  if (expectations === undefined) return nothing;
  const { checked, broken } = expectations;
  const text =
    broken === 0
      ? countOf(checked, t("The 1 expectation is met"), t("All {0} expectations are met"))
      : countOf(broken, t("1 expectation is not met"), t("{0} expectations are not met"));
  return html`<span
    class="expectations ${broken === 0 ? "" : "failure"}"
    role="img"
    title=${text}
    aria-label=${text}
    >${broken === 0 ? icons.done : icons.warning}${broken === 0 ? nothing : formatCount(broken)}</span
  >`;
}

function renderServices(services: readonly string[], context: RowContext): TemplateResult {
  const named = services.slice(0, countNamed(services, context.serviceLetters));
  const dots = services.slice(named.length, named.length + DOTS);
  const rest = services.length - named.length - dots.length;
  const dot = (service: string): TemplateResult =>
    html`<span class="dot slot${context.slotOf(service)}"></span>`;
  return html`${named.map(
    service =>
      html`<span class="service">${dot(service)}<span class="cut">${service}</span></span>`,
  )}${
    dots.length === 0
      ? nothing
      : html`<span class="dots">${dots.map(dot)}${rest > 0 ? `+${rest}` : nothing}</span>`
  }`;
}

/** How many have room for their names; a dot and its gap are as wide as three letters. */
function countNamed(services: readonly string[], letters: number): number {
  let left = letters;
  const cut = services.findIndex(service => {
    left -= service.length + 3;
    return left < 0;
  });
  return cut < 0 ? services.length : Math.max(1, cut);
}

function renderActions(trace: ListedTrace, context: RowContext): TemplateResult {
  const { isPinned } = trace;
  const pin = isPinned ? t("Unpin (P)") : t("Pin (P)");
  // For the pointer alone: each has its key and its item in the menu, and a row is one control and not three.
  return html`<span class="actions" aria-hidden="true">
    ${
      context.canChange
        ? html`<span
              class="icon onHover"
              title=${t("Delete (Del)")}
              @click=${stopThen(() => context.remove(trace))}
              >${traceIcons.trash}</span
            ><span
              class="icon ${isPinned ? "" : "onHover"}"
              title=${pin}
              @click=${stopThen(() => context.setPinned(trace, !isPinned))}
              >${isPinned ? traceIcons.pinned : traceIcons.pin}</span
            >`
        : nothing
    }
  </span>`;
}

/** As long as its share of the longest in the list. */
function renderBar(
  { durationMs = 0, services }: ListedTrace,
  { longestMs, slotOf }: RowContext,
): TemplateResult {
  return renderShare(durationMs / longestMs, `slot${slotOf(services[0] ?? "")}`);
}

/** A share too small to be compared is no bar: specks under the rows say nothing. */
function renderShare(share: number, colour: string): TemplateResult {
  const bar =
    share >= LEAST_SHARE
      ? html`<span
          class="bar ${colour}"
          ${elementStyle({ "inline-size": `${(share * 100).toFixed(2)}%` })}
        ></span>`
      : nothing;
  return html`<span class="track" aria-hidden="true">${bar}</span>`;
}

export function renderGroup(
  group: TraceGroup,
  isOpen: boolean,
  context: RowContext,
): TemplateResult {
  const { failed, p50Ms, maxMs, traces } = group;
  // The median of one, and its longest, are the one's own duration.
  const isOne = traces.length === 1;
  return html`<span class="twisty ${isOpen ? "open" : ""}">${icons.next}</span>
    <span
      class="name"
      title=${group.session === undefined ? group.name : `${group.name}\n${group.session}`}
      >${renderGroupName(group)}</span
    >
    <span class="duration"
      >${
        p50Ms === undefined
          ? nothing
          : html`${isOne ? nothing : html`<span class="muted">${t("p50")}</span> `}${formatMs(p50Ms)}`
      }</span
    >
    <span class="services" title=${group.service ?? nothing}
      >${renderServices(group.service === undefined ? [] : [group.service], context)}</span
    >
    <span class="facts muted">
      ${
        failed > 0
          ? html`<span
              class="failure errors"
              title=${countOf(failed, t("1 failed trace"), t("{0} failed traces"))}
              >${traceIcons.error}${formatCount(failed)}<span class="failedWord"
                >${t("failed")}</span
              ></span
            >`
          : nothing
      }
      <span class="spans">${countOf(traces.length, t("1 trace"), t("{0} traces"))}</span>
      ${
        maxMs === undefined || isOne
          ? nothing
          : html`<span class="ago">${t("max {0}", formatMs(maxMs))}</span>`
      }
    </span>
    ${renderShare(failed < traces.length ? failed / traces.length : 0, "failed")}`;
}

/** Sessions are told apart by their ids: what they are about is cut first. */
function renderGroupName({ name, session, traces }: TraceGroup): TemplateResult {
  if (session === undefined) return renderMiddleCut(name || t("(no name)"));
  const about = traces[0]?.name ?? "";
  return html`<span class="session">${shortId(session)}${about === "" ? nothing : " · "}</span
    >${renderMiddleCut(about)}`;
}

/** All of a row in a sentence, for those who hear it. */
export function labelTrace(trace: ListedTrace, nowMs: number): string {
  const { errorCount, spanCount, startUnixMs } = trace;
  return [
    nameOf(trace),
    describeTraceState(trace),
    trace.durationMs === undefined ? undefined : formatMs(trace.durationMs),
    errorCount > 0 ? countOf(errorCount, t("1 error"), t("{0} errors")) : undefined,
    countOf(spanCount, t("1 span"), t("{0} spans")),
    ...trace.services,
    isMoment(startUnixMs) ? formatAgo(startUnixMs, nowMs) : undefined,
    trace.isPinned ? t("pinned") : undefined,
  ]
    .filter(part => part !== undefined)
    .join(", ");
}

export function labelGroup(group: TraceGroup): string {
  const { failed, p50Ms, maxMs, traces } = group;
  return [
    group.name || t("(no name)"),
    group.service,
    countOf(traces.length, t("1 trace"), t("{0} traces")),
    failed > 0 ? countOf(failed, t("1 failed trace"), t("{0} failed traces")) : undefined,
    p50Ms === undefined ? undefined : t("median {0}", formatMs(p50Ms)),
    maxMs === undefined ? undefined : t("max {0}", formatMs(maxMs)),
  ]
    .filter(part => part !== undefined)
    .join(", ");
}

function describeName(trace: ListedTrace): string {
  const { traceId, session, commit } = trace;
  return [
    ...[nameOf(trace), traceId],
    ...(session === undefined ? [] : [t("Session {0}", session)]),
    ...(commit === undefined ? [] : [describeCommit(commit)]),
  ].join("\n");
}

export function nameOf(trace: ListedTrace): string {
  return trace.name || shortId(trace.traceId);
}

function describeTraceState({ state }: ListedTrace): string {
  switch (state) {
    case "failed":
    case "ok":
    case "ended":
    case "running":
    case "silent":
    case "untimed":
      return describeState(state);
    default:
      return assertNever(state);
  }
}

function describeDuration(trace: ListedTrace, nowMs: number): string {
  if (trace.durationMs !== undefined) return formatMs(trace.durationMs);
  if (trace.state === "untimed") return "–";
  return nowMs - trace.startUnixMs < STALE_MS ? t("running") : t("not ended");
}

function formatMs(ms: number): string {
  return formatDuration(ms * NS_PER_MS);
}

/** A button in a row is not a click on the row. */
function stopThen(run: () => void): (event: Event) => void {
  return event => {
    event.stopPropagation();
    run();
  };
}
