/**
 * Spoilt files of every format: read, or refused as no trace file, and never anything else. A hundred thousand of each
 * are read by `npm run bench -- fuzz`.
 */

import { describe, expect, it } from "vitest";
import { formatNames } from "../../../src/formats/sniff.ts";
import { createRandom, listSamples, readAll, spoil } from "./fuzzing.ts";
import { widenedByData } from "../../publicTraces.ts";

const ROUNDS = 200;

describe("a spoilt file is read or refused", () => {
  const samples = listSamples();

  it("of every format that is known", () => {
    expect([...samples.keys()].sort()).toEqual([...formatNames].sort());
  });

  it.each([...samples])("%s", widenedByData, (_format, files) => {
    let read = 0;
    for (let seed = 1; seed <= ROUNDS; seed += 1) {
      const bytes = spoil(files[seed % files.length] ?? new Uint8Array(), createRandom(seed));
      try {
        if (readAll(bytes)) read += 1;
      } catch (error) {
        throw new Error(`seed ${seed}: ${(error as Error).stack ?? ""}`, { cause: error });
      }
    }
    // Both ways were gone.
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(ROUNDS);
  });
});
