/** Measures and shortens text for a canvas, remembering both: measuring is what a frame would spend its time on. */

import { Lru } from "../../src/base/lru.ts";
import { countFitting, cutText, shortenText } from "../kit/fitText.ts";

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

  /** The text, cut in its middle to what fits; empty where not even an ellipsis with a letter does. */
  fit(text: string, mostPx: number): string {
    const short = shortenText(text);
    if (this.measure(short) <= mostPx) return short;
    const key = `${this.#ctx.font}\n${Math.floor(mostPx)}\n${short}`;
    const known = this.#fitted.get(key);
    if (known !== undefined) return known;
    const count = countFitting(short, mostPx, each => this.#ctx.measureText(each).width);
    const fitted = count === 0 ? "" : cutText(short, count);
    this.#fitted.set(key, fitted);
    return fitted;
  }
}
