/** Logs are read as streams, plain and packed, whole and in parts, cancelled at any time, and their ids counted. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { countIds } from "../../../src/features/traceLogs/countIds.ts";
import { IdCounts } from "../../../src/features/traceLogs/idCounts.ts";
import { scanFile } from "../../../src/features/traceLogs/scanFile.ts";
import { never } from "../local/records.ts";

const folder = mkdtempSync(join(tmpdir(), "traceside-logs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const often = "0af7651916cd43dd8448eb211c80319c";
const failed = "0190a000-0000-7000-8000-00000000dead";
const text = [
  ...Array.from(
    { length: 50_000 },
    (_, i) => `INFO ${i} trace_id=${often} span_id=b7ad6b7169203331`,
  ),
  `INFO task ${failed} began`,
  `ERROR task ${failed}: KeyError`,
].join("\n");

function write(name: string, bytes: Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

async function count(file: string, signal = never) {
  const counts = new IdCounts();
  await scanFile(file, { onLine: line => counts.add(line), scanFor: "counts", signal });
  return counts;
}

test.each([
  ["app.log", Buffer.from(text)],
  ["app.log.1.gz", gzipSync(text)],
])("%s: ids with errors first", async (name, bytes) => {
  const counts = await count(write(name, bytes));
  expect(counts.list(10)).toEqual([
    { id: failed, lines: 2, errors: 1, first: `ERROR task ${failed}: KeyError` },
    {
      id: often,
      lines: 50_000,
      errors: 0,
      first: `INFO 0 trace_id=${often} span_id=b7ad6b7169203331`,
    },
  ]);
  expect([counts.list(1).length, counts.isCut]).toEqual([1, false]);
});

test("a file that is no gzip, is gone, or breaks off rejects", async () => {
  await expect(count(write("lie.gz", Buffer.from(text)))).rejects.toThrow("header");
  await expect(count(join(folder, "gone.log"))).rejects.toThrow("ENOENT");
  await expect(count(join(folder, "gone.gz"))).rejects.toThrow("ENOENT");
  await expect(count(write("half.gz", gzipSync(text).subarray(0, 500)))).rejects.toThrow(
    "end of file",
  );
});

test("it stops when it is cancelled", async () => {
  const file = write("cancelled.log", Buffer.from(text));
  const controller = new AbortController();
  let seen = 0;
  const reading = scanFile(file, {
    onLine: () => {
      seen += 1;
      controller.abort();
    },
    signal: controller.signal,
  });
  await expect(reading).rejects.toThrow();
  expect(seen).toBeLessThan(50_000);
});

test("a small archive of a large log is read only as far as was asked for", async () => {
  const file = write("packed.log.gz", gzipSync(Buffer.alloc(2 ** 23, `${often}\n`)));
  let lines = 0;
  const onLine = (): void => void (lines += 1);
  const scanned = await scanFile(file, { onLine, maxBytes: 2 ** 20, signal: never });
  expect(scanned.isCut).toBe(true);
  expect(lines).toBeLessThanOrEqual(2 ** 20 / 33);
  lines = 0;
  expect((await scanFile(file, { onLine, signal: never })).isCut).toBe(false);
  expect(lines).toBe(Math.floor(2 ** 23 / 33));
});

test("parts side by side share no line and miss none, wherever they are cut", async () => {
  const ids = [1, 2, 3].map(digit => `${digit}`.repeat(32));
  const lines = [`INFO ${ids[0]}`, "", `a ${ids[1]} b\r`, "c", `ERROR ${ids[2]}`];
  const whole = lines.join("\n");
  const file = write("parts.log", Buffer.from(whole));
  for (let cut = 0; cut <= whole.length; cut += 1) {
    const found: string[] = [];
    for (const range of [
      { from: 0, to: cut },
      { from: cut, to: Number.POSITIVE_INFINITY },
    ]) {
      const onLine = (line: { readText(): string }): void => void found.push(line.readText());
      await scanFile(file, { onLine, range, signal: never });
    }
    expect(found).toEqual([lines[0], lines[2]?.trim(), lines[4]]);
  }
});

const workerPath = join(import.meta.dirname, "../../../src/features/traceLogs/logWorker.ts");

test.each([
  ["two.log", Buffer.from(text), 2 ** 10],
  ["one.log", Buffer.from(text), 2 ** 30],
  ["packed.log.gz", gzipSync(text), 2 ** 10],
  ["empty.log", Buffer.alloc(0), 2 ** 10],
])("%s: counted in threads, it has the same ids", async (name, bytes, partBytes) => {
  const file = write(name, bytes);
  const counts = await countIds(file, { workerPath, partBytes, signal: never });
  expect(counts.list(10)).toEqual((await count(file)).list(10));
});

test("what the threads cannot read is told, and nothing is begun that was cancelled before", async () => {
  const lie = write("lie2.gz", Buffer.from(text));
  await expect(countIds(lie, { workerPath, signal: never })).rejects.toThrow("header");
  const file = write("late.log", Buffer.from(text));
  await expect(countIds(file, { workerPath, signal: AbortSignal.abort() })).rejects.toThrow();
});
