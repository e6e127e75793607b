/**
 * The fields of a span that someone's own tracer wrote, by what they hold and in any spelling. What a reader of them has
 * taken is no attribute of the span any more; what nobody took is one. Pure.
 */

import type { Attribute, AttributeValue } from "../../model/spanDetail.ts";
import { toAttributeValue } from "../values/attributeValues.ts";
import { findShape, type FieldShape } from "./fieldShape.ts";
import { flattenAttributes } from "../values/flatAttributes.ts";
import { parseCell } from "../encodings/inspectedText.ts";
import { readTag } from "../jaeger/jaegerTags.ts";
import { readAnyValue } from "../otlp/otlpValue.ts";
import type { TimeField } from "./plainTimes.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";
import { toIdText, toPlainText } from "../values/wireValue.ts";

/** The things that tools call spans, and that they tell the caller by: `parentStepId`, `parent_run_uuid`. */
const subjects = [
  ...["span", "", "run", "call", "task", "observation", "activityinstance", "activity", "step"],
  ...["job", "node", "event", "operation", "execution", "action", "stage"],
];
const handles = ["id", "ids", "key", "uuid", "guid"];

/** Fields by what they hold; the first that is there wins. In the form of `fieldName`. */
const fields = {
  traceId: ["traceid", "trace", "contexttraceid", "tracekey", "traceuuid"],
  spanId: [
    "spanid",
    "contextspanid",
    "id",
    "callid",
    "toolcallid",
    "taskid",
    "runid",
    "stepid",
    "span",
    ...["spankey", "key", "uuid", "guid", "activityid", "jobid", "executionid", "operationid"],
  ],
  parentId: [
    ...["parentspanid", "parentid", "parent", "parentspan", "parentspancontext", "parents"],
    ...handles.flatMap(handle => subjects.map(subject => `parent${subject}${handle}`)),
    ...["referenceparentspanid", "parentcontext", "callerid", "callerspanid", "parentref"],
  ],
  name: [
    ...["name", "spanname", "toolname", "tool", "operationname", "operation", "function"],
    ...["functionname", "func", "opname", "method", "action", "step", "task"],
    "displayspanname",
  ],
  /** The names of anything; what has a length with them is a span. */
  label: [
    ...["stepname", "taskname", "taskdefname", "activityname", "jobname", "stagename"],
    ...["pipelinename", "workflowname", "displayname", "label", "title", "op", "section"],
    ...["pipeline", "workflow", "job", "stage", "activity"],
  ],
  /** The keys that name a span that has no name. */
  place: ["url", "path", "endpoint", "interface", "spantype"],
  service: ["servicename", "service", "appservice", "component", "app", "application", "cmdbid"],
  pod: ["podname", "pod"],
  queue: ["queue", "queuename", "topic"],
  kind: ["kind", "spankind", "kindstring"],
  /** The type may be of other things too: who does not know the word leaves it as it is. */
  type: ["spantype", "type"],
  status: [
    "status",
    "statuscode",
    "state",
    "otelstatuscode",
    "spanstatus",
    "outcome",
    "conclusion",
  ],
  statusMessage: [
    ...["statusmessage", "statusdescription", "otelstatusmessage", "otelstatusdescription"],
    ...["failurereason", "reasonforincompletion", "message", "reason"],
  ],
  /** Words for how it went, or the whole of what came out. */
  result: ["result", "verdict", "phase"],
  exit: ["exitcode", "exitstatus", "returncode"],
  success: ["success", "ok", "succeeded", "issuccess", "issuccessful"],
  /** Flags, texts and objects. */
  error: [
    ...["error", "exception", "err", "fault", "iserror", "haserror", "haserrors", "errors"],
    ...["isexception", "hasexception", "failed", "isfailed", "hasfailed", "failure", "errored"],
    ...["isfault", "throttle", "errorinfo", "errorcount", "requestisfailed"],
  ],
  errorType: ["exceptiontype", "errortype", "errorkind", "errorclass", "errorname"],
  errorMessage: ["errormessage", "exceptionmessage", "errormsg"],
  stack: ["exceptionstacktrace", "stacktrace", "traceback", "errorstack", "exceptionstack"],
  level: ["level", "severity", "loglevel"],
  input: ["input", "inputs", "arguments", "args", "parameters", "params", "request"],
  output: ["output", "outputs", "result", "response", "returnvalue"],
  attributes: [
    ...["attributes", "attrs", "tags", "metadata", "labels", "meta", "metrics", "attribute"],
    ...["spanattributes", "tagmap", "attributesstring", "attributesnumber", "attributesbool"],
    ...["attributemap", "eventattributes", "annotations"],
  ],
  resource: ["resource", "resources", "resourceattributes", "resourcesstring"],
  events: ["events", "logs", "otelevents", "event", "messageevents", "annotations"],
  links: ["links", "otellinks", "spanlinks", "references"],
  scope: ["scope", "instrumentationscope", "instrumentationlibrary"],
} as const;
type Field = keyof typeof fields;
/** Tables of several kinds of rows say of which each column is: `span_status_code`, `span.parent_id`. */
const names: Readonly<Record<string, readonly string[]>> & Record<Field, readonly string[]> = {
  ...fields,
  ...Object.fromEntries(
    Object.entries(fields).map(([field, own]) => [
      field,
      [...new Set([...own, ...own.map(name => `span${name}`)])],
    ]),
  ),
};
/** The beginnings of the names of attributes that have a column each: `span_attributes.http.method`. */
const COLUMNS = {
  attributes: /^(?:span[._])?attr(?:ibute)?s?[.:]/,
  resource: /^resource[._]attr(?:ibute)?s?[.:]/,
};
const contextNames = ["context", "spancontext"];

