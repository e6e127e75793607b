/**
 * Addresses as a program writes them → segments, and how well they fit the address that a client asked. Pure.
 *
 *     "http://" + host + "/orders/" + id      `${api}/orders/${id}`      fmt.Sprintf("%s/orders/%s", …)
 *     →  orders / {}                           of  http://shop:80/v1/orders/17
 */

export interface AddressTemplate {
  readonly segments: readonly string[];
  /** The literal's host, where it names one. */
  readonly host: string;
  /** Something is put behind it when the program runs. */
  readonly isOpen: boolean;
  /** One word without a slash, as clients with a base address write it: and as maps write their keys. */
  readonly isBare: boolean;
}

export interface AddressFit {
  readonly kind: "whole" | "tail" | "head";
  /** Segments that are the same word on both sides. */
  readonly words: number;
  /** Segments that fit, parameters as well. */
  readonly length: number;
}

const parameter = "{}";
const literal = /(?:\b[fFrRbB]|[$@])?(["'`])((?:\\.|(?!\1)[^\\\n])*)\1/g;
const placeholder =
  /\$\{[^}]*\}|#\{[^}]*\}|\{\{[^}]*\}\}|\{[^}/]*\}|%[-+\d.]*[a-zA-Z](?![\w%])|<[\w:]+>|\$[A-Za-z_]\w*|(?<=\/):\w+/g;
const isJoined = /^\s*[+.]\s*(?:[^,;"'`]*[+.]\s*)?$/;
const isContinued = /^\s*(?:\+|\.(?!\w+\())\s*[\w$(]/;

/** Every address that one line of a program may write. */
export function readAddresses(line: string): readonly AddressTemplate[] {
  const found: AddressTemplate[] = [];
  let written: string | undefined;
  let end = 0;
  const finish = (): void => {
    if (written === undefined) return;
    const isOpen = isContinued.test(line.slice(end, end + 80));
    const template = toTemplate(isOpen ? `${written}${parameter}` : written);
    if (template !== undefined) found.push(template);
  };
  for (const match of line.matchAll(literal)) {
    const between = line.slice(end, match.index);
    const text = (match[2] ?? "").replace(placeholder, parameter);
    if (written !== undefined && isJoined.test(between)) {
      written += (/[^\s+.]/.test(between) ? parameter : "") + text;
    } else {
      finish();
      written = (/[\w)\]]\s*[+.]\s*$/.test(between) ? parameter : "") + text;
    }
    end = match.index + match[0].length;
  }
  finish();
  return found;
}

function toTemplate(written: string): AddressTemplate | undefined {
  const host = /^[a-z]+:\/\/([^/?#]*)/i.exec(written);
  const rest = written.slice(host?.[0].length ?? 0).replace(/[?#&].*$/s, "");
  const hasBase = host !== null || rest.startsWith("/") || rest.startsWith(parameter);
  const path = host === null ? rest.replace(/^(?:\{\})+/, "") : rest;
  // A module's name, a file's, a sentence: no address.
  if (/\s|^\.{1,2}\/|^@/.test(path) || (!hasBase && /^[\w-]+\.[\w.-]+(?:\/|$)/.test(path))) {
    return undefined;
  }
  const segments = path.split("/").filter(segment => segment !== "");
  if (segments.length === 0) return undefined;
  return {
    segments,
    host: host?.[1] ?? "",
    isOpen: path.endsWith("/") || path.endsWith(parameter),
    isBare: !hasBase && segments.length === 1,
  };
}

/** `asked`: the segments of the address that was sent. */
export function fitAddress(
  { segments, isOpen }: AddressTemplate,
  asked: readonly string[],
): AddressFit | undefined {
  const missing = asked.length - segments.length;
  if (missing < 0) return undefined;
  const tail = countWords(segments, asked.slice(missing));
  const { length } = segments;
  if (tail > 0) return { kind: missing === 0 ? "whole" : "tail", words: tail, length };
  if (!isOpen) return undefined;
  // What is put behind the last slash may be several segments.
  const known = segments.at(-1) === parameter ? segments.slice(0, -1) : segments;
  let best = 0;
  for (let start = 0; start + known.length <= asked.length; start += 1) {
    best = Math.max(best, countWords(known, asked.slice(start, start + known.length)));
  }
  return best === 0 ? undefined : { kind: "head", words: best, length };
}

/** The words in common; zero where they do not fit. */
function countWords(segments: readonly string[], asked: readonly string[]): number {
  let words = 0;
  for (const [index, segment] of segments.entries()) {
    const other = asked[index] ?? "";
    if (segment === other) words += 1;
    else if (!fitsParameter(segment, other)) return 0;
  }
  return words;
}

function fitsParameter(segment: string, other: string): boolean {
  if (segment === parameter) return true;
  const [head = "", ...tails] = segment.split(parameter);
  return tails.length > 0 && other.startsWith(head) && other.endsWith(tails.at(-1) ?? "");
}
