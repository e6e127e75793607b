/** A name cut in its middle to what fits: names of code differ at both ends. Pure but for the measure it is given. */

export type Measure = (text: string) => number;

const ELLIPSIS = "…";

export function fitText(text: string, widthPx: number, measure: Measure): string {
  const short = shortenText(text);
  if (measure(short) <= widthPx) return short;
  return cutText(short, Math.max(1, countFitting(short, widthPx, measure)));
}

/** No name needs more, and measuring a megabyte would be felt. */
export function shortenText(text: string): string {
  return text.length > 400 ? cutText(text, 400) : text;
}

/** How many characters around the ellipsis fit. */
export function countFitting(text: string, widthPx: number, measure: Measure): number {
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (measure(cutText(text, middle)) <= widthPx) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The end says more than the beginning: the function after its module. */
export function cutText(text: string, length: number): string {
  const head = Math.floor(length * 0.4);
  const tail = text.slice(text.length - (length - head));
  // A character of two code units is never halved.
  return (
    text
      .slice(0, head)
      .replace(/[\uD800-\uDBFF]$/, "")
      .trimEnd() +
    ELLIPSIS +
    tail.replace(/^[\uDC00-\uDFFF]/, "").trimStart()
  );
}

/** The width of a text in each font of the graph, in pixels. */
export interface DrawingFonts {
  readonly name: Measure;
  readonly times: Measure;
}

/** SVG cannot shorten text, so it is measured; once for each text and font. */
export function measureFonts(element: Element): DrawingFonts {
  const { fontFamily, fontSize } = getComputedStyle(element);
  /** As `--font-small`, which the styles give to what is not a name. */
  const smallPx = Number.parseFloat(fontSize) - 2;
  const ctx = document.createElement("canvas").getContext("2d");
  const measureIn = (font: string): Measure => {
    const known = new Map<string, number>();
    return text => {
      let width = known.get(text);
      if (width === undefined) {
        if (ctx !== null) ctx.font = font;
        width = ctx?.measureText(text).width ?? text.length * 7;
        known.set(text, width);
      }
      return width;
    };
  };
  return {
    name: measureIn(`${fontSize} ${fontFamily}`),
    times: measureIn(`${smallPx}px ${fontFamily}`),
  };
}
