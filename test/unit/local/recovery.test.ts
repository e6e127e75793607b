/** What becomes of a file that is damaged, replaced or deleted, by chance or under its owner. */

import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { tryLockStore } from "../../../src/stores/local/file/ownerLock.ts";
import { openSpanLog } from "../../../src/stores/local/log/spanLog.ts";
import { createRandom } from "../formats/fuzzing.ts";
import { damage, makeSound, recover, SPANS_PER_TRACE } from "./damages.ts";
import { otlpBytes } from "./otlpBytes.ts";
import { never, readSpans, start, useStores, workerPath } from "./records.ts";

const { newFile, open } = useStores();
/** The bench has two hundred. */
const DAMAGES = 40;
const hex = (value: number, length: number): string => value.toString(16).padStart(length, "0");
const traceOf = (i: number): string => hex(i + 1, 32);
const request = (i: number): Buffer =>
  otlpBytes([
    {
      resource: {},
      spans: [{ traceId: traceOf(i), spanId: hex(i + 1, 16), startNs: start, endNs: start + 1n }],
    },
  ]);

function listAside(file: string): string[] {
  return readdirSync(dirname(file)).filter(
    name => /\.(damaged|deleted)-/.test(name) && !/-(wal|shm|unread)$/.test(name),
  );
}

it("receives after any damage, and keeps what can be read", { timeout: 300_000 }, async () => {
  const folder = dirname(newFile());
  mkdirSync(folder, { recursive: true });
  const sound = await makeSound(folder, 60);
  const all = sound.traceIds.length * SPANS_PER_TRACE;
  let readable = 0;
  for (let seed = 1; seed <= DAMAGES; seed += 1) {
    const random = createRandom(seed * 7_919);
    const outcome = await recover(join(folder, `${seed}`), damage(sound, random), sound.traceIds);
    const { receives, faults, leftovers } = outcome;
    expect({ seed, receives, faults, leftovers }).toEqual({
      ...{ seed, receives: true, faults: [], leftovers: [] },
    });
    readable += outcome.readable;
  }
  // Most damages touch one page of many; what was cut off is gone.
  expect(readable / (all * DAMAGES)).toBeGreaterThan(0.75);
});

it.each([
  ["its header", 0],
  ["the beginning", 0.1],
  ["the middle", 0.5],
])("carries over what its log has behind a damage in %s", async (_, place) => {
  const folder = dirname(newFile());
  mkdirSync(folder, { recursive: true });
  const { traceIds, open: sound } = await makeSound(folder, 40);
  const wal = Buffer.from(sound.wal);
  const at = Math.floor(wal.length * place);
  for (let byte = at; byte < at + 24; byte += 1) wal[byte] = (wal[byte] as number) ^ 0x55;
  const outcome = await recover(join(folder, "damaged"), { file: sound.file, wal }, traceIds);
  expect(outcome).toMatchObject({ receives: true, faults: [], leftovers: [] });
  expect(outcome.readable).toBeGreaterThan(0.9 * traceIds.length * SPANS_PER_TRACE);
  expect(outcome.notes.join()).toContain("write-ahead log is damaged");
});

