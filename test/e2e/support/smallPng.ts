/** Pictures of 256 colours: a third of the bytes, and no difference that one sees in what a program draws. */

import UPNG from "upng-js";

const COLOURS = 256;

export function toSmallPng(png: Buffer): Buffer {
  return toMovingPng([{ png, shownMs: 0 }]);
}

/** One picture after the other, and again from the first: an animated PNG, which stands still where none is known. */
export function toMovingPng(
  frames: readonly { readonly png: Buffer; readonly shownMs: number }[],
): Buffer {
  const pictures = frames.map(({ png }) => UPNG.decode(Uint8Array.from(png).buffer));
  const { width = 0, height = 0 } = pictures[0] ?? {};
  const pixels = pictures.flatMap(picture => UPNG.toRGBA8(picture));
  const delays = frames.map(({ shownMs }) => shownMs);
  return Buffer.from(UPNG.encode(pixels, width, height, COLOURS, delays));
}
