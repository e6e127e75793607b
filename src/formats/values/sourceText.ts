/** The text that an object of a large file was read from, so that it need not be written anew. Pure. */

import { createStamp } from "../../base/stamp.ts";

interface Source {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

/** Whatever is made from an object is not what the file says. */
const sources = createStamp<Source>();

export function setSourceText(value: object, bytes: Buffer, from: number, to: number): void {
  sources.set(value, { bytes, from, to });
}

/** Where it is known, and stands on one line. */
export function findSourceText(value: object): string | undefined {
  const source = sources.get(value);
  if (source === undefined) return undefined;
  const text = source.bytes.toString("utf8", source.from, source.to);
  return text.includes("\n") ? undefined : text;
}