describe("a damaged file", () => {
  /** Spans in a store of which one page is overwritten. */
  async function damagePage(file: string, count: number): Promise<void> {
    const log = openSpanLog({ file, capBytes: Infinity });
    for (let i = 0; i < count; i += 1) await log.ingestOtlp(request(i));
    await log.close();
    const bytes = readFileSync(file);
    bytes.fill(0x5a, bytes.length - 8_192, bytes.length - 4_096);
    writeFileSync(file, bytes);
  }

  it("is recovered by its owner alone, and the others say so meanwhile", async () => {
    const file = newFile();
    await damagePage(file, 120);
    writeFileSync(`${file}-suspect`, "");
    const lock = tryLockStore(file);
    const reader = open(file);
    await expect(reader.checkHealth(never)).rejects.toMatchObject({
      failure: { code: "storeRefused", reason: expect.stringContaining("repairs") as string },
    });
    expect(listAside(file)).toEqual([]);
    const log = openSpanLog({ file, capBytes: Infinity, isOwner: true, workerPath });
    expect(await log.ingestOtlp(request(500))).toEqual({ stored: 1, rejected: 0 });
    const notes = async (): Promise<readonly string[]> => (await reader.readFacts(never)).notes;
    await expect
      .poll(notes, { timeout: 20_000 })
      .toContainEqual(expect.stringMatching(/carried over/));
    expect(listAside(file)).toHaveLength(1);
    expect(await readSpans(reader, traceOf(500))).toHaveLength(1);
    const { spanCount } = await reader.readFacts(never);
    expect(spanCount).toBeGreaterThan(60);
    await log.close();
    lock?.dispose();
  });

  it("is recovered by who reads it where nobody owns it", async () => {
    const file = newFile();
    await damagePage(file, 120);
    writeFileSync(`${file}-suspect`, "");
    const reader = open(file);
    const count = async (): Promise<number> => (await reader.readFacts(never)).spanCount;
    await expect.poll(count, { timeout: 20_000 }).toBeGreaterThan(60);
    expect(listAside(file)).toHaveLength(1);
  });
});

describe("a file that is deleted under its owner", () => {
  it.each(["the file", "the file and its log", "its folder"])(
    "loses nothing that was acknowledged: %s",
    { timeout: 60_000 },
    async what => {
      const file = newFile();
      const lock = tryLockStore(file);
      const log = openSpanLog({ file, capBytes: Infinity, isOwner: true, workerPath });
      for (let i = 0; i < 9; i += 1) {
        expect(await log.ingestOtlp(request(i))).toEqual({ stored: 1, rejected: 0 });
        if (i !== 4) continue;
        if (what === "its folder") rmSync(dirname(file), { recursive: true });
        else rmSync(file);
        if (what === "the file and its log") {
          for (const end of ["-wal", "-shm"]) rmSync(file + end, { force: true });
        }
        expect(log.readStats().bytes).toBe(0);
      }
      const store = open(file);
      const count = async (): Promise<number> => (await store.readFacts(never)).spanCount;
      await expect.poll(count, { timeout: 20_000 }).toBe(9);
      const { notes } = await store.readFacts(never);
      expect(notes).toEqual([expect.stringMatching(/^The file was deleted .* 5 spans/)]);
      await expect.poll(() => listAside(file)).toEqual([]);
      await log.close();
      lock?.dispose();
    },
  );

  it.each([
    ["the file is emptied", (file: string) => truncateSync(file)],
    ["its log is deleted", (file: string) => rmSync(`${file}-wal`)],
  ])("loses nothing where %s, and others can read it", { timeout: 60_000 }, async (_what, harm) => {
    const file = newFile();
    const lock = tryLockStore(file);
    const log = openSpanLog({ file, capBytes: Infinity, isOwner: true, workerPath });
    for (let i = 0; i < 9; i += 1) {
      expect(await log.ingestOtlp(request(i))).toEqual({ stored: 1, rejected: 0 });
      if (i === 4) harm(file);
    }
    const count = async (): Promise<number> => (await open(file).readFacts(never)).spanCount;
    await expect.poll(count, { timeout: 20_000 }).toBe(9);
    await log.close();
    lock?.dispose();
  });
});

describe("who may read the traces", () => {
  it("is their user alone, in a folder that is made for them", async () => {
    const file = newFile();
    const lock = tryLockStore(file);
    const log = openSpanLog({ file, capBytes: Infinity });
    await log.ingestOtlp(request(1));
    const modes = (path: string): string => (statSync(path).mode & 0o777).toString(8);
    expect(modes(dirname(file))).toBe("700");
    const names = readdirSync(dirname(file)).filter(name => name.startsWith(basename(file)));
    expect(names.length).toBeGreaterThan(3);
    for (const name of names) {
      expect([name, modes(join(dirname(file), name))]).toEqual([name, "600"]);
    }
    await log.close();
    lock?.dispose();
    chmodSync(file, 0o644);
    const again = openSpanLog({ file, capBytes: Infinity });
    await again.close();
    expect(modes(file)).toBe("600");
    expect(existsSync(file)).toBe(true);
  });
});
