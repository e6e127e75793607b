/** Traces of a list as lines, and why there are none. */

import { SpanStatus } from "../model/span.ts";
import { formatDuration, NS_PER_MS } from "../model/units.ts";
import { countOf, quote } from "./answerText.ts";
import { isoText } from "./rowText.ts";
import { maskSecrets } from "./secretKeys.ts";
import type { ToolContext } from "./toolContext.ts";
import { searchAll, type ListedTrace, type SearchAnswer } from "./traceSearch.ts";

/** `4bf9… "POST /orders" in "api", 2.3 s, 412 spans, 9 errors, 12 s ago, error "…"`. */
export function listedText({ brief, stores }: ListedTrace, nowUnixMs: number): string {
  const { traceId, root, durationMs, spanCount, errorCount, startUnixMs, services, session } =
    brief;
  const where = root.service ?? root.queue;
  const others = services.filter(service => service !== where);
  return [
    `${traceId} ${quote(maskSecrets(root.name))}${where === undefined ? "" : ` in ${quote(where, 60)}`}`,
    durationMs === undefined ? "running" : formatDuration(durationMs * NS_PER_MS),
    countOf(spanCount, "span"),
    ...(errorCount > 0 ? [countOf(errorCount, "error")] : []),
    `began ${isoText(startUnixMs)} (${agoText(nowUnixMs - startUnixMs)})`,
    ...(root.error === undefined ? [] : [`error ${quote(maskSecrets(root.error), 160)}`]),
    ...(root.status === SpanStatus.error && root.error === undefined ? ["root failed"] : []),
    ...(session === undefined ? [] : [`session ${quote(maskSecrets(session), 60)}`]),
    ...(others.length === 0
      ? []
      : [
          `also ${others
            .slice(0, 4)
            .map(each => quote(each, 40))
            .join(" ")}${others.length > 4 ? ` +${others.length - 4}` : ""}`,
        ]),
    ...(stores.length === 1 && stores[0] === "local" ? [] : [`from ${stores.join(" and ")}`]),
  ].join(", ");
}

export function agoText(ms: number): string {
  return ms < 0 ? "in the future" : `${formatDuration(Math.max(1, ms) * NS_PER_MS)} ago`;
}

export function failureLines({ failures }: Pick<SearchAnswer, "failures">): readonly string[] {
  return failures.map(failure => `A store could not be asked: ${quote(failure, 200)}`);
}

/** Explains an empty answer to a reader who found nothing: is anything received, who sends, what there is besides. */
export async function explainNone(
  context: ToolContext,
  { asked, failures }: SearchAnswer,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { collector, ports, spans, lastRejection, lastNote, sendsTelemetryHere } =
    context.describeSituation();
  const newest = await searchAll(context, { limit: 1 }, signal);
  const [last] = newest.traces;
  return [
    `Stores asked: ${asked.join(", ")}${failures.length > 0 ? `; ${failures.length} failed` : ""}.`,
    ...failureLines({ failures }),
    last === undefined
      ? "No store has any trace at all."
      : `The newest trace of all: ${listedText(last, context.now())}`,
    `Collector: ${collector}${spans === undefined ? "" : `; ${countOf(spans, "span")} received since it started`}; ports: ${ports.length === 0 ? "none" : ports.join(", ")}.`,
    ...(lastRejection === undefined ? [] : [`Last rejected: ${quote(lastRejection, 200)}`]),
    ...(lastNote === undefined ? [] : [`Last note on what was received: ${quote(lastNote, 200)}`]),
    sendsTelemetryHere
      ? "New terminals and debug sessions send here; one that was open before does not."
      : "New terminals do not send here: the person can switch that on with “Traceside: Send Telemetry of New Terminals and Debug Sessions Here”, or set OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318.",
    "A program without OpenTelemetry needs a kit: “Traceside: Instrument Project…”.",
  ];
}
