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
import { FIRST_SPAN, type SpanInput } from "../model/span.ts";
import type { Attribute, SpanDetail } from "../model/spanDetail.ts";
import type { DocumentSource, PlainPlace, SpanDocument, SpanRecord } from "../model/spanRecord.ts";
import { MIN_SOURCE_BYTES, parseJsonBytes, ValueReader } from "./encodings/internedJson.ts";
import { JaegerContexts } from "./jaeger/jaegerContext.ts";
import { readJaegerJson, toJaegerRaw } from "./jaeger/jaegerJson.ts";
import { ID_DIGITS, JaegerScan } from "./jaeger/jaegerScan.ts";
import { readTag } from "./jaeger/jaegerTags.ts";
import { findPlainTag } from "./jaeger/plainTag.ts";
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
  /** The spans between two indices; the detail of each is read when it is asked for. */
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
const ON_LINES = ["\n"];
const REWRITTEN = [...ON_LINES, '"span"', '"childSpans"'];

class ScannedTrace implements LargeJaeger, DocumentSource {
  readonly bytes: Buffer;
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
  readonly #rewritten: readonly NextText[];
  readonly #common: (CommonFacts | undefined)[] = [];
  readonly #values: ValueReader;
  /** Whether the source of the spans from one on is what their details have. */
  readonly #isShown = new Map<number, boolean>();

  constructor(bytes: Uint8Array, scan: JaegerScan, context: FileContext) {
    const { count } = scan;
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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
    for (let span = FIRST_SPAN; span < count; span++) {
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
    this.#rewritten = (scan.hasNested ? REWRITTEN : ON_LINES).map(
      text => new NextText(this.bytes, text),
    );
    this.examples = this.#read(scan.examples);
    if (this.examples.length !== scan.examples.length) throw new GaveUp();
    for (const span of scan.odd) this.#takeOdd(span);
    ({ parent: this.parent, outside: this.outside } = this.#connect());
  }

  readRecords(from: number, to: number): readonly SpanRecord[] {
    return Array.from({ length: Math.max(0, to - from) }, (_, i) => {
      const span = from + i;
      const isOdd = this.#scan.odd.has(span);
      return isOdd ? this.examples[this.exampleOf[span]!]! : new ScannedSpan(this, span);
    });
  }

  readRaw(span: number): string {
    return this.#readJson(span).toString();
  }

  #readJson(span: number): Buffer {
    const json = this.#scan.cut(span, span + 1);
    const { froms, tos } = this.#scan;
    const isRewritten =
      json.length < MIN_SOURCE_BYTES || this.#isRewritten(froms[span]!, tos[span]!);
    return isRewritten ? Buffer.from(toJaegerRaw(this.#readValue(span))) : json;
  }

  #isRewritten(fromByte: number, toByte: number): boolean {
    return this.#rewritten.some(text => text.find(fromByte) < toByte);
  }

  #readValue(span: number): JsonObject {
    const { froms, tos } = this.#scan;
    const value = this.#values.read(froms[span]!, tos[span]!);
    if (!isObject(value)) throw new GaveUp();
    return value;
  }

  readSource(from: number, to: number): SourceBytes | undefined {
    const { froms, tos } = this.#scan;
    const source = this.#scan.cut(from, to);
    let isShown = this.#isShown.get(from);
    if (isShown === undefined) {
      // A character is three bytes at most.
      const least = isAscii(source) ? MIN_SOURCE_BYTES : 3 * MIN_SOURCE_BYTES;
      isShown = !this.#isRewritten(froms[from]!, tos[to - 1]!);
      for (let i = from; i < to; i += 1) isShown &&= tos[i]! - froms[i]! >= least;
      this.#isShown.set(from, isShown);
    }
    if (!isShown) return undefined;
    return { bytes: source, begins: froms.slice(from, to).map(at => at - froms[from]!) };
  }

