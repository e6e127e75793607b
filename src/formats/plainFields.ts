/**
 * The fields of a span that someone's own tracer wrote, by what they hold and in any spelling. What a reader of them has
 * taken is no attribute of the span any more; what nobody took is one. Pure.
 */

import type { Attribute } from "../model/spanDetail.ts";
import { toAttributeValue } from "./attributeValues.ts";
import { isObject, listObjects, type JsonObject } from "./traceFormat.ts";
import { toPlainText } from "./wireValue.ts";

/** Fields by what they hold; the first that is there wins. In the form of `fieldName`. */
const names = {
  traceId: ["traceid", "trace"],
  spanId: ["spanid", "id", "callid", "toolcallid", "taskid", "runid", "stepid"],
  parentId: [
    ...["parentspanid", "parentid", "parent", "parentrunid", "parentcallid", "parenttaskid"],
    ...["parentspan", "parentobservationid", "parentspancontext"],
  ],
  name: [
    ...["name", "spanname", "toolname", "tool", "operationname", "operation", "function"],
    ...["functionname", "func", "method", "action", "step", "task"],
  ],
  /** What names a span that has no name. */
  place: ["url", "path", "endpoint", "interface", "spantype"],
  service: ["servicename", "service", "component", "app", "application", "cmdbid"],
  pod: ["podname", "pod"],
  queue: ["queue", "queuename", "topic"],
  kind: ["kind", "spankind"],
  /** The type may be of other things too: who does not know the word leaves it as it is. */
  type: ["spantype", "type"],
  status: ["status", "statuscode", "state", "otelstatuscode", "spanstatus", "outcome"],
  statusMessage: [
    ...["statusmessage", "statusdescription", "otelstatusmessage", "otelstatusdescription"],
  ],
  success: ["success", "ok", "succeeded", "issuccess", "issuccessful"],
  /** Flags, texts and objects. */
  error: [
    ...["error", "exception", "err", "fault", "iserror", "haserror", "haserrors", "errors"],
    ...["isexception", "hasexception", "failed", "isfailed", "hasfailed", "failure", "errored"],
    ...["isfault", "throttle"],
  ],
  errorType: ["exceptiontype", "errortype", "errorkind", "errorclass", "errorname"],
  errorMessage: ["errormessage", "exceptionmessage", "errormsg"],
  stack: ["exceptionstacktrace", "stacktrace", "traceback", "errorstack", "exceptionstack"],
  level: ["level", "severity", "loglevel"],
  input: ["input", "inputs", "arguments", "args", "parameters", "params", "request"],
  output: ["output", "outputs", "result", "response", "returnvalue"],
  attributes: [
    ...["attributes", "attrs", "tags", "metadata", "labels", "meta", "metrics"],
    "spanattributes",
  ],
  resource: ["resource", "resources", "resourceattributes"],
  events: ["events", "logs"],
  links: ["links"],
} as const;
type Field = keyof typeof names;
const contextNames = ["context", "spancontext"];

const fieldNames = new Map<string, string>();

/** A field without its spelling: `trace_id`, `traceId` and `TraceID` are `traceid`. */
export function fieldName(key: string): string {
  let name = fieldNames.get(key);
  if (name === undefined) {
    name = key.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
    // Keys come from files; a file of nothing but keys must not stay in memory.
    if (fieldNames.size < 10_000) fieldNames.set(key, name);
  }
  return name;
}

/** An object with its fields in every spelling. */
export class PlainFields {
  readonly #byName = new Map<string, string>();
  readonly #used = new Set<string>();
  /** Where OpenTelemetry's own objects keep the ids of a span. */
  readonly #context: string | undefined;
  readonly item: JsonObject;

  constructor(item: JsonObject) {
    this.item = item;
    for (const key of Object.keys(item)) {
      const name = fieldName(key);
      if (!this.#byName.has(name)) this.#byName.set(name, key);
    }
    this.#context = contextNames.find(name => {
      const context = item[this.#byName.get(name) ?? ""];
      return isObject(context) && getIdIn(context, "traceId") !== "";
    });
  }

