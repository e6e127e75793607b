/**
 * Telemetry of Application Insights becomes span records: rows of `requests` and `dependencies`, of a workspace's
 * `AppRequests` and `AppDependencies`, and what its SDKs send. Exceptions and traces stand as events in the request or
 * the dependency in which they happened. Pure.
 *
 *     {"itemType": "request", "timestamp": …, "id": …, "operation_Id": …, "operation_ParentId": …, "duration": 52.1, …}
 *     {"time": …, "tags": {"ai.operation.id": …}, "data": {"baseType": "RequestData", "baseData": {…}}}
 */

import { createStamp } from "../../base/stamp.ts";
import type { SpanRecords } from "../../model/spanRecord.ts";
import { parseExact, readObject } from "../encodings/jsonText.ts";
import { findShape, type FieldShape } from "../plain/fieldShape.ts";
import { readMappedSpans } from "../plain/mappedSpans.ts";
import { writeException, writeStack } from "../values/stackText.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";
import { notes, type FileContext } from "../traceFormat.ts";
import { toPlainText } from "../values/wireValue.ts";

/** Columns by what they hold: those of the classic tables, those of a workspace, and those of an envelope. */
const columns = {
  trace_id: ["operationid", "aioperationid"],
  span_id: ["id"],
  parent_id: ["operationparentid", "parentid", "aioperationparentid"],
  name: ["name"],
  service: ["cloudrolename", "approlename", "aicloudrole"],
  time: ["timestamp", "timestamputc", "timegenerated", "timegeneratedutc", "time"],
  duration: ["durationms", "duration"],
  success: ["success"],
  item: ["itemtype", "basetype", "type"],
  properties: ["customdimensions", "properties"],
  measurements: ["custommeasurements", "measurements"],
} as const;
type Column = keyof typeof columns;

type RowType = "request" | "dependency" | "pageView" | "event";

class Row {
  readonly #fields: JsonObject;
  readonly #shape: FieldShape;
  readonly #readKeys: string[] = [];
  readonly item: JsonObject;
  readonly type: RowType | undefined;

  constructor(item: JsonObject) {
    this.item = item;
    this.#fields = toFields(item);
    this.#shape = findShape(this.#fields);
    this.type = this.#findType();
  }

  take(column: Column): unknown {
    for (const name of columns[column]) {
      const key = this.#shape.byName.get(name) ?? "";
      const value = this.#fields[key];
      if (value === undefined || value === null || value === "") continue;
      this.#readKeys.push(key);
      return value;
    }
    return undefined;
  }

  text(column: Column): string {
    return toPlainText(this.take(column));
  }

  /** Older SDKs put the id of the trace before that of the span: `|0af7….b7ad….`. */
  id(column: "span_id" | "parent_id"): string {
    const id = this.text(column);
    return /^\|[0-9a-f]{32}\.([0-9a-f]{16})[._]$/i.exec(id)?.[1] ?? id;
  }

  /** Without taking it. */
  has(column: Column): boolean {
    return columns[column].some(
      name => toPlainText(this.#fields[this.#shape.byName.get(name) ?? ""]) !== "",
    );
  }

  rest(): JsonObject {
    return Object.fromEntries(
      Object.entries(this.#fields).filter(
        ([key, value]) => !this.#readKeys.includes(key) && value !== "" && value !== null,
      ),
    );
  }

  #findType(): RowType | undefined {
    const itemType = this.text("item")
      .toLowerCase()
      .replace(/^app|data$/g, "");
    if (/^requests?$/.test(itemType)) return "request";
    if (/^(?:dependency|dependencies|remotedependency)$/.test(itemType)) return "dependency";
    if (/^(?:pageviews?|browsertimings?|availability(?:results?)?)$/.test(itemType)) {
      return "pageView";
    }
    if (/^(?:exceptions?|traces?|message|events?|customevents?)$/.test(itemType)) return "event";
    if (!this.has("span_id") || !this.has("duration")) return undefined;
    // A table of its own does not say what it holds, but only requests have sources and addresses.
    const { byName } = this.#shape;
    return byName.has("target") || byName.has("dependencytype") ? "dependency" : "request";
  }
}

const knownRows = createStamp<Row>();

/** Each item is asked what it is before it is read. */
function toRow(item: JsonObject): Row {
  let row = knownRows.get(item);
  if (row === undefined) knownRows.set(item, (row = new Row(item)));
  return row;
}