  #read(indices: readonly number[]): readonly SpanRecord[] {
    const spans = indices.map(span => this.#readValue(span));
    return readJaegerJson([{ ...this.#rest, spans }], { store: this.#store }).records;
  }

  /** As its example, but for what it has of its own. */
  readSpan(index: number): SpanInput {
    return {
      ...this.examples[this.exampleOf[index]!]!.span,
      spanId: this.#getSpanId(index),
      parentSpanId: this.#findParentId(this.parent[index]!),
      name: this.names[this.name[index]!]!,
      startUnixNs: this.startNs[index]!,
      endUnixNs: this.endNs[index]!,
    };
  }

  #getSpanId(index: number): string {
    return this.spanIds.slice(index * ID_DIGITS, (index + 1) * ID_DIGITS);
  }

  #findParentId(parent: number): string | undefined {
    if (parent === -1) return undefined;
    return parent < 0 ? this.outside[-2 - parent] : this.#getSpanId(parent);
  }

  readDetail(index: number): SpanDetail {
    const [record] = this.#read([index]);
    if (record === undefined) throw new GaveUp();
    return record.detail;
  }

  /** `undefined` where it says more than its attributes do: what task it ran. */
  readDocument(index: number): SpanDocument | undefined {
    const { isTask, context, resource } = this.#readCommon(this.exampleOf[index]!);
    if (isTask) return undefined;
    const places = this.#scan.getPlaces(index);
    return { json: this.#readJson(index), context, source: this, places, resource };
  }

  #readCommon(example: number): CommonFacts {
    return (this.#common[example] ??= {
      isTask: this.examples[example]!.detail.task !== undefined,
      context: this.#contexts.get(this.#readValue(this.#scan.examples[example]!)),
      resource: this.examples[example]!.detail.resource,
    });
  }

  readAttribute(from: number, to: number): Attribute | undefined {
    const tag = this.#values.read(from, to);
    return isObject(tag) ? readTag(tag) : undefined;
  }

  findPlain(from: number, to: number): PlainPlace | undefined {
    return findPlainTag(this.bytes, from, to);
  }

  /** An odd span may have another parent and end than it seems, and by marks even other ids. */
  #takeOdd(index: number): void {
    const { exampleOf, examples, traceId, endNs } = this;
    const { hasParent, parentWords } = this.#scan;
    const record = examples[exampleOf[index]!];
    const spanId = this.#getSpanId(index);
    if (record?.traceId !== traceId || record.span.spanId !== spanId) throw new GaveUp();
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

/** Finds where a text comes next in the bytes; asked in order, each byte is looked at once. */
class NextText {
  readonly #bytes: Buffer;
  readonly #text: Buffer;
  /** It does not stand between the two. */
  #from = 0;
  #next = 0;

  constructor(bytes: Buffer, text: string) {
    this.#bytes = bytes;
    this.#text = Buffer.from(text);
  }

  /** `Infinity` where it does not come. */
  find(from: number): number {
    if (from < this.#from || from > this.#next) {
      const next = this.#bytes.indexOf(this.#text, from);
      this.#from = from;
      this.#next = next < 0 ? Infinity : next;
    }
    return this.#next;
  }
}

/** The facts that all spans of an example have in common. */
interface CommonFacts extends Pick<SpanDocument, "context" | "resource"> {
  readonly isTask: boolean;
}

/** A plain span, of which nothing is read before it is asked for. */
class ScannedSpan implements SpanRecord {
  readonly #trace: ScannedTrace;
  readonly #index: number;

  constructor(trace: ScannedTrace, index: number) {
    this.#trace = trace;
    this.#index = index;
  }

  get traceId(): string {
    return this.#trace.traceId;
  }

  get span(): SpanInput {
    return this.#trace.readSpan(this.#index);
  }

  get detail(): SpanDetail {
    return this.#trace.readDetail(this.#index);
  }

  get document(): SpanDocument | undefined {
    return this.#trace.readDocument(this.#index);
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
