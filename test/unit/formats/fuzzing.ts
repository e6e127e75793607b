/** Trace files gone wrong: samples of every format, ways to spoil them, and a reading that looks at all that was read. */

import assert from "node:assert/strict";
import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { readTraceFile } from "../../../src/formats/traceFile.ts";
import { getFailure } from "../../../src/model/failure.ts";
import type { SpanInput } from "../../../src/model/span.ts";
import { dataFolder, listData } from "../../publicTraces.ts";
import { listOwnSamples } from "./ownSamples.ts";
import { buildTraces } from "./outline.ts";

const fixtures = join(import.meta.dirname, "../../fixtures");
/** Small ones are spoilt more thoroughly in the same time. */
const MAX_SAMPLE_BYTES = 12_000;
const MAX_FILE_BYTES = 400_000;
const MAX_SAMPLES = 8;
const context = { store: "fuzz", path: "fuzz", nowUnixMs: 1_795_000_000_000 };

/** Every format to small files of it, more where the folder of real traces is there. */
export function listSamples(): ReadonlyMap<string, readonly Uint8Array[]> {
  const samples = new Map<string, Uint8Array[]>();
  for (const bytes of [...listOwnSamples(), ...listFiles()]) {
    const format = readFormat(bytes);
    if (format === undefined) continue;
    const known = samples.get(format) ?? [];
    samples.set(format, known);
    const isSmall = bytes.length <= MAX_SAMPLE_BYTES;
    if (known.length === 0 || (isSmall && known.length < MAX_SAMPLES)) known.push(bytes);
  }
  return samples;
}

/** The smallest first. */
function listFiles(): readonly Uint8Array[] {
  const files = [
    ...globSync(
      ["{funboost/documents,celery,otel,chrome,products}/*", "sdks/*.{bin,thrift,json,pb}"],
      { cwd: fixtures },
    ).map(file => join(fixtures, file)),
    ...listData().map(file => join(dataFolder, file)),
  ];
  return files
    .filter(file => statSync(file).size < MAX_FILE_BYTES)
    .map(file => readFileSync(file))
    .map(bytes => (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes))
    .sort((a, b) => a.length - b.length);
}

function readFormat(bytes: Uint8Array): string | undefined {
  try {
    return readTraceFile(bytes, context).format;
  } catch (error) {
    if (getFailure(error)?.code !== "unreadableFile") throw error;
    return undefined;
  }
}

/** Reads all that a panel would ever ask for, but for the traces themselves where they are not wanted. Whether it was a trace; any other error than a refusal is thrown. */
export function readAll(bytes: Uint8Array, isBuilt = true): boolean {
  try {
    const { records } = readTraceFile(bytes, context);
    for (const { span, detail } of records) {
      checkSpan(span);
      detail.raw.charCodeAt(0);
    }
    for (const trace of isBuilt ? buildTraces(records) : []) trace.findSpan("");
    return true;
  } catch (error) {
    if (getFailure(error)?.code !== "unreadableFile") throw error;
    return false;
  }
}

/** Throws where a field holds what its type does not allow: a function from a table that everybody can ask anything. */
function checkSpan({
  spanId,
  parentSpanId = "",
  name,
  service = "",
  kind = 0,
  ...rest
}: SpanInput) {
  const { status = 0, startUnixNs = 0n, endUnixNs = 0n } = rest;
  for (const text of [spanId, parentSpanId, name, service]) assert.equal(typeof text, "string");
  for (const number of [kind, status]) assert.equal(typeof number, "number");
  for (const time of [startUnixNs, endUnixNs]) assert.equal(typeof time, "bigint");
}

export type Random = () => number;

/** Xorshift, whole numbers of 32 bits: the seed tells the way, so that what failed can be run again. */
export function createRandom(seed: number): Random {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}

export function spoil(bytes: Uint8Array, random: Random): Uint8Array {
  const values = random() % 2 === 0 ? parse(bytes) : undefined;
  if (values === undefined) return spoilBytes(bytes, random);
  for (let left = 1 + (random() % 4); left > 0; left -= 1) spoilValue(values, random);
  try {
    return Buffer.from(values.map(value => JSON.stringify(value)).join("\n"));
  } catch (error) {
    // What was nested again and again is deeper than JSON is written; the readers have their own tests of that.
    if (!(error instanceof RangeError)) throw error;
    return spoilBytes(bytes, random);
  }
}

