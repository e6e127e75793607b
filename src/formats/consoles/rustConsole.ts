/**
 * The text that the `SpanExporter` of the crate `opentelemetry-stdout` prints becomes span records. Pure.
 *
 *     Spans
 *     Resource
 *     	 ->  service.name=String(Static("cart"))
 *     Span #0
 *     	Instrumentation Scope
 *     		Name         : "shop"
 *
 *     	Name        : GET /cart
 *     	TraceId     : 0af7651916cd43dd8448eb211c80319c
 *     	Start time: 2026-01-01 10:00:00.000123
 *     	Attributes:
 *     		 ->  http.method: String(Static("GET"))
 */

import { EdgeKind } from "../../model/span.ts";
import type { Attribute, AttributeValue, SpanEvent, SpanLink } from "../../model/spanDetail.ts";
import type { SpanRecords } from "../../model/spanRecord.ts";
import { toAttributeValue, toBigInt, toInteger } from "../values/attributeValues.ts";
import { parseExact } from "../encodings/jsonText.ts";
import { readKind, readScope, readStatus } from "../otlp/otlpJson.ts";
import type { OtelSpan } from "../otlp/otelSpan.ts";
import { toSpanRecord } from "../otlp/otlpSpan.ts";
import type { FileContext } from "../traceFormat.ts";
import { readMoment } from "../values/writtenTimes.ts";

export function isRustText(text: string): boolean {
  return /^\s+ParentSpanId *: [0-9a-f]{16}\r?$/m.test(text) && /^Span #\d+\r?$/m.test(text);
}

/** The span itself, its scope, one of its events or links: what its lines tell. */
interface Part {
  readonly fields: Map<string, string>;
  readonly attributes: Attribute[];
}

interface PrintedSpan {
  readonly fields: Part;
  readonly scope: Part;
  readonly events: Part[];
  readonly links: Part[];
  readonly resource: Part;
  readonly lines: string[];
}

const createPart = (): Part => ({ fields: new Map(), attributes: [] });

const ATTRIBUTE = /^\s*-> {1,2}(.+?)(?:=|: )([A-Z][A-Za-z0-9]*\(.*)$/;
const FIELD = /^\s+([A-Z][A-Za-z]*(?: [a-z]+)?) *: ?(.*)$/;
const HEADING =
  /^\s+(Instrumentation Scope|(?:Event|Link) #\d+|(?:Scope )?Attributes:|Events:|Links:)$/;

export function readRustText(text: string, context: Pick<FileContext, "store">): SpanRecords {
  const spans: PrintedSpan[] = [];
  // The resource is printed once, before the first spans.
  let resource = createPart();
  let part: Part | undefined;
  for (const written of text.split("\n")) {
    const line = written.trimEnd();
    let span = spans.at(-1);
    if (line === "Resource") {
      resource = createPart();
      part = resource;
      continue;
    }
    if (/^Span #\d+$/.test(line)) {
      span = {
        ...{ fields: createPart(), scope: createPart(), events: [], links: [] },
        ...{ resource, lines: [] },
      };
      spans.push(span);
      part = span.fields;
    } else if (/^\S/.test(line)) {
      // Other output of the program.
      part = undefined;
    }
    if (part === undefined) continue;
    if (part !== resource) span?.lines.push(line);
    const [, heading] = HEADING.exec(line) ?? [];
    if (heading !== undefined) part = openPart(heading, part, span);
    else if (line === "") part = part === span?.scope ? span.fields : part;
    else readLine(line, part);
  }
  return {
    records: spans.map(span => toSpanRecord(toOtelSpan(span), context.store)),
    problems: [],
  };
}

function openPart(heading: string, part: Part, span: PrintedSpan | undefined): Part {
  if (heading === "Instrumentation Scope") return span?.scope ?? part;
  if (!/#\d+$/.test(heading)) return part;
  const opened = createPart();
  (heading.startsWith("Event") ? span?.events : span?.links)?.push(opened);
  return opened;
}

function readLine(line: string, part: Part): void {
  const [, key, value] = ATTRIBUTE.exec(line) ?? [];
  if (key !== undefined && value !== undefined) {
    part.attributes.push({ key, value: readValue(value) });
    return;
  }
  const [, name, text] = FIELD.exec(line) ?? [];
  if (name !== undefined && text !== undefined) part.fields.set(name, text);
}

function toOtelSpan({ fields, scope, events, links, resource, lines }: PrintedSpan): OtelSpan {
  const get = (name: string, part = fields): string => part.fields.get(name) ?? "";
  const [, status = "", message] =
    /^(\w+)(?: \{ description: (".*") \})?$/.exec(get("Status")) ?? [];
  return {
    traceId: get("TraceId"),
    spanId: get("SpanId"),
    parentSpanId: get("ParentSpanId"),
    name: get("Name"),
    kind: readKind(get("Kind")),
    status: readStatus(status),
    statusMessage: readText(message ?? ""),
    startUnixNs: readMoment(get("Start time")),
    endUnixNs: readMoment(get("End time")),
    attributes: fields.attributes,
    resource: resource.attributes,
    scope: readScope({
      name: readText(get("Name", scope)),
      version: readText(get("Version", scope)),
    }),
    events: events.map((event): SpanEvent => ({
      name: get("Name", event),
      timeUnixNs: String(readMoment(get("Timestamp", event)) ?? 0n),
      attributes: event.attributes,
    })),
    links: links.map((link): SpanLink => ({
      kind: EdgeKind.link,
      traceId: get("TraceId", link),
      spanId: get("SpanId", link),
      attributes: link.attributes,
    })),
    raw: () => lines.join("\n"),
  };
}

/** `String(Static("GET"))`, `I64(7)`, `Array(I64([1, 2]))`; what Rust alone can read stays text. */
function readValue(printed: string): AttributeValue {
  const [, type = "", inner = ""] = /^([A-Z][A-Za-z0-9]*)\((.*)\)$/.exec(printed) ?? [];
  const integer = type === "I64" ? toBigInt(inner) : undefined;
  if (integer !== undefined) return toInteger(integer);
  if (type === "Array") return readValue(inner);
  const bare = inner.replaceAll(/\b(?:Static|Owned|RefCounted)\(("(?:[^"\\]|\\.)*")\)/g, "$1");
  const parsed = type === "" ? { error: "" } : parseExact(toJson(bare));
  return "error" in parsed ? printed : toAttributeValue(parsed.value);
}

/** A text as Rust quotes it. */
function readText(printed: string): string {
  const parsed = printed.startsWith('"') ? parseExact(toJson(printed)) : { value: printed };
  return "value" in parsed && typeof parsed.value === "string" ? parsed.value : printed;
}

/** Rust escapes as JSON does, but for apostrophes and for characters of any length. */
function toJson(printed: string): string {
  return printed
    .replaceAll("\\'", "'")
    .replaceAll("\\0", "\\u0000")
    .replaceAll(/\\u\{([0-9a-f]{1,6})\}/gi, (all: string, digits: string) => {
      const code = Number.parseInt(digits, 16);
      return code > 0x10ffff ? all : JSON.stringify(String.fromCodePoint(code)).slice(1, -1);
    });
}
