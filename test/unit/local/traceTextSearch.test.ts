/** The spans of a trace are searched block by block, in stretches: what is found is what a look into each span finds. */

import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { BatchBytes } from "../../../src/stores/local/log/batchBytes.ts";
import { openSpanLog } from "../../../src/stores/local/log/spanLog.ts";
import { DrawnPieces } from "../../../src/stores/local/file/drawnPieces.ts";
import { SpanBytes } from "../../../src/stores/local/read/spanBytes.ts";
import { TraceReader } from "../../../src/stores/local/read/traceReader.ts";
import { TraceTextSearch } from "../../../src/stores/local/read/traceTextSearch.ts";
import { makeRandom } from "../../perf/makeTrace.ts";
import { otlpBytes } from "./otlpBytes.ts";
import { record, start, traceId, useStores } from "./records.ts";

const { newFile } = useStores();
const otherTrace = "f".repeat(32);

/** Each look at the clock is the whole time of a stretch: one block a stretch. */
function openSearch(file: string) {
  const sql = new DatabaseSync(file, { readOnly: true });
  const bytes = new BatchBytes(sql);
  const spans = new SpanBytes(bytes, "local");
  let ms = 0;
  const search = new TraceTextSearch(
    new TraceReader(sql, spans, new DrawnPieces(sql)),
    spans,
    () => (ms += 1_000),
  );
  const find = (text: string) => {
    const keys: string[] = [];
    let stretches = 0;
    for (let next: number | undefined = 0; next !== undefined;) {
      const part = search.find(traceId, text, next);
      keys.push(...part.keys);
      next = part.next;
      stretches += 1;
    }
    return { keys, stretches };
  };
  return { find, search, bytes, close: () => sql.close() };
}

it("has a prepared trace in memory, until that is given back", async () => {
  const file = newFile();
  const texts = drawTexts(600);
  await write(file, texts, false);
  const { find, search, bytes, close } = openSearch(file);
  let breaths = 0;
  await search.prepare(traceId, async () => {
    breaths += 1;
    await Promise.resolve();
  });
  expect(breaths).toBeGreaterThan(5);
  const other = new DatabaseSync(file);
  other.exec("DELETE FROM block");
  other.close();
  const expected = texts.flatMap((text, i) => (/tenant-042/i.test(text) ? [idOf(i + 1)] : []));
  expect(expected.length).toBeGreaterThan(100);
  expect(find("tenant-042").keys).toEqual(expected);
  bytes.forget();
  expect(find("elvin").keys).toEqual([]);
  close();
});

const idOf = (i: number): string => i.toString(16).padStart(16, "0");

/** Texts of some 400 characters, so that a few hundred spans fill several blocks. */
function drawTexts(count: number): readonly string[] {
  const random = makeRandom(7);
  const words = [
    "Tenant-042",
    "K",
    "\u212aelvin",
    "İzmir",
    "订单",
    "Größe",
    'a"b',
    "C:\\shop",
    "7",
  ];
  return Array.from({ length: count }, (_, i) => {
    const drawn = Array.from({ length: 3 }, () => words[Math.floor(random() * words.length)]);
    // The foreign letters come late, so that there are blocks without them.
    const kept = i < count / 2 ? drawn.filter(word => !/[\u212aİ]/.test(word ?? "")) : drawn;
    return `${kept.join(" ")} ${"x".repeat(Math.floor(random() * 800))}`;
  });
}

const sought = [
  ...["tenant-042", "TENANT-04", "kelvin", "k", "izmir", "订单", "单", "größe", "GRÖSSE", 'a"b'],
  ...["c:\\shop", "shop", "b c:", "xxxxx", "7", "nowhere", "ö"],
];

async function write(file: string, texts: readonly string[], isOtlp: boolean): Promise<void> {
  const log = openSpanLog({ file, capBytes: Infinity });
  for (let at = 0; at < texts.length; at += 300) {
    const part = texts.slice(at, at + 300);
    // Spans of another trace between ours hold the same texts.
    const ids = part.flatMap((text, i) => [
      { traceId, spanId: idOf(at + i + 1), text },
      { traceId: otherTrace, spanId: idOf(at + i + 1), text: "Tenant-042 订单 shop" },
    ]);
    if (isOtlp) {
      const spans = ids.map(({ text, ...span }) => ({
        ...{ ...span, name: "-", startNs: start, endNs: start + 5n },
        attributes: { note: text },
      }));
      await log.ingestOtlp(otlpBytes([{ resource: { "service.name": "s" }, spans }]));
    } else {
      await log.ingestSpans(
        ids.map(({ traceId: trace, spanId, text }) =>
          record({ spanId }, { raw: JSON.stringify({ note: text }) }, trace),
        ),
      );
    }
  }
  await log.close();
}

it.each([true, false])("finds in every block what each span holds (OTLP: %s)", async isOtlp => {
  const file = newFile();
  const texts = drawTexts(900);
  await write(file, texts, isOtlp);
  const { find, close } = openSearch(file);
  for (const text of sought) {
    const wanted = text.toLowerCase();
    const forms = [wanted, JSON.stringify(wanted).slice(1, -1)];
    // A number may be a part of an id, too.
    const holds = (own: string, i: number): boolean =>
      own.toLowerCase().includes(wanted) ||
      (!isOtlp && forms.some(form => JSON.stringify(own).toLowerCase().includes(form))) ||
      (isOtlp && (idOf(i + 1).includes(wanted) || traceId.includes(wanted)));
    const expected = texts.flatMap((own, i) => (holds(own, i) ? [idOf(i + 1)] : []));
    const { keys, stretches } = find(text);
    expect(keys, text).toEqual(expected);
    if (text === "tenant-042") expect(stretches).toBeGreaterThan(5);
  }
  close();
});

it("looks only into what held a part of the text, until the trace grows", async () => {
  const file = newFile();
  const texts = drawTexts(600).map((text, i) => (i % 100 === 3 ? `needle-${i} ${text}` : text));
  await write(file, texts, true);
  const { find, search, close } = openSearch(file);
  expect(find("needle").keys).toHaveLength(6);
  expect(find("needle-103")).toEqual({ keys: [idOf(104)], stretches: 1 });
  // Two panels in turns: neither search is taken for whole.
  const first = search.find(traceId, "tenant", 0);
  search.find(traceId, "nowhere", 0);
  search.find(traceId, "tenant", first.next ?? 0);
  expect(find("needle-203").keys).toEqual([idOf(204)]);
  const log = openSpanLog({ file, capBytes: Infinity });
  const late = {
    traceId,
    spanId: idOf(9_999),
    startNs: start,
    endNs: start + 5n,
    name: "needle-103",
  };
  await log.ingestOtlp(otlpBytes([{ resource: { "service.name": "s" }, spans: [late] }]));
  await log.close();
  expect(find("needle-103").keys).toEqual([idOf(104), idOf(9_999)]);
  close();
});
