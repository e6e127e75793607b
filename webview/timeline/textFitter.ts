/** Measures and shortens text for a canvas, remembering both: measuring is what a frame would spend its time on. */

import { Lru } from "../../src/base/lru.ts";

const ELLIPSIS = "…";

export class TextFitter {
  readonly #ctx: CanvasRenderingContext2D;
  readonly #widths = new Lru<string, number>(8_000);
  readonly #fitted = new Lru<string, string>(4_000);

  constructor(ctx: CanvasRenderingContext2D) {
    this.#ctx = ctx;
  }

  /** In the font that the context has now. */
  measure(text: string): number {
    const key = `${this.#ctx.font}\n${text}`;
    const known = this.#widths.get(key);
    if (known !== undefined) return known;
    const width = this.#ctx.measureText(text).width;
    this.#widths.set(key, width);
    return width;
  }

  /** The text, cut with an ellipsis to what fits; empty where not even that does. */
  fit(text: string, mostPx: number): string {
    // No name needs more than this, and measuring a megabyte would hold up the frame.
    const head = text.length > 400 ? text.slice(0, 400) + ELLIPSIS : text;
    if (this.measure(head) <= mostPx) return head;
    const key = `${this.#ctx.font}\n${Math.floor(mostPx)}\n${head}`;
    const known = this.#fitted.get(key);
    if (known !== undefined) return known;
    const room = mostPx - this.measure(ELLIPSIS);
    let low = 0;
    let high = head.length;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#ctx.measureText(head.slice(0, middle)).width <= room) low = middle;
      else high = middle - 1;
    }
    const fitted = low === 0 ? "" : head.slice(0, low).trimEnd() + ELLIPSIS;
    this.#fitted.set(key, fitted);
    return fitted;
  }
}
