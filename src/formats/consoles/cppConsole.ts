/**
 * The text that the `OStreamSpanExporter` of OpenTelemetry's C++ SDK prints becomes span records. Pure.
 *
 *     {
 *       name          : GET /cart
 *       trace_id      : 0af7651916cd43dd8448eb211c80319c
 *       attributes    :
 *     	http.method: GET
 *     }
 *
 * It prints every value as text, and so they stay.
 */

import { EdgeKind } from "../../model/span.ts";
import type { Attribute, SpanEvent, SpanLink } from "../../model/spanDetail.ts";
import type { SpanRecords } from "../../model/spanRecord.ts";
import { toBigInt } from "../values/attributeValues.ts";
import { readKind, readScope, readStatus } from "../otlp/otlpJson.ts";
import type { OtelSpan } from "../otlp/otelSpan.ts";
import { toSpanRecord } from "../otlp/otlpSpan.ts";
import { notes, type FileContext } from "../traceFormat.ts";

const SPAN = /^\{\r?\n {2}name +: [^]*?(?:\n\}$|$(?![^]))/gm;
const FIELD = /^(\s*)([a-z_][a-z_ -]*?) *: ?(.*)$/;

export function isCppText(text: string): boolean {
  return /^\{\r?\n {2}name {10}: .*\r?\n {2}trace_id {6}: [0-9a-f]{32}\r?$/m.test(text);
}

export function readCppText(text: string, context: Pick<FileContext, "store">): SpanRecords {
  const blocks = [...text.matchAll(SPAN)].map(([block]) => block.split(/\r?\n/));
  const cut = blocks.filter(block => block.at(-1) !== "}").length;
  return {
    records: blocks.map(block => toSpanRecord(readSpan(block), context.store)),
    problems: notes(context, [cut, `${cut} spans break off`]),
  };
}

interface Item {
  readonly fields: Map<string, string>;
  readonly attributes: Attribute[];
}

const createItem = (): Item => ({ fields: new Map(), attributes: [] });

/** Sections hold attributes behind a tab, or items in braces with attributes behind two. */
function readSpan(lines: readonly string[]): OtelSpan {
  const span = createItem();
  const sections = new Map<string, { readonly items: Item[]; readonly item: Item }>();
  let section: { readonly items: Item[]; readonly item: Item } | undefined;
  let name = "";
  for (const line of lines.slice(1)) {
    const [, indent = "", key = "", value = ""] = FIELD.exec(line) ?? [];
    const item = section?.items.at(-1);
    if (line.startsWith("  ") && key !== "") {
      name = key;
      span.fields.set(key, value);
      section = { items: [], item: createItem() };
      sections.set(key, section);
    } else if (line === "\t{") {
      section?.items.push(createItem());
    } else if (indent === "\t  ") {
      item?.fields.set(key, value);
    } else if (/^\t{1,2}[^\s:]/.test(line)) {
      const owner = line.startsWith("\t\t") ? item : section?.item;
      const [attribute = "", ...rest] = line.trim().split(": ");
      if (line !== "\t}") owner?.attributes.push({ key: attribute, value: rest.join(": ") });
    } else if (line !== "}" && line !== "\t}") {
      continueValue(span, name, section?.items.at(-1) ?? section?.item, line);
    }
  }
  const field = (key: string): string => span.fields.get(key) ?? "";
  const items = (key: string): readonly Item[] => sections.get(key)?.items ?? [];
  const startUnixNs = toBigInt(field("start"));
  const durationNs = toBigInt(field("duration"));
  const [, scope, version] = /^(.*?)(?:-(\d[\w.+-]*))?$/.exec(field("instr-lib")) ?? [];
  return {
    traceId: field("trace_id"),
    spanId: field("span_id"),
    parentSpanId: field("parent_span_id"),
    name: field("name"),
    kind: readKind(field("span kind")),
    status: readStatus(field("status")),
    statusMessage: field("description"),
    startUnixNs,
    ...(startUnixNs !== undefined &&
      durationNs !== undefined && { endUnixNs: startUnixNs + durationNs }),
    attributes: [
      ...(sections.get("attributes")?.item.attributes ?? []),
      ...(field("tracestate") === "" ? [] : [{ key: "tracestate", value: field("tracestate") }]),
    ],
    resource: sections.get("resources")?.item.attributes ?? [],
    scope: readScope({ name: scope, version }),
    events: items("events").map(({ fields, attributes }): SpanEvent => ({
      name: fields.get("name") ?? "",
      timeUnixNs: String(toBigInt(fields.get("timestamp")) ?? 0n),
      attributes,
    })),
    links: items("links").map(({ fields, attributes }): SpanLink => ({
      kind: EdgeKind.link,
      traceId: fields.get("trace_id") ?? "",
      spanId: fields.get("span_id") ?? "",
      attributes,
    })),
    raw: () => lines.join("\n"),
  };
}

/** A value of several lines, like a statement of SQL or a stack trace. */
function continueValue(span: Item, name: string, owner: Item | undefined, line: string): void {
  const last = owner?.attributes.pop();
  if (last === undefined) span.fields.set(name, `${span.fields.get(name) ?? ""}\n${line}`);
  else owner?.attributes.push({ ...last, value: `${last.value as string}\n${line}` });
}
