/** A canvas that writes down what is drawn on it. */

import type { Theme } from "../../../webview/kit/theme.ts";

export const theme: Theme = {
  kind: "dark",
  palette: Array.from({ length: 10 }, (_, slot) => `palette${slot}`),
  foreground: "foreground",
  muted: "muted",
  background: "background",
  border: "border",
  error: "error",
  queueWait: "queueWait",
  selection: "selection",
  hover: "hover",
  warning: "warning",
  focusBorder: "focusBorder",
  fontFamily: "sans-serif",
  fontSizePx: 13,
};

export interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly fillStyle: unknown;
  readonly strokeStyle: unknown;
  readonly alpha: number;
}

/** As strict as a browser's: no number that is not finite, no colour stop outside its gradient. */
export function createContext(): { ctx: CanvasRenderingContext2D; calls: Call[] } {
  const calls: Call[] = [];
  const values: Record<string, unknown> = {
    globalAlpha: 1,
    font: "",
    fillStyle: "",
    strokeStyle: "",
  };
  const gradient = {
    addColorStop: (offset: number) => {
      if (!(offset >= 0 && offset <= 1)) throw new RangeError(`Colour stop at ${offset}`);
    },
  };
  const answers: Record<string, (...args: readonly unknown[]) => unknown> = {
    measureText: text => ({ width: String(text).length * 6.5 }),
    createLinearGradient: () => gradient,
    createPattern: () => ({ setTransform: () => undefined }),
  };
  const ctx = new Proxy(values, {
    get: (target, name: string) => {
      if (name in target) return target[name];
      return (...args: readonly unknown[]) => {
        for (const arg of args) {
          if (typeof arg === "number" && !Number.isFinite(arg)) {
            throw new TypeError(`${name}(${args.join(", ")})`);
          }
        }
        const { fillStyle, strokeStyle, globalAlpha } = target;
        calls.push({ name, args, fillStyle, strokeStyle, alpha: Number(globalAlpha) });
        return answers[name]?.(...args);
      };
    },
    set: (target, name: string, value: unknown) => {
      target[name] = value;
      return true;
    },
  });
  return { ctx: ctx as unknown as CanvasRenderingContext2D, calls };
}