  /** By one of the known names; what was taken is no attribute any more. */
  take(field: Field): unknown {
    for (const name of names[field]) {
      const value = this.takeNamed(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** All that stand under the known names, in their order. */
  takeAll(field: Field): readonly unknown[] {
    return names[field].map(name => this.takeNamed(name)).filter(value => value !== undefined);
  }

  /** What would be taken, which stays an attribute. */
  look(field: Field): unknown {
    return names[field]
      .map(name => this.item[this.#byName.get(name) ?? ""])
      .find(value => value !== undefined && value !== null && value !== "");
  }

  /** What is known and empty is no attribute either. */
  takeNamed(name: string): unknown {
    const key = this.#byName.get(name);
    if (key === undefined) return undefined;
    this.#used.add(key);
    const value = this.item[key];
    return value === undefined || value === null || value === "" ? undefined : value;
  }

  /** Whether it holds one value; an object or a list under the name of a time is something else. */
  isScalar(name: string): boolean {
    return typeof this.item[this.#byName.get(name) ?? ""] !== "object";
  }

  /** A span's id or its trace's, its own or that of its context. */
  takeId(field: "traceId" | "spanId"): string {
    const own = toPlainText(this.take(field));
    if (own !== "" || this.#context === undefined) return own;
    const context = this.takeNamed(this.#context);
    return isObject(context) ? getIdIn(context, field) : "";
  }

  /** The attributes under all of the known names; what holds none of them is an attribute itself. */
  takeAttributes(field: "attributes" | "resource"): readonly Attribute[] {
    return names[field].flatMap(name =>
      holdsAttributes(this.item[this.#byName.get(name) ?? ""])
        ? toAttributes(this.takeNamed(name))
        : [],
    );
  }

  /** The objects of a list; what is none is an attribute itself. */
  takeObjects(field: "events" | "links"): readonly JsonObject[] {
    const isList = names[field].some(name =>
      Array.isArray(this.item[this.#byName.get(name) ?? ""]),
    );
    return isList ? listObjects(this.take(field)) : [];
  }

  has(field: Field): boolean {
    return this.hasAny(names[field]);
  }

  hasId(field: "traceId" | "spanId"): boolean {
    return this.has(field) || this.#context !== undefined;
  }

  hasAny(anyOf: readonly string[]): boolean {
    return anyOf.some(name => this.#byName.has(name));
  }

  isNull(pattern: RegExp): boolean {
    return [...this.#byName].some(([name, key]) => pattern.test(name) && this.item[key] === null);
  }

  /** In the order of the file, so that the first spelling of a time is the first to be tried. */
  get names(): IterableIterator<string> {
    return this.#byName.keys();
  }

  rest(): readonly [string, unknown][] {
    return Object.entries(this.item).filter(([key]) => !this.#used.has(key));
  }
}

/** An id in an object that holds ids, be it a whole span with its context, or the value itself as text. */
export function toIdText(value: unknown, field: "traceId" | "spanId"): string {
  return isObject(value) ? new PlainFields(value).takeId(field) : toPlainText(value);
}

/** By its own name alone, because contexts may nest deeper than the call stack. */
function getIdIn(context: JsonObject, field: "traceId" | "spanId"): string {
  const key = Object.keys(context).find(each => fieldName(each) === field.toLowerCase());
  return key === undefined ? "" : toPlainText(context[key]);
}

function holdsAttributes(value: unknown): boolean {
  const isPair = (each: unknown): boolean => isObject(each) && ("key" in each || "name" in each);
  return isObject(value) || (Array.isArray(value) && value.every(isPair));
}

/** From a map or from a list of keys and values. */
export function toAttributes(value: unknown): readonly Attribute[] {
  if (Array.isArray(value)) {
    return listObjects(value).map(each => ({
      key: toPlainText(each["key"] ?? each["name"]),
      value: toAttributeValue(each["value"]),
    }));
  }
  if (!isObject(value)) return [];
  return Object.entries(value).map(([key, each]) => ({
    key,
    value: toAttributeValue(isTyped(each) ? each["value"] : each),
  }));
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