/** The fields of an envelope's parts in one. */
function toFields(item: JsonObject): JsonObject {
  const { data, tags } = item as { data?: unknown; tags?: unknown };
  if (!isObject(data) || !isObject(data["baseData"])) return item;
  // The name of an envelope is that of its type.
  const envelope = { ...item, data: undefined, tags: undefined, name: undefined };
  const base = { ...envelope, ...(isObject(tags) && tags) };
  return { ...base, ...data["baseData"], baseType: data["baseType"] };
}

export function isAppInsightsRow(item: JsonObject): boolean {
  const keys = Object.keys(toFields(item));
  const isKnown = keys.some(key => /^(?:operation_Id|OperationId|ai\.operation\.id)$/.test(key));
  return isKnown && toRow(item).type !== undefined;
}

export function readAppInsightsRows(
  items: readonly JsonObject[],
  context: Pick<FileContext, "store">,
): SpanRecords {
  const rows = items.map(toRow);
  const events = Map.groupBy(
    rows.filter(row => row.type === "event"),
    row => row.id("parent_id"),
  );
  const spans = rows.filter(row => row.type !== "event");
  const mapped = spans.map(row => {
    const id = row.id("span_id");
    const spanEvents = events.get(id) ?? [];
    events.delete(id);
    return { source: row.item, span: toPlain(row, spanEvents) };
  });
  const { records, problems } = readMappedSpans(mapped, context);
  const lost = [...events.values()].flat().length;
  const text = `${lost} exceptions and traces belong to no span of this file`;
  return { records, problems: [...problems, ...notes(context, [lost, text])] };
}

function toPlain(row: Row, events: readonly Row[]): JsonObject {
  const traceId = row.text("trace_id");
  const parentId = row.id("parent_id");
  const isRoot = parentId === traceId || parentId === `|${traceId}.`;
  const { type } = row;
  const time = readTime(row.text("time"));
  const duration = row.take("duration");
  const measurements = readObject(row.take("measurements")) ?? {};
  const plain = {
    trace_id: traceId,
    span_id: row.id("span_id"),
    ...(!isRoot && { parent_id: parentId }),
    name: row.text("name"),
    service: row.text("service"),
    kind: type === "dependency" ? "client" : "server",
    start_time: time,
    // Milliseconds, or a length of time as .NET writes it.
    duration_ms: duration,
    success: row.take("success"),
    events: events.map(toEvent),
  };
  const properties = readObject(row.take("properties")) ?? {};
  const rest = row.rest();
  const isInside = /^inproc/i.test(toPlainText(rest["type"] ?? rest["DependencyType"]));
  return {
    ...plain,
    kind: type === "pageView" || isInside ? "internal" : plain.kind,
    attributes: { ...properties, ...measurements, ...rest },
  };
}

function toEvent(row: Row): JsonObject {
  const time = readTime(row.text("time"));
  const properties = readObject(row.take("properties")) ?? {};
  const isException = /exception/i.test(row.text("item"));
  // The span has these, too.
  for (const column of ["trace_id", "parent_id", "service"] as const) row.take(column);
  const rest = row.rest();
  const text = (...keys: readonly string[]): string =>
    keys.map(key => toPlainText(rest[key])).find(each => each !== "") ?? "";
  const message = text("outerMessage", "OuterMessage", "message", "Message", "innermostMessage");
  const exception = writeException(
    text("type", "ExceptionType", "outerType", "OuterType"),
    message,
    toStack(text("details", "Details"), message),
  );
  return {
    name: isException ? "exception" : message || row.text("name") || row.text("item"),
    timestamp: time,
    attributes: {
      ...(isException && Object.fromEntries(exception.map(({ key, value }) => [key, value]))),
      ...properties,
      ...rest,
    },
  };
}

/** Exceptions with the frames of each, the innermost call first; text of another kind is the stack itself. */
function toStack(details: string, message: string): string {
  const parsed = parseExact(details);
  const [exception] = "value" in parsed ? listObjects(parsed.value) : [];
  if (exception === undefined) return "value" in parsed ? "" : details;
  const frames = listObjects(exception["parsedStack"]).toReversed();
  const stack = writeStack(
    frames.map(frame => ({ file: frame["fileName"], line: frame["line"], name: frame["method"] })),
    message,
  );
  return stack || toPlainText(exception["rawStack"]);
}

/** A table that was exported as CSV has its times as the page shows them: `5/1/2024, 10:00:00.123 AM`, in UTC. */
function readTime(text: string): unknown {
  if (!/^\d{1,2}\/\d{1,2}\/\d{4},? /.test(text)) return text;
  const unixMs = Date.parse(`${text} UTC`);
  return Number.isNaN(unixMs) ? text : new Date(unixMs).toISOString();
}
