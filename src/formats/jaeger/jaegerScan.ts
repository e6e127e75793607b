/**
 * One pass over the bytes of a trace of Jaeger that takes out what rows are made of, and makes no object of a span. Spans
 * that have their process in common, and the tags that say more than they show, are alike: the first stands for them. Pure;
 * knows where a span stands, and not what it means.
 */

import { ByteTexts } from "../encodings/byteTexts.ts";
import { Code, GaveUp, JsonCursor } from "../encodings/jsonCursor.ts";
import { KeyBytes, spanKeys } from "../otlp/spanKeys.ts";
import { isObject } from "../values/jsonObject.ts";

/** The least that a span with its two ids takes. */
const LEAST_SPAN_BYTES = 44;
export const ID_DIGITS = 16;
/** A trace whose starts lie in the first day of 1970 counts from zero, which only all of them together tell. */
const FIRST_DAY_US = 86_400_000_000;
/** Later times do not fit 64 bits of nanoseconds. */
const LAST_US = 9_223_372_036_854_775;
/** Where more spans must be read in full than this, all can be. */
const MOST_EXAMPLES = 20_000;
/** Fields of a span that its row is made of; those that are not named here are only shown as they stand. */
const Field = {
  ...{ other: 0, odd: 1, traceId: 2, spanId: 3, name: 4, references: 5, start: 6, duration: 7 },
  ...{ tags: 8, process: 9, warnings: 10, parent: 11, logs: 12 },
} as const;

const fields: ReadonlyMap<string, number> = new Map<string, number>([
  ...([
    ["traceID", Field.traceId],
    ["spanID", Field.spanId],
    ["operationName", Field.name],
    ["references", Field.references],
    ["startTime", Field.start],
    ["duration", Field.duration],
    ["tags", Field.tags],
    ["logs", Field.logs],
    ["processID", Field.process],
    ["warnings", Field.warnings],
    ["parentSpanID", Field.parent],
  ] as const),
  // Other spellings of these, which mean more than one thing.
  ...[
    ...["traceId", "trace_id", "traceIdLow", "traceIdHigh", "spanId", "span_id", "operation_name"],
    ...["refs", "parentSpanId", "parent_span_id", "parent_id", "start_time", "process", "tag"],
  ].map(key => [key, Field.odd] as const),
]);

/** The tags that say more of a span than they show. */
const meaningful = new KeyBytes([
  ...["span.kind", "error", "otel.status_code", "http.status_code", "http.response.status_code"],
  ...["otel.scope.name", "otel.library.name", "otel.scope.version", "otel.library.version"],
  ...[...spanKeys.queue, ...spanKeys.taskId, spanKeys.messagingSystem, spanKeys.taskState],
  ...[spanKeys.attempts, spanKeys.queuedUnixNs],
]);
/** The beginnings of the keys under which a trace that went out keeps what Jaeger has no field for. */
const marks = ["traceside.", "@jaeger@"].map(each => Buffer.from(each));
const KEY = Buffer.from('"key"');
/** Under which a span has others in it, or a reference the one that it means. */
const NESTING = ["childSpans", "subsidiarilyReferencedBy", "span"];
/** In a log. */
const FIELDS = Buffer.from("fields");

/** An id, the trace and the kind of a reference. */
const ALL_FIELDS = 7;

const hexDigits = new Uint8Array(256).fill(255);
for (let digit = 0; digit < 16; digit += 1) hexDigits[digit.toString(16).charCodeAt(0)] = digit;

/** Throws `GaveUp` at what is none, or needs the whole file to be understood. */
export class JaegerScan extends JsonCursor {
  readonly names = new ByteTexts();
  readonly #keys = new ByteTexts();
  readonly #fieldOfKey: number[] = [];
  readonly #processes = new ByteTexts();
  readonly #tags = new ByteTexts();
  /**
   * The facts that spans have in common, as states: each meaningful tag, and at last the process, is a step from one to
   * the next.
   */
  readonly #steps = new Map<number, number>();
  readonly #exampleOfState: (number | undefined)[] = [];
  /** The spans that stand for others, or are odd. */
  readonly examples: number[] = [];
  readonly odd = new Set<number>();

  count = 0;
  readonly froms: Uint32Array;
  readonly tos: Uint32Array;
  readonly ids: Buffer;
  readonly idWords: Int32Array;
  readonly parentWords: Int32Array;
  readonly hasParent: Uint8Array;
  readonly name: Int32Array;
  readonly startUs: Float64Array;
  readonly durationUs: Float64Array;
  readonly exampleOf: Int32Array;
  /** Where tags and the fields of logs stand: from and to of each, span after span. */
  #places = new Uint32Array(2 ** 16);
  #placesEnd = 0;
  readonly #placesEnds: Uint32Array;
  spansFrom = -1;
  spansTo = -1;
  #traceFrom = -1;
  #traceTo = -1;