/** An object with its fields in every spelling. */
export class PlainFields {
  readonly #shape: FieldShape;
  readonly #used = new Set<string>();
  /** As they were taken first: a reader of spans asks for them ten times. */
  readonly #attributes: { -readonly [Owner in keyof typeof COLUMNS]?: readonly Attribute[] } = {};
  /** Where OpenTelemetry's own objects keep the ids of a span. */
  readonly #context: string | undefined;
  readonly item: JsonObject;

  constructor(item: JsonObject) {
    this.item = item;
    this.#shape = findShape(item);
    this.#context = contextNames.find(name => {
      const context = item[this.#keyOf(name)];
      return isObject(context) && getIdIn(context, "traceId") !== "";
    });
  }

  #keyOf(name: string): string {
    return this.#shape.byName.get(name) ?? "";
  }

  /** By one of the known names; what was taken is no attribute any more. */
  take(field: Field): unknown {
    for (const name of this.#shape.listPresent(names[field])) {
      const value = this.takeNamed(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** All that stand under the known names, in their order. */
  takeAll(field: Field): readonly unknown[] {
    return this.#shape
      .listPresent(names[field])
      .map(name => this.takeNamed(name))
      .filter(value => value !== undefined);
  }

  /** Returns the value that would be taken, which stays an attribute. */
  look(field: Field): unknown {
    return this.#shape
      .listPresent(names[field])
      .map(name => this.item[this.#keyOf(name)])
      .find(value => value !== undefined && value !== null && value !== "");
  }

  /** Takes a name; what is known and empty is no attribute either. */
  takeNamed(name: string): unknown {
    const key = this.#shape.byName.get(name);
    if (key === undefined) return undefined;
    this.#used.add(key);
    const value = this.item[key];
    return value === undefined || value === null || value === "" ? undefined : value;
  }

  /** Returns the value as it stands, which stays an attribute. */
  lookNamed(name: string): unknown {
    return this.item[this.#keyOf(name)];
  }

  /** A span's id or its trace's, its own or that of its context. */
  takeId(field: "traceId" | "spanId"): string {
    const named = toIdText(this.takeNamed(field.toLowerCase()));
    const context =
      named === "" && this.#context !== undefined ? this.takeNamed(this.#context) : "";
    const id = isObject(context) ? getIdIn(context, field) : named;
    // Beside the ids of a context, an `id` is that of the row.
    return id === "" ? toIdText(this.take(field)) : id;
  }

  /** The attributes under all of the known names; what holds none of them is an attribute itself. */
  takeAttributes(field: keyof typeof COLUMNS): readonly Attribute[] {
    return (this.#attributes[field] ??= this.#readAttributes(field));
  }

  #readAttributes(field: keyof typeof COLUMNS): readonly Attribute[] {
    const held = this.#shape.listPresent(names[field]).flatMap(name => {
      const value = readCell(this.item[this.#keyOf(name)]);
      if (!holdsAttributes(value)) return [];
      this.takeNamed(name);
      // The SDKs' own resource is an object with attributes.
      const inner = field === "resource" && isObject(value) ? value["attributes"] : undefined;
      if (holdsAttributes(inner)) return toAttributes(inner);
      return field === "resource" && isObject(value)
        ? flattenAttributes(value)
        : toAttributes(value);
    });
    const columns = this.#shape.listPrefixed(COLUMNS[field]);
    return columns.length === 0 ? held : [...held, ...this.#takeColumns(columns, COLUMNS[field])];
  }

  /** Attributes that have a column each: `attributes.http.method`. */
  #takeColumns(keys: readonly string[], prefix: RegExp): readonly Attribute[] {
    return keys.flatMap(key => {
      const value = this.item[key];
      if (value === null || value === "") return [];
      this.#used.add(key);
      // OpenSearch has no dots within names.
      const name = key.replace(prefix, "").replaceAll("@", ".");
      return [{ key: name, value: toAttributeValue(readCell(value)) }];
    });
  }

  /** The objects of a list; what is none is an attribute itself. */
  takeObjects(field: "events" | "links"): readonly JsonObject[] {
    for (const name of this.#shape.listPresent(names[field])) {
      const key = this.#keyOf(name);
      if (this.#used.has(key)) continue;
      const held = readCell(this.item[key]);
      const list = field === "events" && isObject(held) ? listByName(held) : held;
      if (!Array.isArray(list)) continue;
      const objects = listObjects(list.map(readCell));
      if (objects.length < list.length) continue;
      this.takeNamed(name);
      if (objects.length > 0) return objects;
    }
    return [];
  }

  has(field: Field): boolean {
    return this.#shape.listPresent(names[field]).length > 0;
  }

  hasId(field: "traceId" | "spanId"): boolean {
    return this.has(field) || this.#context !== undefined;
  }

  hasAny(anyOf: readonly string[]): boolean {
    return anyOf.some(name => this.#shape.byName.has(name));
  }

  hasAll(all: readonly string[]): boolean {
    return all.every(name => this.#shape.byName.has(name));
  }

  isNull(name: string): boolean {
    const value = this.item[this.#keyOf(name)];
    // The zero time of Go and .NET is none, too.
    return value === null || (typeof value === "string" && value.startsWith("0001-01-01"));
  }

  /** In the order of the file, so that the first spelling of a time is the first to be tried. */
  get times(): readonly TimeField[] {
    return this.#shape.times;
  }

  /** Returns the fields that nobody took; a field without a value is none. */
  rest(): readonly [string, unknown][] {
    return Object.entries(this.item).filter(([key, value]) => !this.#used.has(key) && value !== "");
  }
}

/** An id in an object that holds ids, be it a whole span with its context, or the value itself as text. */
export function findIdText(value: unknown, field: "traceId" | "spanId"): string {
  const id = toIdText(value);
  return id === "" && isObject(value) ? new PlainFields(value).takeId(field) : id;
}

const idNames = { traceId: new Set(["traceid"]), spanId: new Set(["spanid"]) };

/** By its own name alone, because contexts may nest deeper than the call stack. */
function getIdIn(context: JsonObject, field: "traceId" | "spanId"): string {
  const [key] = findShape(context).listKeys(idNames[field]);
  return key === undefined ? "" : toIdText(context[key]);
}

/** A cell of a table may hold a list or an object as text, in JSON or as Python prints it. */
function readCell(value: unknown): unknown {
  return typeof value === "string" ? (parseCell(value) ?? value) : value;
}

/** Events that are kept by their names have them outside of themselves. */
function listByName(held: JsonObject): readonly JsonObject[] | undefined {
  const entries = Object.entries(held);
  return entries.every(([, each]) => isObject(each))
    ? entries.map(([name, each]) => ({ name, ...(each as JsonObject) }))
    : undefined;
}

function holdsAttributes(value: unknown): boolean {
  const isPair = (each: unknown): boolean =>
    isObject(each) ? toPair(each) !== undefined : isEntry(each);
  return isObject(value) || (Array.isArray(value) && value.every(isPair));
}

/** `["http.method", "GET"]`. */
function isEntry(value: unknown): value is readonly [string, unknown] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === "string";
}

const JAEGER_VALUE = /^v_?(?:type|str|bool|long|int64|double|float64|binary)$/i;
/** OpenCensus and Lightstep have the value beside the key, under the name of its type. */
const TYPED_VALUE = /^(?:string|bool|int|long|double|json)_?value$/i;

/** A key and its value, under whichever names; Jaeger's model and Thrift have one for the value of each type. */
function toPair(pair: JsonObject): Attribute | undefined {
  const key = pair["key"] ?? pair["Key"] ?? pair["name"] ?? pair["tagName"] ?? pair["k"];
  if (typeof key !== "string" && typeof key !== "number") return toOnlyEntry(pair);
  for (const place of ["value", "Value", "val", "tagValue", "v"]) {
    if (place in pair) return { key: String(key), value: readTypedValue(pair[place]) };
  }
  const typed = Object.keys(pair).find(name => TYPED_VALUE.test(name));
  if (typed !== undefined) return { key: String(key), value: readTypedValue(pair[typed]) };
  if (Object.keys(pair).some(name => JAEGER_VALUE.test(name))) return readTag(pair);
  return "key" in pair || "Key" in pair ? { key: String(key), value: undefined } : undefined;
}

/** `{"http.method": "GET"}`, where each attribute is an object of its own. */
function toOnlyEntry(pair: JsonObject): Attribute | undefined {
  const [only, ...more] = Object.entries(pair);
  if (only === undefined || more.length > 0 || typeof only[1] === "object") return undefined;
  return { key: only[0], value: toAttributeValue(only[1]) };
}

/** From a map or from a list of keys and values. */
export function toAttributes(value: unknown): readonly Attribute[] {
  if (Array.isArray(value)) {
    return value.flatMap((each: unknown): readonly Attribute[] => {
      if (isEntry(each)) return [{ key: each[0], value: readTypedValue(each[1]) }];
      const pair = isObject(each) ? toPair(each) : undefined;
      return pair === undefined ? [] : [pair];
    });
  }
  if (!isObject(value)) return [];
  return Object.entries(value).map(([key, each]) => ({
    key,
    value: toAttributeValue(isTyped(each) ? each["value"] : each),
  }));
}

/** A value alone, in OTLP's `{"stringValue": "GET"}`, or in Go's `{"Type": "STRING", "Value": "GET"}`. */
function readTypedValue(value: unknown): AttributeValue {
  const isGo = isObject(value) && toPlainText(value["Type"]) !== "" && "Value" in value;
  return isGo ? toAttributeValue(value["Value"]) : readAnyValue(value);
}

/** A value with its type beside it, as Sentry writes attributes. */
function isTyped(value: unknown): value is JsonObject {
  return (
    isObject(value) &&
    Object.keys(value).length === 2 &&
    "value" in value &&
    /^(?:string|integer|double|boolean)(?:\[\])?$/.test(String(value["type"]))
  );
}
