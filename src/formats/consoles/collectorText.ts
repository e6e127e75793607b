/**
 * The text that the OpenTelemetry Collector's debug exporter prints in detail, and its logging exporter printed before,
 * becomes span records. Pure.
 *
 *     ResourceSpans #0
 *     Resource attributes:
 *          -> service.name: Str(cart)
 *     ScopeSpans #0
 *     InstrumentationScope shop 1.2
 *     Span #0
 *         Trace ID       : 0af7651916cd43dd8448eb211c80319c
 *         Start time     : 2026-01-01 10:00:00.045933 +0000 UTC
 *     Attributes:
 *          -> http.method: Str(GET)
 *     Events:
 *     SpanEvent #0
 *          -> Name: retry
 *          -> Attributes::
 *               -> attempt: Int(2)
 */

import { EdgeKind } from "../../model/span.ts";
import type { Attribute, AttributeValue } from "../../model/spanDetail.ts";
import type { SpanRecords } from "../../model/spanRecord.ts";
import { toAttributeValue, toBigInt, toInteger } from "../values/attributeValues.ts";
import { parseExact } from "../encodings/jsonText.ts";
import { readKind, readStatus } from "../otlp/otlpJson.ts";
import type { OtelSpan } from "../otlp/otelSpan.ts";
import { toSpanRecord } from "../otlp/otlpSpan.ts";
import type { FileContext } from "../traceFormat.ts";
import { readMoment } from "../values/writtenTimes.ts";

const GROUP = /^(?:[^\n]*\t)?ResourceSpans #\d+\r?$/m;
const TRACE_ID = /^ {4}Trace ID +: [0-9a-f]{32}\r?$/m;

export function isCollectorText(text: string): boolean {
  return GROUP.test(text) && TRACE_ID.test(text);
}

export function readCollectorText(text: string, context: Pick<FileContext, "store">): SpanRecords {
  const reader = new Reader();
  for (const line of text.split("\n")) reader.readLine(line.trimEnd());
  return {
    records: reader.spans.map(span => toSpanRecord(toOtelSpan(span), context.store)),
    problems: [],
  };
}

/** Names and values as they are printed: a span, an event, a link. */
class Block {
  readonly fields = new Map<string, string>();
  readonly attributes: PrintedAttribute[] = [];
}

interface PrintedAttribute {
  readonly key: string;
  readonly type: string;
  /** Up to its last line; the bracket that closes it is still at its end. */
  text: string;
}

interface PrintedSpan extends Block {
  readonly resource: readonly PrintedAttribute[];
  readonly scope: OtelSpan["scope"];
  readonly events: Block[];
  readonly links: Block[];
  readonly lines: string[];
}

