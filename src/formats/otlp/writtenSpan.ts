/**
 * The facts that a task's document knows and a span of OpenTelemetry or Jaeger has no field for, as the attributes and
 * events that their own instrumentation would write: so it is not lost when a trace leaves. Pure.
 */

import { SpanStatus, type SpanInput } from "../../model/span.ts";
import type { Attribute, AttributeValue, SpanDetail, SpanEvent } from "../../model/spanDetail.ts";
import { readHost } from "./otlpSpan.ts";
import { mark } from "./roundTripAttributes.ts";
import { spanKeys } from "./spanKeys.ts";

/** A task of any kind writes the plain key, which is no product's own. */
const parameterKeys = [...spanKeys.parameters].reverse();

/** The span's own attributes, and its queue and its task's, where they are not said already. */
export function listWrittenAttributes(span: SpanInput, detail: SpanDetail): readonly Attribute[] {
  const { task } = detail;
  const queue = span.queue ?? task?.queue ?? "";
  const hasValues = detail.parameters !== undefined || detail.result !== undefined;
  if (task === undefined && queue === "" && !hasValues) return detail.attributes;
  const has = new Set(detail.attributes.map(each => each.key));
  const listNew = (keys: readonly string[], value: AttributeValue): readonly Attribute[] => {
    const [key] = keys;
    const isKnown = keys.some(each => has.has(each));
    return key === undefined || isKnown || value === undefined || value === ""
      ? []
      : [{ key, value }];
  };
  return [
    ...detail.attributes,
    ...listNew(spanKeys.queue, queue),
    ...(task === undefined
      ? [
          ...listNew([mark.parameters, ...parameterKeys], JSON.stringify(detail.parameters)),
          ...listNew([mark.result, ...spanKeys.result], JSON.stringify(detail.result)),
        ]
      : [
          ...listNew(spanKeys.messageId, task.taskId),
          ...listNew(["code.function.name", "code.function"], task.function),
          ...listNew(["code.file.path", "code.filepath"], task.file),
          ...listNew([spanKeys.taskState], task.state),
          ...listNew(["task.class"], task.className),
          ...listNew(["task.host"], task.host),
          ...listNew(["task.process"], task.process),
          ...listNew(["task.script"], task.script),
          ...listNew([spanKeys.attempts], span.attempts),
          ...listNew([spanKeys.queuedUnixNs], span.queuedUnixNs?.toString()),
          ...listNew(parameterKeys, toText(detail.parameters)),
          ...listNew(spanKeys.result, toText(detail.result)),
        ]),
  ];
}

/** The span's own events, and its error as one where no event or attribute tells of it. */
export function listWrittenEvents(span: SpanInput, detail: SpanDetail): readonly SpanEvent[] {
  const { error } = detail;
  if (error === undefined) return detail.events;
  const { type, message, stack } = error;
  const written = [detail.attributes, ...detail.events.map(each => each.attributes)].flat();
  const isTold = (text: string | undefined): boolean =>
    text === undefined || text === "" || written.some(each => each.value === text);
  // The message alone is the status's. A task that succeeded in the end may have an error too.
  const isSaid = span.status === SpanStatus.error || isTold(message);
  if (isTold(type) && isTold(stack) && isSaid) return detail.events;
  const attributes = [
    { key: "exception.type", value: type },
    { key: "exception.message", value: message },
    { key: "exception.stacktrace", value: stack },
  ].filter(each => each.value !== undefined && each.value !== "");
  const timeUnixNs = String(span.endUnixNs ?? span.startUnixNs ?? 0n);
  return [...detail.events, { name: "exception", timeUnixNs, attributes }];
}

/** Lists the resource: what a store knows of host and service beside it belongs to it. */
export function listWrittenResource(span: SpanInput, detail: SpanDetail): readonly Attribute[] {
  const { resource } = detail;
  const { service = "", host = "" } = span;
  const hasService = service === "" || resource.some(each => each.key === spanKeys.service);
  const hasHost = host === "" || readHost(resource) !== undefined;
  if (hasService && hasHost) return resource;
  return [
    ...(hasService ? [] : [{ key: spanKeys.service, value: service }]),
    ...(hasHost ? [] : [{ key: "host.name", value: host }]),
    ...resource,
  ];
}

/** The members of a list, one a piece. */
export function* listMembers(texts: readonly string[]): Generator<string> {
  let before = "";
  for (const text of texts) {
    yield before + text;
    before = ",";
  }
}

function toText(value: AttributeValue): AttributeValue {
  return typeof value === "object" ? JSON.stringify(value) : value;
}
