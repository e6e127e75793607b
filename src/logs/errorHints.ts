/** Tells by its bytes that a line is of no error, as most lines are, before any text is made of it. Pure. */

/** Three characters that every line of an error has, in small letters: of a word for its level or a number. Of `panic` not the first, which `span_id` has too. */
const hint = /err|fat|cri|sev|nic|ale|eme|fai|\D[:=][56]|[:=][\s"'][56]|\s["'][56]/;
/** One character for each kind that the hints tell apart. */
const symbols = Array.from(`xacefilmnrstv50:" `);
const SYMBOL_BITS = 5;
/** The level stands in the first 600 characters (`logFields.ts`), of at most four bytes each. */
const MAX_HEAD_BYTES = 2_400;

const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte).toLowerCase();
  if (/[56]/.test(char)) return symbols.indexOf("5");
  if (/\d/.test(char)) return symbols.indexOf("0");
  if (/[:=]/.test(char)) return symbols.indexOf(":");
  if (/["']/.test(char)) return symbols.indexOf('"');
  if (/\s/.test(char)) return symbols.indexOf(" ");
  return Math.max(0, symbols.indexOf(char));
});

/**
 * By the kinds of three bytes whether they are a hint, and by two bytes how far the next look is: by 2 where no hint
 * ends with them or begins with them.
 */
function buildTables(): { readonly isHint: Uint8Array; readonly skips: Uint8Array } {
  const isHint = new Uint8Array(1 << (3 * SYMBOL_BITS));
  const ofKinds = new Uint8Array(1 << (2 * SYMBOL_BITS)).fill(2);
  const firsts: number[] = [];
  for (const [a, x] of symbols.entries()) {
    for (const [b, y] of symbols.entries()) {
      for (const [c, z] of symbols.entries()) {
        if (!hint.test(x + y + z)) continue;
        isHint[(pairOf(a, b) << SYMBOL_BITS) | c] = 1;
        ofKinds[pairOf(b, c)] = 0;
        firsts.push(pairOf(a, b));
      }
    }
  }
  for (const pair of firsts) ofKinds[pair] = Math.min(1, ofKinds[pair]!);
  const skips = Uint8Array.from(
    { length: 1 << 16 },
    (_, bytes) => ofKinds[pairOf(kinds[bytes >> 8]!, kinds[bytes & 255]!)]!,
  );
  return { isHint, skips };
}

function pairOf(a: number, b: number): number {
  return (a << SYMBOL_BITS) | b;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

let tables: ReturnType<typeof buildTables> | undefined;

/** False is certain. */
export function mayBeError(bytes: Uint8Array, from: number, to: number): boolean {
  const { isHint, skips } = (tables ??= buildTables());
  // `E0504`, as glog begins its lines.
  if ((bytes[from] === 0x45 || bytes[from] === 0x46) && isDigit(bytes[from + 1])) return true;
  const end = Math.min(to, from + MAX_HEAD_BYTES);
  for (let at = from + 2; at < end;) {
    const skip = skips[(bytes[at - 1]! << 8) | bytes[at]!]!;
    if (skip > 0) {
      at += skip;
      continue;
    }
    const pair = pairOf(kinds[bytes[at - 2]!]!, kinds[bytes[at - 1]!]!);
    if (isHint[(pair << SYMBOL_BITS) | kinds[bytes[at]!]!] === 1) return true;
    at += 1;
  }
  return false;
}
