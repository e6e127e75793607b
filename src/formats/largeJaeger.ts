/**
 * A large trace of Jaeger, read for drawing: one pass over the bytes, and no object made of a span. What a span means is
 * still told by the one reader of the format: of spans that are alike in process and in the tags that count it reads one,
 * and so it does with each span that is odd. Details are read when they are asked for, from the bytes. Pure.
 *
 *     {"data":[{"traceID":"…","spans":[   {…},{…},{…}   ],"processes":{…}}]}
 *                  head                       spans            tail            the trace but for its spans is head and tail
 *
 * Whatever needs the whole file to be understood (ids that are no 64 bits or come twice, starts that are not told,
 * several traces) is left to `readTraceFile`, which tells the same of all other files.
 */

import { isAscii } from "node:buffer";
import { getFailure } from "../model/failure.ts";
import { isAbsentId } from "../model/ids.ts";
import { linkParents, type ParentLinks } from "../model/parentLinks.ts";
import type { Problem } from "../model/problem.ts";
import type { SpanRecord } from "../model/spanRecord.ts";
import { MIN_SOURCE_BYTES, parseJsonBytes, ValueReader } from "./encodings/internedJson.ts";
import { JaegerContexts } from "./jaeger/jaegerContext.ts";
import { readJaegerJson } from "./jaeger/jaegerJson.ts";
import { ID_DIGITS, JaegerScan } from "./jaeger/jaegerScan.ts";
import { GaveUp } from "./encodings/jsonCursor.ts";
import { readTraceFile, type TraceFile } from "./traceFile.ts";
import { isObject, type JsonObject } from "./values/jsonObject.ts";
import type { FileContext } from "./traceFormat.ts";

export interface LargeJaeger {
  readonly traceId: string;
  readonly count: number;
  readonly problems: readonly Problem[];
  /** 16 digits each, in a row. */
  readonly spanIds: string;
  /** The index of the parent; −1 for none; −2 − i for `outside[i]`, an id that no span of the trace has. */
  readonly parent: Int32Array;
  readonly outside: readonly string[];
  readonly names: readonly string[];
  readonly name: Int32Array;
  /** Nanoseconds since the Unix epoch; an end of 0 is unknown. */
  readonly startNs: BigInt64Array;
  readonly endNs: BigInt64Array;
  /** By span, the one among `examples` that has all but id, parent, name and times in common with it. */
  readonly exampleOf: Int32Array;
  readonly examples: readonly SpanRecord[];
  /** Reads the spans between two indices in full. */
  readRecords(from: number, to: number): readonly SpanRecord[];
  /** The document of a span, as its detail has it. */
  readRaw(span: number): string;
  /** The bytes of some spans, and where in them each begins; `undefined` where a detail has its document in other words. */
  readSource(from: number, to: number): SourceBytes | undefined;
}

export interface SourceBytes {
  readonly bytes: Buffer;
  readonly begins: Uint32Array;
}

/** `undefined` where it is something else, or odd. */
export function readLargeJaeger(bytes: Uint8Array, context: FileContext): LargeJaeger | undefined {
  // The scan makes room for as many spans as the bytes may hold, which is not for every large file.
  if (!BEGINNING.test(Buffer.from(bytes.subarray(0, BEGINNING_BYTES)).toString())) return undefined;
  try {
    const scan = new JaegerScan(bytes);
    scan.readWhole();
    return new ScannedTrace(bytes, scan, context);
  } catch (error) {
    if (!(error instanceof GaveUp)) throw error;
    return undefined;
  }
}

