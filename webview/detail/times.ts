/** When a span was published, started and ended, as facts and as a line in the length of the whole trace. */

import { html, nothing, type TemplateResult } from "lit";
import { SkewReason } from "../../src/analysis/clockSkew.ts";
import { isMoment } from "../../src/base/relativeTime.ts";
import { formatDuration } from "../../src/model/units.ts";
import { elementStyle } from "../kit/elementStyle.ts";
import {
  formatClock,
  formatCount,
  formatMoment,
  formatOffset,
  formatShare,
  toUnixMs,
} from "../words/localText.ts";
import { describeDuration, type SpanFacts } from "../words/spanFacts.ts";
import type { LoadedTrace } from "../panel/state.ts";
import { t } from "../words/words.ts";

/** `isLive`: the trace's times are up to this moment, and not to the last news of it. */
export function renderTimes(trace: LoadedTrace, facts: SpanFacts, isLive: boolean): TemplateResult {
  const { columns } = trace;
  const startMs = toUnixMs(columns.originUnixMs, facts.startNs);
  const isQueued = facts.state === "queued";
  const hasRun = facts.state !== "missing" && facts.state !== "untimed" && !isQueued;
  const isRunning = hasRun && Number.isNaN(facts.durationNs);
  const soFarNs = trace.endNs - facts.startNs;
  const ranNs = isRunning ? soFarNs : facts.durationNs;
  const queue =
    facts.queue === "" ? nothing : html`<span class="muted cut">${t("in {0}", facts.queue)}</span>`;
  return html`${renderPlace(trace, facts)}
    <dl class="grid">
      <dt>${isQueued ? t("Published") : t("Started")}</dt>
      <dd>
        ${isMoment(startMs) ? html`<span title=${formatMoment(startMs)}>${formatClock(startMs)}</span>` : nothing}
        <span class="muted" title=${t("Since the start of the trace")}
          >${formatOffset(facts.startNs - trace.startNs)}</span
        >
      </dd>
      ${renderSkew(trace, facts)}
      ${
        hasRun
          ? html`<dt>${t("Ran")}</dt>
              <dd>${isRunning ? describeSoFar(soFarNs, isLive) : describeDuration(facts)}</dd>`
          : nothing
      }
      ${
        facts.waitNs > 0 || (isQueued && soFarNs > 0)
          ? html`<dt>${t("Waited")}</dt>
              <dd>
                ${
                  isQueued ? t("{0} so far", formatDuration(soFarNs)) : formatDuration(facts.waitNs)
                }
                ${queue}
              </dd>`
          : nothing
      }
      ${
        // A span without children has no other time.
        hasRun && facts.selfNs > 0 && facts.selfNs < ranNs
          ? html`<dt title=${t("It ran, and none of the spans that it waited for did")}>
                ${t("Self time")}
              </dt>
              <dd>
                ${formatDuration(facts.selfNs)}
                <span class="muted">${formatShare(facts.selfNs, ranNs)}</span>
              </dd>`
          : nothing
      }
      ${
        facts.attempts > 1
          ? html`<dt>${t("Attempts")}</dt>
              <dd>${facts.attempts === 255 ? t("255 or more") : formatCount(facts.attempts)}</dd>`
          : nothing
      }
    </dl>`;
}

function describeSoFar(soFarNs: number, isLive: boolean): string {
  if (soFarNs <= 0) return t("not heard of since");
  const length = formatDuration(soFarNs);
  return isLive ? t("{0} so far", length) : t("{0} when last heard, and still runs", length);
}

/** By how much it is moved, or would be, because the clocks of two machines differ, and why. */
function renderSkew(
  { skew, isSkewCorrected, columns }: LoadedTrace,
  { span, parent }: SpanFacts,
): TemplateResult | typeof nothing {
  const shiftNs = skew.shiftNs[span] ?? 0;
  if (shiftNs === 0) return nothing;
  const length = formatDuration(Math.abs(shiftNs));
  const by = shiftNs > 0 ? `+${length}` : `−${length}`;
  const host = columns.strings[columns.host[span] ?? 0] ?? "";
  const above = columns.strings[columns.host[parent] ?? 0] ?? "";
  const hosts =
    host === "" || above === "" || host === above ? "" : t("Clocks of {0} and {1}", above, host);
  return html`<dt>${t("Clock")}</dt>
    <dd title=${hosts === "" ? nothing : hosts}>
      <span class="wrap"
        >${isSkewCorrected ? t("moved by {0}", by) : t("looks {0} off", length)}
        <span class="muted">${describeSkew(skew.reason[span] ?? 0)}</span></span
      >
    </dd>`;
}

function describeSkew(reason: number): string {
  switch (reason) {
    case SkewReason.sameClock:
      return t("its parent's clock is its own");
    case SkewReason.beforeParent:
      return t("it began before its parent");
    case SkewReason.outsideParent:
      return t("it does not lie within its parent");
    case SkewReason.beforePublish:
      return t("it started before it was published");
    default:
      return "";
  }
}

/** Where in the whole trace it waited and ran. */
function renderPlace(trace: LoadedTrace, facts: SpanFacts): TemplateResult {
  const wholeNs = Math.max(1, trace.endNs - trace.startNs);
  const percent = (ns: number): string => `${Math.min(100, Math.max(0, (ns / wholeNs) * 100))}%`;
  const soFarNs = trace.endNs - facts.startNs;
  const isQueued = facts.state === "queued";
  const waitNs = isQueued ? soFarNs : Math.max(0, facts.waitNs || 0);
  const ranNs = isQueued ? 0 : Number.isNaN(facts.durationNs) ? soFarNs : facts.durationNs;
  const waitedFromNs = isQueued ? facts.startNs : facts.startNs - waitNs;
  const at = (fromNs: number, lengthNs: number): Record<string, string> => ({
    left: percent(fromNs - trace.startNs),
    width: percent(lengthNs),
  });
  return html`<div class="place slot${facts.slot}" aria-hidden="true">
    <span class="wait" ${elementStyle(at(waitedFromNs, waitNs))}></span>
    <span class="ran" ${elementStyle(at(facts.startNs, ranNs))}></span>
  </div>`;
}
