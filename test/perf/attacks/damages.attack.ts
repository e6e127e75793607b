/** Two hundred damages at random: cut files, bits turned over, pages of zeros and noise, in the file and in its log. */

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "../../unit/formats/fuzzing.ts";
import { damage, makeSound, recover, SPANS_PER_TRACE } from "../../unit/local/damages.ts";
import type { Attack } from "./attack.ts";

const DAMAGES = 200;
const TRACES = 80;

export const attack: Attack = {
  name: `${DAMAGES} random damages, and every store receives and keeps what can be read`,
  maxSeconds: 600,
  async run({ folder, report, signal }) {
    mkdirSync(folder, { recursive: true });
    const sound = await makeSound(folder, TRACES);
    let readable = 0;
    for (let seed = 1; seed <= DAMAGES && !signal.aborted; seed += 1) {
      const damaged = damage(sound, createRandom(seed * 7_919));
      const outcome = await recover(join(folder, `${seed}`), damaged, sound.traceIds);
      const { receives, faults, leftovers } = outcome;
      const expected = { receives: true, faults: [], leftovers: [] };
      assert.deepEqual({ receives, faults, leftovers }, expected, `damage ${seed}`);
      readable += outcome.readable / (TRACES * SPANS_PER_TRACE);
    }
    report("of the old spans still read", (100 * readable) / DAMAGES, "%");
  },
};