/** How an answer of Jaeger's API, and what its page saves, begins. */
const BEGINNING = /^\uFEFF?\s*\{\s*"(?:data|total|limit|offset|errors)"\s*:/;
const BEGINNING_BYTES = 256;
/** So many spans tell of what format a file is. */
const SAMPLE = 64;
const NS_PER_US = 1_000n;
/** Documents on several lines, or with other spans in them, are not shown as they stand. */
const REWRITTEN = /\n|"span"|"childSpans"/;

class ScannedTrace implements LargeJaeger {
  readonly traceId: string;
  readonly count: number;
  readonly problems: readonly Problem[];
  readonly spanIds: string;
  readonly parent: Int32Array;
  readonly outside: readonly string[];
  readonly names: readonly string[];
  readonly name: Int32Array;
  readonly startNs: BigInt64Array;
  readonly endNs: BigInt64Array;
  readonly exampleOf: Int32Array;
  readonly examples: readonly SpanRecord[];
  readonly #scan: JaegerScan;
  readonly #store: string;
  /** The trace without its spans. */
  readonly #rest: JsonObject;
  readonly #contexts: JaegerContexts;
  readonly #values: ValueReader;
  /** Whether the source of the spans from one on is what their details have. */
  readonly #isShown = new Map<number, boolean>();

  constructor(bytes: Uint8Array, scan: JaegerScan, context: FileContext) {
    const { count } = scan;
    this.#scan = scan;
    this.#store = context.store;
    this.count = count;
    this.spanIds = scan.ids.toString("latin1", 0, count * ID_DIGITS);
    // The format, and what it has to say of the file, is for the one place that knows.
    const sample = Math.min(SAMPLE, count);
    const file = readSample(scan.write(sample), context);
    const [first] = file.records;
    if (file.format !== "Jaeger JSON" || file.records.length !== sample) throw new GaveUp();
    this.traceId = first?.traceId ?? "";
    if (isAbsentId(this.traceId)) throw new GaveUp();
    this.problems = file.problems;
    this.names = ["", ...scan.names.texts.map(toText)];
    this.name = scan.name.slice(0, count).map(name => name + 1);
    this.exampleOf = scan.exampleOf.slice(0, count);
    this.startNs = new BigInt64Array(count);
    this.endNs = new BigInt64Array(count);
    for (let span = 0; span < count; span += 1) {
      const startNs = BigInt(scan.startUs[span]!) * NS_PER_US;
      this.startNs[span] = startNs;
      if (scan.odd.has(span)) continue;
      this.endNs[span] = startNs + BigInt(scan.durationUs[span]!) * NS_PER_US;
    }
    const [rest] = getList(parseJsonBytes(scan.write(0))?.value, "data");
    if (!isObject(rest) || "process" in rest || "processMap" in rest) throw new GaveUp();
    this.#rest = rest;
    this.#contexts = new JaegerContexts(rest);
    this.#values = new ValueReader(bytes);
    this.examples = this.#read(scan.examples);
    if (this.examples.length !== scan.examples.length) throw new GaveUp();
    for (const span of scan.odd) this.#takeOdd(span);
    ({ parent: this.parent, outside: this.outside } = this.#connect());
  }

  readRecords(from: number, to: number): readonly SpanRecord[] {
    return this.#read(Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i));
  }

  readRaw(span: number): string {
    const text = this.#scan.readText(span);
    const isRewritten = text.length < MIN_SOURCE_BYTES || REWRITTEN.test(text);
    return isRewritten ? (this.#read([span])[0]?.detail.raw ?? "") : text;
  }

  readSource(from: number, to: number): SourceBytes | undefined {
    const { froms, tos } = this.#scan;
    const source = this.#scan.cut(from, to);
    let isShown = this.#isShown.get(from);
    if (isShown === undefined) {
      // A character is three bytes at most.
      const least = isAscii(source) ? MIN_SOURCE_BYTES : 3 * MIN_SOURCE_BYTES;
      isShown = !REWRITTEN.test(source.toString("latin1"));
      for (let i = from; i < to; i += 1) isShown &&= tos[i]! - froms[i]! >= least;
      this.#isShown.set(from, isShown);
    }
    if (!isShown) return undefined;
    return { bytes: source, begins: froms.slice(from, to).map(at => at - froms[from]!) };
  }

  #read(indices: readonly number[]): readonly SpanRecord[] {
    const { froms, tos, odd } = this.#scan;
    const spans = indices.map(span => this.#values.read(froms[span]!, tos[span]!));
    if (spans.includes(undefined)) throw new GaveUp();
    const { records } = readJaegerJson([{ ...this.#rest, spans }], { store: this.#store });
    // What an odd span tells may hang on other spans.
    if (records.length !== spans.length) return records;
    return records.map((record, i): SpanRecord => {
      const span = spans[i];
      if (odd.has(indices[i]!) || !isObject(span)) return record;
      return {
        traceId: record.traceId,
        span: record.span,
        get detail() {
          return record.detail;
        },
        rawContext: this.#contexts.get(span),
      };
    });
  }

  /** An odd span may have another parent and end than it seems, and by marks even other ids. */
  #takeOdd(index: number): void {
    const { exampleOf, examples, traceId, spanIds, endNs } = this;
    const { hasParent, parentWords } = this.#scan;
    const record = examples[exampleOf[index]!];
    const own = spanIds.slice(index * ID_DIGITS, (index + 1) * ID_DIGITS);
    if (record?.traceId !== traceId || record.span.spanId !== own) throw new GaveUp();
    const { parentSpanId, endUnixNs, startUnixNs } = record.span;
    endNs[index] = endUnixNs ?? 0n;
    if (startUnixNs !== this.startNs[index] || (endUnixNs ?? 0n) < 0n) throw new GaveUp();
    hasParent[index] = parentSpanId === undefined ? 0 : 1;
    if (parentSpanId === undefined) return;
    if (!/^[0-9a-f]{16}$/.test(parentSpanId)) throw new GaveUp();
    parentWords[2 * index] = Number.parseInt(parentSpanId.slice(8), 16);
    parentWords[2 * index + 1] = Number.parseInt(parentSpanId.slice(0, 8), 16);
  }

  #connect(): ParentLinks {
    const { count } = this;
    const { idWords, parentWords, hasParent, odd } = this.#scan;
    const links = linkParents(
      { count, idWords, parentWords, hasParent: span => hasParent[span] === 1 },
      (low, high) => toHex(high) + toHex(low),
    );
    // Ids that come twice, or are none, are for the reader of the whole file.
    if (links === undefined) throw new GaveUp();
    // With several references, which of them is the parent is told by all spans together.
    for (const span of odd) if (links.parent[span]! < -1) throw new GaveUp();
    return links;
  }
}

function getList(value: unknown, key: string): readonly unknown[] {
  const list = isObject(value) ? value[key] : undefined;
  return Array.isArray(list) ? list : [];
}

function readSample(bytes: Buffer, context: FileContext): TraceFile {
  try {
    return readTraceFile(bytes, { ...context, path: context.store });
  } catch (error) {
    if (getFailure(error)?.code !== "unreadableFile") throw error;
    throw new GaveUp();
  }
}

/** The text that stands between quotation marks. */
function toText(json: string): string {
  return json.includes("\\") ? (JSON.parse(`"${json}"`) as string) : json;
}

function toHex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
