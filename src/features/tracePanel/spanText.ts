/** A span as text for the clipboard: JSON, Markdown, or the curl command of its HTTP call. Pure. */

import { isMoment } from "../../base/relativeTime.ts";
import { SpanKind, SpanStatus } from "../../model/span.ts";
import type { Attribute, SpanDetail } from "../../model/spanDetail.ts";
import type { SpanIndex, Trace } from "../../model/trace.ts";
import { formatDuration, NS_PER_MS } from "../../model/units.ts";

/** The facts that are known of one span. */
export interface KnownSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly service: string;
  readonly queue: string;
  readonly kind: string;
  readonly status: string;
  /** ISO 8601; `undefined` where the trace knows no times. */
  readonly start: string | undefined;
  /** `undefined` while it runs. */
  readonly durationMs: number | undefined;
  readonly detail: SpanDetail;
}

export function knowSpan(
  { columns, spanIds }: Trace,
  span: SpanIndex,
  detail: SpanDetail,
): KnownSpan {
  const textAt = (column: Int32Array): string => columns.strings[column[span] ?? 0] ?? "";
  const parent = columns.parent[span] ?? -1;
  const startNs = columns.startNs[span] ?? Number.NaN;
  const durationMs = ((columns.endNs[span] ?? Number.NaN) - startNs) / NS_PER_MS;
  const startUnixMs = columns.originUnixMs + startNs / NS_PER_MS;
  return {
    traceId: columns.traceId,
    spanId: spanIds[span] ?? "",
    parentSpanId: parent < 0 ? undefined : spanIds[parent],
    name: textAt(columns.name),
    service: textAt(columns.service),
    queue: textAt(columns.queue),
    kind: nameOf(SpanKind, columns.kind[span]),
    status: nameOf(SpanStatus, columns.status[span]),
    start: isMoment(startUnixMs) ? new Date(startUnixMs).toISOString() : undefined,
    durationMs: Number.isNaN(durationMs) ? undefined : durationMs,
    detail,
  };
}

function nameOf(names: Readonly<Record<string, number>>, value: number | undefined): string {
  return Object.entries(names).find(([, each]) => each === value)?.[0] ?? "unknown";
}

/** Whatever the store wrote follows its own form; it is in the detail's raw document. */
export function toJsonText({ detail, ...span }: KnownSpan): string {
  const { attributes, resource, events, links, error, parameters, result } = detail;
  const whole = { ...span, attributes, resource, events, links, error, parameters, result };
  return JSON.stringify(whole, undefined, 2);
}

export function toMarkdown(span: KnownSpan): string {
  const { detail, durationMs } = span;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["service", span.service],
    ["queue", span.queue],
    ["kind", span.kind],
    ["status", span.status],
    ["start", span.start],
    ["duration", durationMs === undefined ? undefined : formatDuration(durationMs * NS_PER_MS)],
    ["trace", span.traceId],
    ["span", span.spanId],
    ["parent", span.parentSpanId],
    ...detail.attributes.map(({ key, value }) => [key, toText(value)] as const),
  ];
  const rows = facts
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([key, value = ""]) => `| ${escapeCell(key)} | ${escapeCell(value)} |`);
  const error = detail.error && [
    "",
    `**${detail.error.type ?? "error"}**: ${detail.error.message}`,
    ...(detail.error.stack === undefined ? [] : ["", "```", detail.error.stack.trimEnd(), "```"]),
  ];
  return [`### ${span.name}`, "", "| | |", "|:--|:--|", ...rows, ...(error ?? []), ""].join("\n");
}

/** Line breaks and bars would end the cell. */
function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\r?\n/g, " ");
}

/** Keys of the present and the earlier semantic conventions, the whole address first. */
const URL_KEYS = ["url.full", "http.url"] as const;
const METHOD_KEYS = ["http.request.method", "http.method"] as const;
const HOST_KEYS = ["server.address", "http.host", "net.host.name", "net.peer.name"] as const;
const PORT_KEYS = ["server.port", "net.host.port", "net.peer.port"] as const;
const PATH_KEYS = ["http.target", "url.path"] as const;

/** Headers that were recorded come along; a body never is. `undefined` where no address is known. */
export function toCurl({ attributes }: Pick<SpanDetail, "attributes">): string | undefined {
  const find = (keys: readonly string[]): string | undefined =>
    keys.map(key => findText(attributes, key)).find(each => each !== undefined && each !== "");
  const url = find(URL_KEYS) ?? composeUrl(find);
  if (url === undefined) return undefined;
  const method = find(METHOD_KEYS) ?? "GET";
  const headers = attributes.flatMap(({ key, value }) => {
    const name = /^http\.request\.header\.(.+)$/.exec(key)?.[1];
    if (name === undefined) return [];
    const text = Array.isArray(value) ? value.map(toText).join(", ") : toText(value);
    return [`-H ${quote(`${name.replaceAll("_", "-")}: ${text}`)}`];
  });
  return ["curl", ...(method === "GET" ? [] : ["-X", quote(method)]), quote(url), ...headers].join(
    " ",
  );
}

function composeUrl(find: (keys: readonly string[]) => string | undefined): string | undefined {
  const host = find(HOST_KEYS);
  const path = find(PATH_KEYS);
  if (host === undefined || path === undefined) return undefined;
  const scheme = find(["url.scheme", "http.scheme"]) ?? "http";
  const port = find(PORT_KEYS);
  const query = find(["url.query"]);
  const place = host.includes(":") || port === undefined ? host : `${host}:${port}`;
  return `${scheme}://${place}${path}${query === undefined ? "" : `?${query}`}`;
}

function findText(attributes: readonly Attribute[], key: string): string | undefined {
  const value = attributes.find(each => each.key === key)?.value;
  return value === undefined ? undefined : toText(value);
}

function toText(value: Attribute["value"]): string {
  return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
}

/** Single quotes keep everything as it is in a shell of POSIX; what comes from a trace must not become a command. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
