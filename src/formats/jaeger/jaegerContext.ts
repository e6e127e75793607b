/**
 * The part of a trace of Jaeger that a span of it needs to be understood beside its own document: the process that it
 * names, written as the trace around the span. Pure.
 *
 *     {"processes":{"p1":{"serviceName":"cart","tags":[…]}}}
 */

import type { SpanDetail } from "../../model/spanDetail.ts";
import { readJaegerJson } from "./jaegerJson.ts";
import { parseExact } from "../encodings/jsonText.ts";
import { isObject, type JsonObject } from "../values/jsonObject.ts";

const BEGINNING = '{"processes":';

export class JaegerContexts {
  readonly #processes: JsonObject;
  readonly #texts = new Map<string, string>();

  /** `trace`: without its spans. */
  constructor(trace: JsonObject) {
    const { processes } = trace as { readonly processes?: unknown };
    this.#processes = isObject(processes) ? processes : {};
  }

  /** As JSON. */
  get(span: JsonObject): string {
    const id = typeof span["processID"] === "string" ? span["processID"] : "";
    let text = this.#texts.get(id);
    if (text === undefined) {
      const processes = Object.entries(this.#processes).filter(([key]) => key === id);
      text = JSON.stringify({ processes: Object.fromEntries(processes) });
      this.#texts.set(id, text);
    }
    return text;
  }
}

export function isJaegerContext(json: string): boolean {
  return json.startsWith(BEGINNING);
}

/** Throws where the two are damaged. */
export function readInContext(context: string, raw: string, store: string): SpanDetail {
  const span = parseExact(raw);
  if ("error" in span) throw new SyntaxError(span.error);
  const trace = { ...(JSON.parse(context) as JsonObject), spans: [span.value] };
  const [record] = readJaegerJson([trace], { store }).records;
  if (record === undefined) throw new SyntaxError("no span of Jaeger");
  return { ...record.detail, raw };
}
