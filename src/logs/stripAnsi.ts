/** Terminal colours may stand between a key and its value: text without them, and the way back to its offsets. Pure. */

const ANSI = /\u001b\[[0-9;]{0,20}m/g;

export interface PlainText {
  readonly plain: string;
  /** From an offset in `plain` to the offset of the same character in the text. */
  readonly toOriginal: (offset: number) => number;
}

export function stripAnsi(text: string): PlainText {
  if (!text.includes("\u001b")) return { plain: text, toOriginal: offset => offset };
  /** Where each code was cut, in `plain`, and how much is cut up to there. */
  const cuts: { readonly at: number; readonly total: number }[] = [];
  let total = 0;
  const plain = text.replaceAll(ANSI, (code, offset: number) => {
    const at = offset - total;
    total += code.length;
    cuts.push({ at, total });
    return "";
  });
  return {
    plain,
    toOriginal: offset => offset + (cuts.findLast(cut => cut.at <= offset)?.total ?? 0),
  };
}
