/** What was read of a file, as text: its format, what was said of it, and a line a span under that of its caller. */

import { readTraceFile } from "../../../src/formats/traceFile.ts";
import { SpanKind, SpanStatus } from "../../../src/model/span.ts";
import type { Attribute } from "../../../src/model/spanDetail.ts";
import type { SpanRecord } from "../../../src/model/spanRecord.ts";

const options = { store: "file", path: "a.json", nowUnixMs: 0 };

/** Text and bytes as they are, anything else as JSON. */
export function open(content: unknown) {
  if (content instanceof Uint8Array) return readTraceFile(content, options);
  const text = typeof content === "string" ? content : JSON.stringify(content);
  return readTraceFile(Buffer.from(text), options);
}

/** Offsets and durations are in microseconds, from the first start. */
export function snapshot(content: unknown): string {
  const { format, problems, records } = open(content);
  const notes = problems.flatMap(each => (each.code === "storeNote" ? [`! ${each.text}`] : []));
  const first = records
    .map(({ span }) => span.startUnixNs ?? 0n)
    .reduce((least, start) => (start < least ? start : least));
  const ids = new Set(records.map(({ span }) => span.spanId));
  const lines: string[] = [];
  const visit = (parent: string | undefined, indent: string): void => {
    for (const record of records) {
      const above = record.span.parentSpanId;
      const isHere = parent === undefined ? !ids.has(above ?? "") : above === parent;
      if (!isHere) continue;
      const missing = above !== undefined && !ids.has(above) ? `(${above}) ` : "";
      lines.push(`${indent}${missing}${tell(record, first)}`);
      visit(record.span.spanId, `${indent}  `);
    }
  };
  visit(undefined, "");
  return [
    `${format} @ ${new Date(Number(first / 1_000_000n)).toISOString()}`,
    ...notes,
    ...lines,
  ].join("\n");
}

function tell({ span, detail }: SpanRecord, first: bigint): string {
  const { startUnixNs: start = 0n, endUnixNs: end } = span;
  const micros = (nanos: bigint): string => `${Number(nanos) / 1_000}`;
  const kind = nameOf(SpanKind, span.kind ?? 0);
  const status = nameOf(SpanStatus, span.status ?? 0);
  return [
    span.name,
    ...(span.service === undefined || span.service === "" ? [] : [`#${span.service}`]),
    ...(kind === "unspecified" ? [] : [kind]),
    ...(status === "unset" ? [] : [status]),
    ...(detail.error === undefined ? [] : [`!${detail.error.type ?? ""}: ${detail.error.message}`]),
    `${micros(start - first)}+${end === undefined ? "" : micros(end - start)}`,
    ...detail.events.map(event => `[${event.name}]`),
    ...(span.refs ?? []).map(ref => `<~ ${ref.spanId}`),
  ].join(" ");
}

function nameOf(values: Readonly<Record<string, number>>, value: number): string {
  return Object.keys(values).find(key => values[key] === value) ?? "";
}

/** The attributes of the span of this name, as an object. */
export function attributesOf(content: unknown, name: string) {
  return toObject(detailOf(content, name).attributes);
}

export function detailOf(content: unknown, name: string) {
  const found = open(content).records.find(({ span }) => span.name === name);
  if (found === undefined) throw new Error(`no span ${name}`);
  return found.detail;
}

export function toObject(attributes: readonly Attribute[]) {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value]));
}

/** The snapshot, and what is kept of each span beside its times, a line a fact. */
export function fullSnapshot(content: unknown): string {
  const details = open(content).records.map(({ span, detail }) => {
    const { attributes, resource, events, links, error, parameters, result, scope } = detail;
    const facts = {
      attributes: toObject(attributes),
      resource: toObject(resource),
      ...{ scope, error, parameters, result },
      events: events.map(each => [each.name, each.timeUnixNs, toObject(each.attributes)]),
      links: links.map(each => [each.traceId, each.spanId, toObject(each.attributes)]),
    };
    const told = Object.entries(facts).flatMap(([key, value]) =>
      value === undefined || Object.keys(value).length === 0
        ? []
        : [`  ${key} ${JSON.stringify(value)}`],
    );
    return [`\n${span.name} ${detail.traceId} ${span.spanId}`, ...told].join("\n");
  });
  return [snapshot(content), ...details, ""].join("\n");
}
