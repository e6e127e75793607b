/**
 * The text that OpenTelemetry's console exporter prints in .NET becomes span records. Pure.
 *
 *     Activity.TraceId:            0af7651916cd43dd8448eb211c80319c
 *     Activity.Tags:
 *         http.method: GET
 *     Resource associated with Activity:
 *         service.name: shop
 *
 * It prints every value as text, and so they stay.
 */

import { parseTraceparent } from "../../model/ids.ts";
import { EdgeKind } from "../../model/span.ts";
import type { SpanEvent, SpanLink } from "../../model/spanDetail.ts";
import type { SpanRecords } from "../../model/spanRecord.ts";
import { readKind, readScope, readStatus } from "../otlp/otlpJson.ts";
import type { OtelSpan } from "../otlp/otelSpan.ts";
import { toSpanRecord } from "../otlp/otlpSpan.ts";
import { notes, type FileContext } from "../traceFormat.ts";
import { durationToNanos, readMoment } from "../values/writtenTimes.ts";

const START = /^Activity\.(?:TraceId|Id):/;

export function isDotnetText(text: string): boolean {
  return /^Activity\.(?:SpanId|Id):/m.test(text);
}

export function readDotnetText(text: string, context: Pick<FileContext, "store">): SpanRecords {
  const blocks = splitBlocks(text);
  const logs = text.match(/^LogRecord\.Timestamp:/gm)?.length ?? 0;
  const metrics = text.match(/^(?:Export |Metric Name: )/gm)?.length ?? 0;
  return {
    records: blocks.map(block => toSpanRecord(readBlock(block), context.store)),
    problems: notes(
      context,
      [logs, `${logs} log records are no spans, and left out`],
      [metrics, `${metrics} metrics are no spans, and left out`],
    ),
  };
}

/** From the first line of a span to that of the next, or of what is no span. */
function splitBlocks(text: string): readonly (readonly string[])[] {
  const blocks: string[][] = [];
  let block: string[] | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (START.test(line) && !(block?.length === 1 && line.startsWith("Activity.TraceId"))) {
      block = [];
      blocks.push(block);
    } else if (
      /^(?:LogRecord\.|Resource associated with (?!Activity)|Export |Metric Name: )/.test(line)
    ) {
      block = undefined;
    }
    block?.push(line);
  }
  return blocks;
}

interface Entry {
  readonly key: string;
  value: string;
}
interface Item {
  readonly head: string;
  readonly attributes: Entry[];
}

const FIELD = /^\s*(?:Activity\.(\w+)|(StatusCode))\s*:\s*(.*)$/;
const SECTION = /^(Resource associated with Activity|Instrumentation scope \(ActivitySource\)):/;
const ENTRY = /^( {4}| {8}|)([^\s:][^:]*): ?(.*)$/;
const ITEM_INDENT = 4;

/** The fields of a span, and the lines under each of its headings. */
class Block {
  readonly fields = new Map<string, string>();
  readonly sections = new Map<string, Item[]>();
  #section: Item[] | undefined;
  #last: Entry | undefined;

  constructor(lines: readonly string[]) {
    for (const line of lines) this.#add(line);
  }

  attributes(...sections: readonly string[]): readonly Entry[] {
    return sections.flatMap(name => this.sections.get(name)?.[0]?.attributes ?? []);
  }

  items(section: string): readonly Item[] {
    return this.sections.get(section)?.slice(1) ?? [];
  }

  #add(line: string): void {
    const [, activity, status, value = ""] = FIELD.exec(line) ?? [];
    const heading = SECTION.exec(line)?.[1];
    const name = activity ?? status;
    if (heading !== undefined || (name !== undefined && value === "")) {
      this.#section = [{ head: "", attributes: [] }];
      this.#last = undefined;
      this.sections.set(heading ?? name ?? "", this.#section);
    } else if (name !== undefined) {
      this.fields.set(name, value.trim());
    } else if (line.trim() === "") {
      // Other output may follow; a span ends with an empty line.
      this.#section = undefined;
    } else if (this.#section !== undefined) {
      this.#addEntry(this.#section, line);
    }
  }

  /** Behind a heading stand its attributes, or items with a head of their own and attributes further in. */
  #addEntry(section: Item[], line: string): void {
    const [, indent = "", key = "", value = ""] = ENTRY.exec(line) ?? [];
    const isItem =
      section === this.sections.get("Events") || section === this.sections.get("Links");
    if (isItem && /^ {4}\S/.test(line)) {
      section.push({ head: line.trim(), attributes: [] });
      this.#last = undefined;
    } else if (key !== "" && (!isItem || indent.length > ITEM_INDENT)) {
      this.#last = { key, value };
      section.at(-1)?.attributes.push(this.#last);
    } else if (this.#last !== undefined) {
      // A stack trace, or another value of several lines.
      this.#last.value += `\n${line}`;
    }
  }
}

function readBlock(lines: readonly string[]): OtelSpan {
  const block = new Block(lines);
  const field = (name: string): string => block.fields.get(name) ?? "";
  const ids = parseTraceparent(field("Id"));
  const startUnixNs = readMoment(field("StartTime"));
  const durationNs = durationToNanos(field("Duration"));
  const scope = block.attributes("Instrumentation scope (ActivitySource)");
  const name = scope.find(each => each.key === "Name")?.value ?? field("ActivitySourceName");
  const version =
    scope.find(each => each.key === "Version")?.value ?? field("ActivitySourceVersion");
  return {
    traceId: field("TraceId") || (ids?.traceId ?? ""),
    spanId: field("SpanId") || (ids?.spanId ?? ""),
    parentSpanId: field("ParentSpanId") || (parseTraceparent(field("ParentId"))?.spanId ?? ""),
    name: field("DisplayName") || field("OperationName"),
    kind: readKind(field("Kind")),
    status: readStatus(field("StatusCode")),
    statusMessage: field("StatusDescription"),
    startUnixNs,
    ...(startUnixNs !== undefined &&
      durationNs !== undefined && { endUnixNs: startUnixNs + durationNs }),
    attributes: [
      ...block.attributes("Tags", "TagObjects"),
      ...block.attributes("Baggage").map(each => ({ ...each, key: `baggage.${each.key}` })),
      ...["TraceState", "OperationName"].flatMap(key =>
        field(key) === "" ? [] : [{ key: `activity.${key}`, value: field(key) }],
      ),
    ],
    resource: block.attributes("Resource associated with Activity"),
    scope: readScope({ name, version }),
    events: block.items("Events").map(item => readEvent(item, startUnixNs)),
    links: block.items("Links").map((item): SpanLink => {
      const [traceId = "", spanId = ""] = item.head.split(/\s+/);
      return { kind: EdgeKind.link, traceId, spanId, attributes: item.attributes };
    }),
    raw: () => lines.join("\n"),
  };
}

/** `retry [10/23/2023 12:13:30 PM +00:00]`, in the form of the machine's country: what cannot be read is the start. */
function readEvent({ head, attributes }: Item, startUnixNs: bigint | undefined): SpanEvent {
  const [, name = head, time = ""] = /^(.*) \[([^\]]*)\]$/.exec(head) ?? [];
  const unixMs = Date.parse(time);
  const unixNs =
    readMoment(time) ?? (Number.isNaN(unixMs) ? startUnixNs : BigInt(unixMs) * 1_000_000n);
  return { name, timeUnixNs: String(unixNs ?? 0n), attributes };
}
