/**
 * Where the spans stand in an OTLP `ExportTraceServiceRequest`, and whether it is one, through and through: no strings
 * and no objects are made for a span. Pure; knows nothing of what the fields mean beyond their nesting.
 */

import { ProtoCursor } from "../../../formats/encodings/protoCursor.ts";
import { MAX_MESSAGE_DEPTH, WireError } from "../../../formats/encodings/protoReader.ts";

/** The messages among a message's fields, by their numbers. */
type Shape = readonly (Shape | undefined)[];

/** A request's groups, their scopes and the spans are messages within each other, as the full reader counts them. */
const SPAN_DEPTH = 3;

const anyValue: (Shape | undefined)[] = [];
const keyValue: Shape = [undefined, undefined, anyValue];
// An array of values, and a list of keys with values.
anyValue[5] = [undefined, anyValue];
anyValue[6] = [undefined, keyValue];
const attributes = (field: number): Shape => {
  const shape: (Shape | undefined)[] = [];
  shape[field] = keyValue;
  return shape;
};
const span: (Shape | undefined)[] = [];
span[9] = keyValue;
span[11] = attributes(3);
span[13] = attributes(4);
span[15] = [];
const resource = attributes(1);
const scope = attributes(3);

/** Where a message stands: from its first byte to the one behind its last. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Spans that share a resource and a scope. */
export interface SpanGroup {
  resource: Range;
  scope: Range;
  readonly spans: number[];
}

const nowhere: Range = { from: 0, to: 0 };

/** Throws a `WireError` where the bytes are no such request. */
export function findSpans(request: Buffer): SpanGroup[] {
  return new Walker(request).walkRequest();
}

/** Follows protobuf's lengths; every place is checked against the end of the message that it is in. */
class Walker extends ProtoCursor {
  readonly #groups: SpanGroup[] = [];

  constructor(bytes: Buffer) {
    super();
    this.bytes = bytes;
  }

  walkRequest(): SpanGroup[] {
    const end = this.bytes.length;
    while (this.at < end) {
      const tag = this.#readTag(end);
      if (tag === 0x0a) this.#walkResourceSpans(this.#readEnd(end));
      else this.#skip(tag, end);
    }
    return this.#groups;
  }

  #walkResourceSpans(end: number): void {
    const first = this.#groups.length;
    let resourceRange = nowhere;
    while (this.at < end) {
      const tag = this.#readTag(end);
      if (tag === 0x0a) resourceRange = this.#walkRange(resource, end);
      else if (tag === 0x12) this.#walkScopeSpans(this.#readEnd(end));
      else this.#skip(tag, end);
    }
    for (let i = first; i < this.#groups.length; i += 1) {
      const group = this.#groups[i];
      if (group !== undefined) group.resource = resourceRange;
    }
  }

  #walkScopeSpans(end: number): void {
    const spans: number[] = [];
    let scopeRange = nowhere;
    while (this.at < end) {
      const tag = this.#readTag(end);
      if (tag === 0x0a) {
        scopeRange = this.#walkRange(scope, end);
      } else if (tag === 0x12) {
        spans.push(this.at);
        this.#walk(span, this.#readEnd(end), SPAN_DEPTH);
      } else {
        this.#skip(tag, end);
      }
    }
    if (spans.length > 0) this.#groups.push({ resource: nowhere, scope: scopeRange, spans });
  }

  #walkRange(shape: Shape, end: number): Range {
    const to = this.#readEnd(end);
    const from = this.at;
    this.#walk(shape, to, SPAN_DEPTH);
    return { from, to };
  }

  #walk(shape: Shape, end: number, depth: number): void {
    if (depth > MAX_MESSAGE_DEPTH) throw new WireError("protobuf: nested too deep");
    while (this.at < end) {
      const tag = this.#readTag(end);
      const inner = (tag & 7) === 2 ? shape[tag >>> 3] : undefined;
      if (inner === undefined) this.#skip(tag, end);
      else this.#walk(inner, this.#readEnd(end), depth + 1);
    }
  }

  /** Whatever is cut short behind its tag is found by who reads on. */
  #readTag(end: number): number {
    const tag = this.readVarint();
    if (tag >>> 3 === 0 || this.at > end) throw new WireError("protobuf: no field");
    return tag;
  }

  /** The end of the message whose length comes next. */
  #readEnd(end: number): number {
    const length = this.readVarint();
    const to = this.at + length;
    if (to > end) throw new WireError("protobuf: cut short");
    return to;
  }

  #skip(tag: number, end: number): void {
    this.skip(tag);
    if (this.at > end) throw new WireError("protobuf: cut short");
  }
}
