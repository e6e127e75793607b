import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { SCHEMA_VERSION } from "../../../src/stores/local/file/schema.ts";
import { never, readSpans, record, traceId, useStores } from "./records.ts";
import { addSpans } from "./addSpans.ts";

const { newFile, open } = useStores();
const writer = join(import.meta.dirname, "writeForever.ts");

describe("the file", () => {
  it("is as it was when it is opened again", async () => {
    const file = newFile();
    const first = open(file);
    await addSpans(first, [record({ spanId: "a", service: "shop" })]);
    first.dispose();
    expect((await readSpans(open(file))).map(span => span.service)).toEqual(["shop"]);
  });

  it("is refused and left alone where a newer version wrote it", async () => {
    const file = newFile();
    mkdirSync(dirname(file), { recursive: true });
    const sql = new DatabaseSync(file);
    sql.exec(`CREATE TABLE future (x); PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    sql.close();
    const before = readFileSync(file);
    await expect(open(file).checkHealth(never)).rejects.toMatchObject({
      failure: { code: "storeRefused", reason: expect.stringContaining("version") as string },
    });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it("is moved aside where it is no database, and a new one is begun", async () => {
    const file = newFile();
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "these are the times that try men's souls".repeat(1_000));
    const store = open(file);
    await addSpans(store, [record({ spanId: "a" })]);
    const kept = readdirSync(dirname(file)).find(name => name.includes(".damaged-"));
    expect(readFileSync(join(dirname(file), kept ?? ""), "utf8")).toContain("times that try");
    const health = await store.checkHealth(never);
    expect(health.facts).toContainEqual(expect.stringContaining(kept ?? "?"));
  });

  it("is moved aside where damage is met later on", async () => {
    const file = newFile();
    const first = open(file);
    await addSpans(
      first,
      Array.from({ length: 3_000 }, (_, i) => record({ spanId: `s${i}` })),
    );
    first.dispose();
    // The last to close the file folds the log into it.
    for (let i = 0; i < 200 && existsSync(`${file}-wal`); i += 1) await sleep(50);
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 4_096);
    writeFileSync(file, bytes);
    const store = open(file);
    expect(await readSpans(store)).toEqual([]);
    expect((await store.readFacts(never)).notes.length).toBeGreaterThan(0);
    expect(readdirSync(dirname(file)).some(name => name.includes(".damaged-"))).toBe(true);
  });

  it("is said to be out of reach where it cannot be opened", async () => {
    const file = newFile();
    mkdirSync(file, { recursive: true });
    await expect(open(file).checkHealth(never)).rejects.toMatchObject({
      failure: { code: "storeUnreachable", address: file },
    });
    await expect(open(join("/proc", basename(file))).checkHealth(never)).rejects.toMatchObject({
      failure: { code: "storeUnreachable" },
    });
  });

  it("holds every acknowledged span after the writing process was killed", async () => {
    const file = newFile();
    for (let round = 0; round < 3; round += 1) {
      const child = fork(writer, [file, String(round)]);
      let acknowledged = 0;
      child.on("message", count => (acknowledged = count as number));
      while (acknowledged < 4) await once(child, "message");
      child.kill("SIGKILL");
      await once(child, "exit");
      const store = open(file);
      const spans = await readSpans(store);
      const mine = new Set(spans.map(span => span.spanId));
      for (let batch = 0; batch < acknowledged; batch += 1) {
        expect(mine.has(`${round}-${batch}-99`)).toBe(true);
      }
      expect(spans.length % 100).toBe(0);
      const page = await store.searchTraces({ limit: 1 }, never);
      expect(page.traces[0]).toMatchObject({ traceId, spanCount: spans.length });
      store.dispose();
    }
  });

  it("takes what two processes write at once", async () => {
    const file = newFile();
    const child = fork(writer, [file, "theirs"]);
    const mine = open(file);
    let acknowledged = 0;
    child.on("message", count => (acknowledged = count as number));
    for (let batch = 0; batch < 20 || acknowledged < 5; batch += 1) {
      await addSpans(mine, [record({ spanId: `mine-${batch}`, name: `step ${batch}` })]);
    }
    child.kill("SIGKILL");
    await once(child, "exit");
    const names = new Map((await readSpans(mine)).map(span => [span.spanId, span.name]));
    expect(names.get("mine-19")).toBe("step 19");
    expect(names.get("theirs-4-99")).toBe("theirs of 4");
  });
});