  // Of the span that is being read.
  #state = 0;
  #process = -1;
  #isOdd = false;
  #hasIds = 0;
  #references = 0;

  constructor(bytes: Uint8Array) {
    super(bytes);
    // What is not used is not paid for: the system gives pages of memory at the first touch.
    const most = Math.ceil(bytes.length / LEAST_SPAN_BYTES);
    this.froms = new Uint32Array(most);
    this.tos = new Uint32Array(most);
    this.ids = Buffer.alloc(most * ID_DIGITS);
    this.idWords = new Int32Array(most * 2);
    this.parentWords = new Int32Array(most * 2);
    this.hasParent = new Uint8Array(most);
    this.name = new Int32Array(most);
    this.startUs = new Float64Array(most);
    this.durationUs = new Float64Array(most);
    this.exampleOf = new Int32Array(most);
    this.#placesEnds = new Uint32Array(most);
  }

  readWhole(): void {
    let traces = 0;
    this.readMembers((from, to) => {
      const key = this.bytes.toString("latin1", from, to);
      if (key !== "data") {
        if (!["total", "limit", "offset", "errors"].includes(key)) throw new GaveUp();
        this.skipValue();
        return;
      }
      this.readElements(() => {
        traces += 1;
        if (traces > 1) throw new GaveUp();
        this.readMembers(this.#readTraceField);
      });
    });
    if (this.skipSpace() !== -1 || this.count === 0) throw new GaveUp();
  }

  /** The file with so many of its spans. */
  write(spans: number): Buffer {
    const { bytes, spansFrom, spansTo } = this;
    const end = spans === 0 ? spansFrom : this.tos[spans - 1];
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(spansTo)]);
  }

  /** Whether spans may have other spans in them. */
  get hasNested(): boolean {
    return NESTING.some(key => this.#keys.texts.includes(key));
  }

  /** Where the tags of a span and the fields of its logs stand: from and to of each. */
  getPlaces(span: number): Uint32Array {
    const from = span === 0 ? 0 : this.#placesEnds[span - 1];
    return this.#places.subarray(from, this.#placesEnds[span]);
  }

  /** The bytes of the spans from one to before another, with what is between them. */
  cut(from: number, to: number): Buffer {
    return this.bytes.subarray(this.froms[from], this.tos[to - 1]);
  }

  readonly #readTraceField = (from: number, to: number): void => {
    if (this.bytes.toString("latin1", from, to) !== "spans") {
      this.skipValue();
      return;
    }
    if (this.spansFrom >= 0) throw new GaveUp();
    this.spansFrom = this.at + 1;
    this.readElements(this.#readSpan);
    this.spansTo = this.at - 1;
  };

  readonly #readSpan = (): void => {
    const span = this.count;
    this.#state = this.#hasIds = this.#references = 0;
    this.#process = -1;
    this.#isOdd = false;
    this.startUs[span] = this.durationUs[span] = Number.NaN;
    // A span without a name has the first of them, which is empty.
    this.name[span] = -1;
    this.froms[span] = this.at;
    this.readMembers(this.#readField);
    this.tos[span] = this.at;
    this.#placesEnds[span] = this.#placesEnd;
    this.count += 1;
    if (this.#hasIds !== 2) throw new GaveUp();
    const start = this.startUs[span];
    const duration = this.durationUs[span];
    if (!(start > FIRST_DAY_US)) throw new GaveUp();
    if (!(start + duration < LAST_US)) this.#isOdd = true;
    if (this.#process >= 0) this.#step(2 * this.#process);
    this.exampleOf[span] = this.#findExample(span);
  };

  #findExample(span: number): number {
    const known = this.#isOdd ? undefined : this.#exampleOfState[this.#state];
    if (known !== undefined) return known;
    const example = this.examples.push(span) - 1;
    if (example > MOST_EXAMPLES) throw new GaveUp();
    if (this.#isOdd) this.odd.add(span);
    else this.#exampleOfState[this.#state] = example;
    return example;
  }

  #step(symbol: number): void {
    const key = this.#state * 2 ** 26 + symbol;
    let next = this.#steps.get(key);
    if (next === undefined) this.#steps.set(key, (next = this.#steps.size + 1));
    this.#state = next;
  }

  readonly #readField = (keyFrom: number, keyTo: number): void => {
    const key = this.#keys.numberOf(this.bytes, keyFrom, keyTo);
    const field = (this.#fieldOfKey[key] ??= this.#findField(key));
    switch (field) {
      case Field.traceId:
        this.#readTraceId();
        break;
      case Field.spanId:
        if (!this.#readId(this.idWords)) throw new GaveUp();
        this.bytes.copy(this.ids, this.count * ID_DIGITS, this.at - 17, this.at - 1);
        this.#hasIds += 1;
        break;
      case Field.name:
        this.name[this.count] = this.#readNumbered(this.names);
        break;
      case Field.references:
        if (this.bytes[this.at] === Code.openList) this.readElements(this.#readReference);
        else this.skipValue();
        break;
      case Field.start:
        this.startUs[this.count] = this.#readInteger();
        break;
      case Field.duration:
        this.durationUs[this.count] = this.#readInteger();
        break;
      case Field.tags:
        if (this.bytes[this.at] === Code.openList) this.readElements(this.#readTag);
        else this.skipValue();
        break;
      case Field.logs:
        this.#readLogs();
        break;
      case Field.process:
        this.#process = this.#readNumbered(this.#processes);
        break;
      case Field.parent:
        this.#readParent();
        break;
      case Field.warnings:
        this.#readWarnings();
        break;
      default:
        if (field === Field.odd) this.#isOdd = true;
        this.skipValue();
    }
  };

  #findField(key: number): number {
    return fields.get(this.#keys.texts[key] ?? "") ?? Field.other;
  }

  /** All spans have the first one's, by its bytes. */
  #readTraceId(): void {
    const from = this.at + 1;
    if (this.bytes[this.at] !== Code.quote || !this.skipText()) throw new GaveUp();
    const to = this.at - 1;
    this.#hasIds += 1;
    if (this.#traceFrom < 0) {
      this.#traceFrom = from;
      this.#traceTo = to;
    } else if (!this.#isTraceId(from, to)) throw new GaveUp();
  }

  #isTraceId(from: number, to: number): boolean {
    if (to - from !== this.#traceTo - this.#traceFrom) return false;
    const shift = this.#traceFrom - from;
    for (let at = from; at < to; at += 1) {
      if (this.bytes[at] !== this.bytes[at + shift]) return false;
    }
    return true;
  }

  /** Whether it is an id of 64 bits, whose words are then those of the span that is being read. */
  #readId(words: Int32Array): boolean {
    const { bytes } = this;
    const from = this.at + 1;
    if (bytes[this.at] !== Code.quote) {
      this.skipValue();
      return false;
    }
    this.skipText();
    if (this.at - 1 - from !== ID_DIGITS) return false;
    let low = 0;
    let high = 0;
    for (let i = 0; i < ID_DIGITS; i += 1) {
      const digit = hexDigits[bytes[from + i]!]!;
      if (digit === 255) return false;
      high = (high << 4) | (low >>> 28);
      low = (low << 4) | digit;
    }
    words[2 * this.count] = low;
    words[2 * this.count + 1] = high;
    return true;
  }

  /** The number of a text that comes again; −1 for no text. */
  #readNumbered(texts: ByteTexts): number {
    const from = this.at + 1;
    if (this.bytes[this.at] !== Code.quote) {
      this.#isOdd = true;
      this.skipValue();
      return -1;
    }
    this.skipText();
    return texts.numberOf(this.bytes, from, this.at - 1);
  }

  /** NaN for what is none, or may be rounded. */
  #readInteger(): number {
    const from = this.at;
    this.skipValue();
    let integer = 0;
    for (let at = from; at < this.at; at += 1) {
      const digit = this.bytes[at]! - Code.zero;
      if (digit < 0 || digit > 9) return Number.NaN;
      integer = integer * 10 + digit;
    }
    return integer <= Number.MAX_SAFE_INTEGER ? integer : Number.NaN;
  }

  /** One parent in the same trace is plain; all else is for the reader to judge. */
  readonly #readReference = (): void => {
    this.#references += 1;
    if (this.bytes[this.at] !== Code.openObject || this.#references > 1) {
      this.#isOdd = true;
      this.skipValue();
      return;
    }
    this.#referenceFields = 0;
    this.readMembers(this.#readReferenceField);
    if (this.#referenceFields === ALL_FIELDS) this.hasParent[this.count] = 1;
    else this.#isOdd = true;
  };
  #referenceFields = 0;

  readonly #readReferenceField = (keyFrom: number, keyTo: number): void => {
    const { bytes } = this;
    const key = this.#keys.texts[this.#keys.numberOf(bytes, keyFrom, keyTo)];
    const from = this.at + 1;
    if (key === "spanID") {
      if (this.#readId(this.parentWords)) this.#referenceFields |= 1;
      return;
    }
    const isText = bytes[this.at] === Code.quote;
    this.skipValue();
    const to = this.at - 1;
    if (key === "traceID") {
      if (isText && this.#traceFrom >= 0 && this.#isTraceId(from, to)) this.#referenceFields |= 2;
    } else if (key === "refType") {
      if (isText && bytes.toString("latin1", from, to) === "CHILD_OF") this.#referenceFields |= 4;
      // The whole span that is meant, which has its own place.
    } else if (key !== "span") this.#referenceFields = 8;
  };

  #readParent(): void {
    const span = this.count;
    const isReferenced = this.hasParent[span] === 1;
    const low = this.parentWords[2 * span]!;
    const high = this.parentWords[2 * span + 1]!;
    const isEmpty = this.bytes[this.at] === Code.quote && this.bytes[this.at + 1] === Code.quote;
    const isId = this.#readId(this.parentWords);
    const isSame =
      isReferenced && this.parentWords[2 * span] === low && this.parentWords[2 * span + 1] === high;
    if (isEmpty || (isId && isSame)) return;
    // The references may come yet.
    this.#isOdd = true;
  }

  #readWarnings(): void {
    const from = this.at;
    this.skipValue();
    const text = this.bytes.toString("latin1", from, Math.min(this.at, from + 5));
    if (text !== "null" && text !== "[]") this.#isOdd = true;
  }

  #readLogs(): void {
    if (this.bytes[this.at] === Code.openList) this.readElements(this.#readLog);
    else this.skipValue();
  }

  readonly #readLog = (): void => {
    if (this.bytes[this.at] === Code.openObject) this.readMembers(this.#readLogField);
    else this.skipValue();
  };

  readonly #readLogField = (keyFrom: number, keyTo: number): void => {
    const isFields = keyTo - keyFrom === FIELDS.length && this.bytes[keyFrom] === FIELDS[0];
    if (isFields && this.bytes[this.at] === Code.openList) this.readElements(this.#readPlace);
    else this.skipValue();
  };

  /** Passes over an attribute and notes its place; answers with where it begins. */
  readonly #readPlace = (): number => {
    const from = this.at;
    this.skipValue();
    if (this.#placesEnd === this.#places.length) {
      const places = new Uint32Array(this.#places.length * 2);
      places.set(this.#places);
      this.#places = places;
    }
    this.#places[this.#placesEnd] = from;
    this.#places[this.#placesEnd + 1] = this.at;
    this.#placesEnd += 2;
    return from;
  };

  readonly #readTag = (): void => {
    const { bytes } = this;
    const from = this.#readPlace();
    if (bytes[from] !== Code.openObject) return;
    const keyFrom = this.#findTagKey(from + 1);
    if (keyFrom >= 0) {
      if (!this.#hasMeaning(bytes, keyFrom)) return;
    } else {
      const tag = this.parse(from, this.at);
      const key = isObject(tag) ? tag["key"] : undefined;
      if (!this.#hasMeaning(Buffer.from(`${String(key)}"`), 0)) return;
    }
    this.#step(2 * this.#tags.numberOf(bytes, from, this.at) + 1);
  };

  /** Where the text of the key begins, if the key is what the tag begins with; else −1. */
  #findTagKey(from: number): number {
    const { bytes } = this;
    let at = from;
    while (bytes[at]! <= 0x20) at += 1;
    for (let i = 0; i < KEY.length; i += 1, at += 1) if (bytes[at] !== KEY[i]) return -1;
    while (bytes[at]! <= 0x20) at += 1;
    if (bytes[at] !== Code.colon) return -1;
    at += 1;
    while (bytes[at]! <= 0x20) at += 1;
    return bytes[at] === Code.quote ? at + 1 : -1;
  }

  /** Whether the key that begins here, and ends at the next quotation mark, is one of those. */
  #hasMeaning(bytes: Buffer, from: number): boolean {
    let to = from;
    for (; bytes[to] !== Code.quote; to += 1) {
      // An escape may spell any key.
      if (bytes[to] === Code.backslash) {
        this.#isOdd = true;
        return false;
      }
    }
    const isMark = marks.some(mark => {
      let i = 0;
      while (i < mark.length && bytes[from + i] === mark[i]) i += 1;
      return i === mark.length;
    });
    if (isMark) this.#isOdd = true;
    return meaningful.has(bytes, from, to - from);
  }
}
