/**
 * JSON that was cut somewhere, made whole: what came after the last complete span is dropped, and what is open is
 * closed. Pure.
 *
 *     {"spans":[{"id":1},{"id":2},{"id":      →      {"spans":[{"id":1},{"id":2}]}
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** Lists of spans are named so, or stand in no other list, or in nothing but lists. */
const SPANS = /"spans"\s*:\s*$/;

/** Deeper than anyone nests on purpose: what lies below may be nothing but brackets, as many as memory holds. */
const MAX_DEPTH = 1_000;

const Open = { object: 0, list: 1, spans: 2 } as const;
type Open = (typeof Open)[keyof typeof Open];

export function closeCutJson(text: string): string {
  let whole = 0;
  walk(text, text.length, end => {
    whole = end;
  });
  const open = walk(text, whole, () => undefined);
  const closing = open.map(each => (each === Open.object ? "}" : "]")).reverse();
  return text.slice(0, whole) + closing.join("");
}

/** Tells every place that is behind a complete span or a complete value; answers with what is open at the end. */
function walk(text: string, end: number, tellWhole: (end: number) => void): readonly Open[] {
  const open: Open[] = [];
  let objects = 0;
  let lists = 0;
  for (let at = 0; at < end && open.length <= MAX_DEPTH; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case 0x7b:
        objects += 1;
        open.push(Open.object);
        break;
      case 0x5b: {
        const isNamed = SPANS.test(text.slice(Math.max(0, at - 16), at));
        open.push(isNamed || objects === 0 || lists === 0 ? Open.spans : Open.list);
        lists += 1;
        break;
      }
      case 0x7d:
      case 0x5d:
        if (open.pop() === Open.object) objects -= 1;
        else lists -= 1;
        if (open.length === 0 || open.at(-1) === Open.spans) tellWhole(at + 1);
        break;
      case COMMA:
        if (open.at(-1) === Open.spans) tellWhole(at);
        break;
      default:
    }
  }
  return open;
}

/** The index of the quotation mark that closes the string, or the end. */
function endOfString(text: string, open: number): number {
  let at = open + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) {
    at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  }
  return at;
}