const ATTRIBUTE = /^\s+-> (.+?): ([A-Z][A-Za-z]+)\((.*)$/;
/** A field of an event or a link. */
const PART_FIELD = /^ {5}-> ([A-Z][\w ]*): ?(.*)$/;
const SPAN_FIELD = /^ {4}([A-Z][A-Za-z ]*?) *: ?(.*)$/;
const SCOPE = /^Instrumentation(?:Scope|Library) (.*)$/;
/** The words that the Collector's own log goes on with. */
const LOG = /^(?:\d{4}-\d\d-\d\dT\S+\t|\t?\{)/;
const HEADING = /^(?:[A-Z][A-Za-z]*(?: [A-Za-z]+)?:|[A-Z][A-Za-z]* #\d+|[A-Za-z]+ SchemaURL:.*)$/;

class Reader {
  readonly spans: PrintedSpan[] = [];
  #resource: PrintedAttribute[] = [];
  #scope: OtelSpan["scope"];
  /** Where attributes and fields go at this place; nowhere for what is not kept. */
  #block: Block | undefined;
  #attributes: PrintedAttribute[] | undefined;

  readLine(line: string): void {
    const span = this.spans.at(-1);
    const heading = line.slice(line.lastIndexOf("\t") + 1).replace(/ #\d+$/, "");
    switch (heading) {
      case "ResourceSpans":
        this.#resource = [];
        this.#open(undefined, undefined);
        return;
      case "Resource attributes:":
      case "Resource labels:":
        this.#open(undefined, this.#resource);
        return;
      case "ScopeSpans":
      case "InstrumentationLibrarySpans":
        this.#scope = undefined;
        this.#open(undefined, undefined);
        return;
      case "Span": {
        const [resource, scope] = [this.#resource, this.#scope];
        const block = { ...{ events: [], links: [], lines: [line] }, resource, scope };
        const opened = Object.assign(new Block(), block);
        this.spans.push(opened);
        this.#open(opened, undefined);
        return;
      }
      case "Attributes:":
        span?.lines.push(line);
        this.#open(this.#block, this.#block?.attributes);
        return;
      case "SpanEvent":
      case "SpanLink": {
        const part = new Block();
        (heading === "SpanEvent" ? span?.events : span?.links)?.push(part);
        span?.lines.push(line);
        this.#open(part, undefined);
        return;
      }
      default:
    }
    if (LOG.test(line)) {
      this.#open(undefined, undefined);
      return;
    }
    if (this.#block !== undefined) span?.lines.push(line);
    this.#readField(line);
  }

  #open(block: Block | undefined, attributes: PrintedAttribute[] | undefined): void {
    this.#block = block;
    this.#attributes = attributes;
  }

  #readField(line: string): void {
    const [, name] = SCOPE.exec(line) ?? [];
    if (name !== undefined && this.#block === undefined) {
      const space = name.lastIndexOf(" ");
      const version = space < 0 ? "" : name.slice(space + 1);
      if (name.endsWith(":")) this.#open(undefined, undefined);
      else if (name !== "") {
        this.#scope = version === "" ? { name } : { name: name.slice(0, space), version };
      }
      return;
    }
    const [, key, type, text] = ATTRIBUTE.exec(line) ?? [];
    if (key !== undefined && type !== undefined && text !== undefined) {
      this.#attributes?.push({ key, type, text });
      return;
    }
    const isSpan = this.#block === this.spans.at(-1);
    const [, field, value] = (isSpan ? SPAN_FIELD : PART_FIELD).exec(line) ?? [];
    if (field === "Attributes" && this.#block !== undefined) {
      this.#attributes = this.#block.attributes;
    } else if (field !== undefined && value !== undefined && this.#attributes === undefined) {
      this.#block?.fields.set(field, value);
    } else if (HEADING.test(line)) {
      this.#attributes = undefined;
    } else {
      // A text of several lines, such as a stack, is printed as it is.
      const last = this.#attributes?.at(-1);
      if (last !== undefined) last.text += `\n${line}`;
    }
  }
}

function toOtelSpan(span: PrintedSpan): OtelSpan {
  const get = (name: string): string => span.fields.get(name) ?? "";
  return {
    traceId: get("Trace ID"),
    spanId: get("ID"),
    parentSpanId: get("Parent ID"),
    name: get("Name"),
    kind: readKind(get("Kind")),
    status: readStatus(get("Status code")),
    statusMessage: get("Status message"),
    startUnixNs: readMoment(get("Start time")),
    endUnixNs: readMoment(get("End time")),
    attributes: span.attributes.map(toAttribute),
    resource: span.resource.map(toAttribute),
    scope: span.scope,
    events: span.events.map(event => ({
      name: event.fields.get("Name") ?? "",
      timeUnixNs: String(readMoment(event.fields.get("Timestamp")) ?? 0n),
      attributes: event.attributes.map(toAttribute),
    })),
    links: span.links.map(link => ({
      kind: EdgeKind.link,
      traceId: link.fields.get("Trace ID") ?? "",
      spanId: link.fields.get("ID") ?? "",
      attributes: link.attributes.map(toAttribute),
    })),
    raw: () => span.lines.join("\n"),
  };
}

function toAttribute({ key, type, text }: PrintedAttribute): Attribute {
  return { key, value: toValue(type.toLowerCase(), text.trimEnd().replace(/\)$/, "")) };
}

function toValue(type: string, text: string): AttributeValue {
  const integer = type === "int" ? toBigInt(text) : undefined;
  if (integer !== undefined) return toInteger(integer);
  if (!/^(?:bool|double|map|slice|array|bytes|empty|null)$/.test(type)) return text;
  const parsed = parseExact(text);
  return "error" in parsed ? text : toAttributeValue(parsed.value);
}
