import { expect, it } from "vitest";
import { AttributeCache } from "../../../src/stores/local/log/attributeCache.ts";

const viewOf = (bytes: Buffer): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

function find(cache: AttributeCache, text: string, kind = 1): number {
  const bytes = Buffer.from(text);
  return cache.find(viewOf(bytes), 0, bytes.length, kind);
}

function learn(cache: AttributeCache, text: string, terms: readonly number[], kind = 1): number {
  const bytes = Buffer.from(text);
  expect(cache.find(viewOf(bytes), 0, bytes.length, kind)).toBe(-1);
  // Of what came once its hash is known, which another may have.
  const first = cache.add(bytes, 0, bytes.length, terms);
  return first >= 0 ? first : cache.add(bytes, 0, bytes.length, terms);
}

it("knows a stretch again wherever it stands, with its terms and notes, and no other", () => {
  const cache = new AttributeCache();
  const texts = ["", "a", "http.route", "http.routf", "http.route=/cart", "一".repeat(40)];
  const entries = texts.map((text, i) => learn(cache, text, [i, i * 2]));
  entries.forEach((entry, i) => cache.setNote(entry, 2, i - 3));
  expect(new Set(entries.map(entry => cache.keyOf(entry))).size).toBe(texts.length);
  texts.forEach((text, i) => {
    const bytes = Buffer.from(`before ${text} behind`);
    const entry = cache.find(viewOf(bytes), 7, 7 + Buffer.byteLength(text), 1);
    expect(entry).toBe(entries[i]);
    const terms: number[] = [];
    cache.addTerms(entry, { add: term => terms.push(term) });
    expect(terms).toEqual([i, i * 2]);
    expect(cache.note(entry, 2)).toBe(i - 3);
    expect(find(cache, `${text}x`)).toBe(-1);
    // The same bytes of another kind are another stretch.
    expect(find(cache, text, 2)).toBe(-1);
  });
});

it("remembers what has come twice", () => {
  const cache = new AttributeCache();
  const bytes = Buffer.from("request.id=42");
  for (const isKnown of [false, false, true]) {
    const entry = cache.find(viewOf(bytes), 0, bytes.length, 1);
    expect(entry >= 0).toBe(isKnown);
    if (!isKnown) cache.add(bytes, 0, bytes.length, [1]);
  }
});

it("forgets all when it is full, and gives no key again", () => {
  const cache = new AttributeCache();
  const first = learn(cache, "the first", [1]);
  const keys = new Set([cache.keyOf(first)]);
  let count = 0;
  while (find(cache, "the first") >= 0) {
    keys.add(cache.keyOf(learn(cache, `value ${count}`, [count])));
    count += 1;
  }
  expect(keys.size).toBe(count + 1);
  // What made it forget is known.
  expect(find(cache, `value ${count - 1}`)).toBeGreaterThanOrEqual(0);
  // Longer ones are not worth it.
  expect(learn(cache, "x".repeat(1_000), [])).toBe(-1);
  expect(find(cache, "x".repeat(1_000))).toBe(-1);
});
