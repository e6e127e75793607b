/** A name cut in its middle to what fits: names of code differ at both ends. Pure but for the measure it is given. */

export type Measure = (text: string) => number;

const ELLIPSIS = "…";

export function fitText(text: string, widthPx: number, measure: Measure): string {
  // No name needs more, and measuring a megabyte would be felt.
  const short = text.length > 400 ? text.slice(0, 200) + ELLIPSIS + text.slice(-200) : text;
  if (measure(short) <= widthPx) return short;
  let low = 1;
  let high = short.length;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (measure(cut(short, middle)) <= widthPx) low = middle;
    else high = middle - 1;
  }
  return cut(short, low);
}

/** The end says more than the beginning: the function after its module. */
function cut(text: string, length: number): string {
  const head = Math.floor(length * 0.4);
  return (
    text.slice(0, head).trimEnd() + ELLIPSIS + text.slice(text.length - (length - head)).trimStart()
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
    times: measureIn(`11px ${fontFamily}`),
  };
}
