import { expect, it } from "vitest";
import { AttributeCache } from "../../../src/stores/local/log/attributeCache.ts";

const viewOf = (bytes: Buffer): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

function find(memo: AttributeCache, text: string, kind = 1): number {
  const bytes = Buffer.from(text);
  return memo.find(viewOf(bytes), 0, bytes.length, kind);
}

function learn(memo: AttributeCache, text: string, terms: readonly number[], kind = 1): number {
  const bytes = Buffer.from(text);
  expect(memo.find(viewOf(bytes), 0, bytes.length, kind)).toBe(-1);
  return memo.add(bytes, 0, bytes.length, terms);
}

it("knows a stretch again wherever it stands, with its terms and notes, and no other", () => {
  const memo = new AttributeCache();
  const texts = ["", "a", "http.route", "http.routf", "http.route=/cart", "一".repeat(40)];
  const entries = texts.map((text, i) => learn(memo, text, [i, i * 2]));
  entries.forEach((entry, i) => memo.setNote(entry, 2, i - 3));
  expect(new Set(entries.map(entry => memo.keyOf(entry))).size).toBe(texts.length);
  texts.forEach((text, i) => {
    const bytes = Buffer.from(`before ${text} behind`);
    const entry = memo.find(viewOf(bytes), 7, 7 + Buffer.byteLength(text), 1);
    expect(entry).toBe(entries[i]);
    const terms: number[] = [];
    memo.addTerms(entry, { add: term => terms.push(term) });
    expect(terms).toEqual([i, i * 2]);
    expect(memo.note(entry, 2)).toBe(i - 3);
    expect(find(memo, `${text}x`)).toBe(-1);
    // The same bytes of another kind are another stretch.
    expect(find(memo, text, 2)).toBe(-1);
  });
});

it("forgets all when it is full, and gives no key again", () => {
  const memo = new AttributeCache();
  const first = learn(memo, "the first", [1]);
  const keys = new Set([memo.keyOf(first)]);
  let count = 0;
  while (find(memo, "the first") >= 0) {
    keys.add(memo.keyOf(learn(memo, `value ${count}`, [count])));
    count += 1;
  }
  expect(keys.size).toBe(count + 1);
  // What made it forget is known.
  expect(find(memo, `value ${count - 1}`)).toBeGreaterThanOrEqual(0);
  // Longer ones are not worth it.
  expect(learn(memo, "x".repeat(1_000), [])).toBe(-1);
  expect(find(memo, "x".repeat(1_000))).toBe(-1);
});
