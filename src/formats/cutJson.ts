/**
 * JSON that was cut somewhere, made whole: what came after the last complete span is dropped, and what is open is
 * closed. Pure.
 *
 *     {"spans":[{"id":1},{"id":2},{"id":      →      {"spans":[{"id":1},{"id":2}]}
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** Lists of spans are named so, or stand in nothing but other lists. */
const SPANS = /"spans"\s*:\s*$/;

interface Open {
  readonly closer: "}" | "]";
  readonly holdsSpans: boolean;
}

export function closeCutJson(text: string): string {
  const open: Open[] = [];
  let whole = 0;
  let closing = "";
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case 0x7b:
        open.push({ closer: "}", holdsSpans: false });
        break;
      case 0x5b: {
        const isNamed = SPANS.test(text.slice(Math.max(0, at - 16), at));
        const isBare = open.every(each => each.closer === "]");
        open.push({ closer: "]", holdsSpans: isNamed || isBare });
        break;
      }
      case 0x7d:
      case 0x5d:
        open.pop();
        if (open.length === 0) {
          whole = at + 1;
          closing = "";
        }
        break;
      case COMMA:
        if (open.at(-1)?.holdsSpans === true) {
          whole = at;
          closing = open
            .map(each => each.closer)
            .reverse()
            .join("");
        }
        break;
      default:
    }
  }
  return text.slice(0, whole) + closing;
}

/** The index of the quotation mark that closes the string, or the end. */
function endOfString(text: string, open: number): number {
  let at = open + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) {
    at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  }
  return at;
}
