/**
 * What a stranger may send: a message cut short at each byte, with bytes changed, with lengths that promise more than
 * there is. A decoder may refuse with a `WireError`, and may do nothing else.
 */

import { expect } from "vitest";
import { WireError } from "../../../src/formats/encodings/protoReader.ts";
import { createRandom } from "./fuzzing.ts";

export interface Outcome {
  readonly read: number;
  readonly refused: number;
}

/** Every way is told by its seed, so that what failed can be run again. */
export function checkHostile(sound: Uint8Array, decode: (bytes: Uint8Array) => unknown): Outcome {
  let read = 0;
  let refused = 0;
  const attempt = (bytes: Uint8Array, how: string): void => {
    try {
      decode(bytes);
      read += 1;
    } catch (error) {
      expect(error, how).toBeInstanceOf(WireError);
      refused += 1;
    }
  };
  for (let length = 0; length < sound.length; length += 1) {
    attempt(sound.subarray(0, length), `cut after ${length}`);
  }
  for (let at = 0; at < sound.length; at += 1) {
    // The greatest number of 32 bits, in place of what may be a length.
    const huge = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]);
    attempt(
      Buffer.concat([sound.subarray(0, at), huge, sound.subarray(at + 1)]),
      `huge length at ${at}`,
    );
  }
  for (let seed = 1; seed <= 3000; seed += 1) {
    const bytes = Buffer.from(sound);
    const random = createRandom(seed);
    for (let left = 1 + (random() % 8); left > 0; left -= 1) {
      bytes[random() % bytes.length] = random() & 0xff;
    }
    attempt(bytes, `seed ${seed}`);
  }
  return { read, refused };
}
