/** The process that keeps is killed a thousand times in the middle of its work: nothing that it acknowledged is missing. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { countStored } from "./stored.ts";
import type { Attack } from "./attack.ts";

const KILLS = Number(process.env["TRACESIDE_KILLS"] ?? 1_000);
const SPANS_PER_TRACE = 3;
const keeper = join(import.meta.dirname, "../../unit/local/keepForever.ts");

/** The ids of the traces that were acknowledged before the process was killed. */
async function keepUntilKilled(file: string, round: number): Promise<string[]> {
  const child = spawn(process.execPath, [keeper, file, String(round)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const atLeast = 1 + ((round * 37) % 60);
  while (text.split("\n").length <= atLeast) {
    await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
    assert.equal(child.exitCode, null, "it ended by itself");
  }
  await sleep((round * 13) % 9);
  child.kill("SIGKILL");
  await once(child, "close");
  return text.split("\n").slice(0, -1);
}

export const attack: Attack = {
  name: `${KILLS} kills while it keeps, and no acknowledged span missing`,
  // A kill takes half a second; a busy machine may need some times as long.
  maxSeconds: 60 + KILLS * 4,
  async run({ file, bundles, signal, report }) {
    const acknowledged: string[] = [];
    for (let round = 0; round < KILLS && !signal.aborted; round += 1) {
      acknowledged.push(...(await keepUntilKilled(file, round)));
    }
    report("acknowledged", acknowledged.length * SPANS_PER_TRACE, "spans");
    const found = await countStored(file, bundles, acknowledged);
    report("missing", acknowledged.length * SPANS_PER_TRACE - found, "spans");
    assert.equal(found, acknowledged.length * SPANS_PER_TRACE);
    // Who read it last may still be closing it.
    const sql = new DatabaseSync(file, { timeout: 10_000 });
    assert.equal(sql.prepare("PRAGMA quick_check").get()?.["quick_check"], "ok");
    sql.close();
  },
};