function parse(bytes: Uint8Array): unknown[] | undefined {
  if (bytes[0] !== 0x7b && bytes[0] !== 0x5b) return undefined;
  const text = Buffer.from(bytes).toString();
  return parseLines([text]) ?? parseLines(text.trim().split("\n"));
}

function parseLines(lines: readonly string[]): unknown[] | undefined {
  try {
    return lines.map(line => JSON.parse(line) as unknown);
  } catch {
    return undefined;
  }
}

function spoilBytes(bytes: Uint8Array, random: Random): Uint8Array {
  let spoilt = Buffer.from(bytes);
  for (let left = 1 + (random() % 6); left > 0; left -= 1) {
    const at = random() % Math.max(1, spoilt.length);
    const length = random() % 64;
    const before = spoilt.subarray(0, at);
    const after = spoilt.subarray(at);
    switch (random() % 7) {
      case 0:
        spoilt[at] = random() & 0xff;
        break;
      case 1:
        spoilt[at] = (spoilt[at] ?? 0) ^ (1 << (random() % 8));
        break;
      case 2:
        spoilt = Buffer.concat([before, after.subarray(length)]);
        break;
      case 3:
        spoilt = Buffer.concat([before, after.subarray(0, length), after]);
        break;
      case 4:
        spoilt = Buffer.concat([before, Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]), after]);
        break;
      case 5:
        spoilt = Buffer.concat([before, Buffer.from(pick(hostileTexts, random)), after]);
        break;
      default:
        spoilt = Buffer.from(before);
    }
  }
  return spoilt;
}

/** What every object inherits. */
const reservedNames = ["constructor", "toString", "valueOf", "hasOwnProperty"];

const hostileTexts = [
  ...reservedNames,
  "[[[[",
  "{{{{",
  '"',
  ",",
  "\u0000",
  "-",
  "1e999",
  "99999999999999999999",
  "\ud800",
  "0x",
  "[".repeat(20_000),
  '{"a":'.repeat(5_000),
  "? ".repeat(5_000),
  "\n- ".repeat(5_000),
];

/** What no writer meant to write, in place of any value. */
const hostileValues: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => -1,
  () => 0,
  () => 1.5e300,
  () => "99999999999999999999999999",
  () => "",
  () => "x".repeat(5_000),
  () => "\u0000\ud800",
  () => "__proto__",
  () => "constructor",
  () => "toString",
  () => [],
  () => ({}),
  () => [[[[[[[[null]]]]]]]],
  () => JSON.parse(`${'{"a":'.repeat(300)}1${"}".repeat(300)}`) as unknown,
  () => JSON.parse("[".repeat(3_000) + "]".repeat(3_000)) as unknown,
  () => Array.from({ length: 200 }, () => ({})),
];

/** Walks down a random way, and leaves there another value, none, or two of it. */
function spoilValue(values: unknown[], random: Random): void {
  let parent: Record<string | number, unknown> = values as unknown as Record<number, unknown>;
  for (;;) {
    const keys = Object.keys(parent);
    if (keys.length === 0) return;
    const key = pick(keys, random);
    const child = parent[key];
    if (typeof child === "object" && child !== null && random() % 6 !== 0) {
      parent = child as Record<string, unknown>;
      continue;
    }
    switch (random() % 6) {
      case 0:
        if (Array.isArray(parent)) parent.push(child);
        else parent[pick(keys, random)] = child;
        return;
      case 5:
        parent[key] = nest(child, random() % 2 === 0 ? key : "children");
        return;
      case 4:
        if (Array.isArray(parent)) parent.unshift(child);
        else parent[pick(reservedNames, random)] = child;
        return;
      case 1:
        Reflect.deleteProperty(parent, key);
        return;
      default:
        parent[key] = pick(hostileValues, random)();
        return;
    }
  }
}

/** Four of these in one another are still written by `JSON.stringify`, which calls itself for each. */
const MOST_NESTED = 400;
const MAX_NESTED_LENGTH = 60_000;

/** The value in itself, again and again, as calls lie in their callers. */
function nest(value: unknown, key: string): unknown {
  const isSpan = typeof value === "object" && value !== null && !Array.isArray(value);
  const length = isSpan ? JSON.stringify(value).length : 1;
  const levels = Math.min(MOST_NESTED, Math.ceil(MAX_NESTED_LENGTH / length));
  let nested = value;
  for (let level = 0; level < levels; level += 1) {
    nested = isSpan ? { ...value, [key]: [nested] } : { [key]: nested };
  }
  return nested;
}

function pick<T>(values: readonly T[], random: Random): T {
  return values[random() % values.length] as T;
}
