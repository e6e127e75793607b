/**
 * Attacks the collector and the embedded store as they are shipped, one attack after the other, those that may take the
 * least time first, and prints for each whether the product held or fell. `npm run bench -- attack NAME…` runs those
 * whose file's name has one of the names in it.
 */

import { glob, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { buildBundles, type Bundles } from "../contract/collectorWindows/bundles.ts";
import { findPorts, Window } from "../contract/collectorWindows/windows.ts";
import { summarise, type Bench, type Figure } from "../harness/measure.ts";
import type { Attack } from "./attacks/attack.ts";

/** More than any attack stores. */
const CAP_BYTES = 1e9;
const folder = join(import.meta.dirname, "attacks");

export const bench: Bench = async report => {
  const wanted = process.argv.slice(3);
  const room = await mkdtemp(join(tmpdir(), "traceside-attack-"));
  const fallen: string[] = [];
  try {
    const bundles = await buildBundles(room);
    const attacks = await listAttacks(wanted);
    if (attacks.length === 0) throw new Error(`no attack is named ${wanted.join(" or ")}`);
    for (const [id, attack] of attacks) {
      const startMs = performance.now();
      const fault = await run(attack, join(room, id), bundles, figure => {
        report({ ...figure, figure: `${id}: ${figure.figure}` });
      });
      const seconds = (performance.now() - startMs) / 1_000;
      report(summarise(`${id}: time`, "s", [seconds]));
      console.error(`${fault === undefined ? "held" : "FELL"}  ${attack.name}`);
      if (fault !== undefined) {
        console.error(`      ${fault}`);
        fallen.push(id);
      }
    }
  } finally {
    await rm(room, { recursive: true, force: true });
  }
  if (fallen.length > 0) throw new Error(`fell: ${fallen.join(", ")}`);
};

/** Those of which a name has one of the parts, all where none is wanted; the quickest first. */
async function listAttacks(
  wanted: readonly string[],
): Promise<readonly (readonly [id: string, attack: Attack])[]> {
  const attacks: (readonly [string, Attack])[] = [];
  for await (const path of glob("*.attack.ts", { cwd: folder })) {
    const id = basename(path, ".attack.ts");
    if (wanted.length > 0 && !wanted.some(each => id.includes(each))) continue;
    const { attack } = (await import(join(folder, path))) as { readonly attack: Attack };
    attacks.push([id, attack]);
  }
  return attacks.sort(([a, { maxSeconds: x }], [b, { maxSeconds: y }]) =>
    x === y ? a.localeCompare(b) : x - y,
  );
}

/** Why the product fell, or `undefined` where it held. */
async function run(
  attack: Attack,
  room: string,
  bundles: Bundles,
  report: (figure: Figure) => void,
): Promise<string | undefined> {
  const windows: Window[] = [];
  const over = new AbortController();
  const ports = await findPorts();
  const file = join(room, "store", "traces.db");
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const error = new Error(`not done after ${attack.maxSeconds} s`);
    over.abort(error);
    reject(error);
  }, attack.maxSeconds * 1_000);
  try {
    const running = attack.run({
      ...{ folder: room, file, ports, bundles, signal: over.signal },
      openWindow: async () => {
        const window = new Window({ ...bundles, file, ports, capBytes: CAP_BYTES });
        windows.push(window);
        await window.start();
        return window;
      },
      report: (figure, value, unit) => {
        report(summarise(figure, unit, [value]));
      },
    });
    await Promise.race([running, late]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
    await Promise.all(windows.map(window => window.kill()));
  }
}
