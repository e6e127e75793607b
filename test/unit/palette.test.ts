/** The palette: every two colours can be told apart, and from the red of errors, by all eyes; one name, one colour. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { countSlits, PALETTE_SIZE, SLOT_COUNT, WindowPalette } from "../../src/analysis/groups.ts";
import { FILL_ALPHA } from "../../webview/flame/flamePainter.ts";

type Vector = readonly [number, number, number];
type Matrix = readonly [Vector, Vector, Vector];

interface Color {
  readonly id: string;
  readonly defaults: Readonly<Record<string, string>>;
}

const { contributes } = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"),
) as { contributes: { colors: readonly Color[] } };

/** Machado, Oliveira and Fernandes 2009, at full severity, on linear RGB. */
const eyes: Readonly<Record<string, Matrix>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function readLinear(hex: string): Vector {
  const channel = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function apply(matrix: Matrix, vector: Vector): Vector {
  const row = (line: Vector): number => line.reduce((sum, each, i) => sum + each * vector[i]!, 0);
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
}

function toOklab(linear: Vector): Vector {
  const clamped = linear.map(each => Math.min(1, Math.max(0, each))) as unknown as Vector;
  const [l, m, s] = apply(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    clamped,
  ).map(Math.cbrt) as unknown as Vector;
  return apply(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    [l, m, s],
  );
}

/** In hundredths of OKLab: 2 is just seen, side by side. */
function measureDistance(a: string, b: string, eye: Matrix): number {
  const [x, y] = [a, b].map(hex => toOklab(apply(eye, readLinear(hex)))) as [Vector, Vector];
  return 100 * Math.hypot(...x.map((each, i) => each - y[i]!));
}

function colorsOf(theme: string, id: RegExp): readonly string[] {
  return contributes.colors.filter(each => id.test(each.id)).map(each => each.defaults[theme]!);
}

/** What was found to be possible with ten colours: the smallest distance of any two in any eye, 8.0. */
const LEAST = 7.9;

describe.each(["dark", "light", "highContrast", "highContrastLight"])("%s", theme => {
  const palette = colorsOf(theme, /^traceside\.palette/);
  const [error = ""] = colorsOf(theme, /^traceside\.error$/);

  test.each(Object.entries(eyes))(
    "is told apart with %s, from each other and from errors",
    (_, eye) => {
      expect(palette).toHaveLength(PALETTE_SIZE);
      palette.forEach((color, i) => {
        expect(measureDistance(color, error, eye), `${color} ${error}`).toBeGreaterThan(LEAST);
        for (const other of palette.slice(i + 1)) {
          expect(measureDistance(color, other, eye), `${color} ${other}`).toBeGreaterThan(LEAST);
        }
      });
    },
  );

  test("has no red and no pink", () => {
    for (const color of palette) {
      const [, a, b] = toOklab(readLinear(color));
      const hue = ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360;
      expect(hue > 60 && hue < 320, `${color} ${hue}`).toBe(true);
    }
  });
});

test("a window gives one colour to one name, and as many as it has before two share one", () => {
  const palette = new WindowPalette();
  const names = Array.from({ length: PALETTE_SIZE }, (_, i) => `service-${i}`);
  const first = palette.listSlots(names);
  expect(new Set(Object.values(first)).size).toBe(PALETTE_SIZE);
  // Another trace, in another order, with more services than there are colours.
  expect(palette.listSlots(["late", ...names.toReversed()])).toMatchObject(first);
});

test("names beyond the colours are told apart by slits, until there are none left", () => {
  const palette = new WindowPalette();
  const slots = Array.from({ length: SLOT_COUNT + 1 }, (_, i) => palette.slotOf(`service-${i}`));
  expect(new Set(slots).size).toBe(SLOT_COUNT);
  const slits = slots.slice(0, SLOT_COUNT).map(countSlits);
  expect(slits).toEqual(slits.toSorted((a, b) => a - b));
});

/** Foreground and background of VS Code's newest and its former default themes. */
const defaultThemes = [
  ["dark", "#BFBFBF", "#121314"],
  ["dark", "#CCCCCC", "#1F1F1F"],
  ["light", "#202020", "#FFFFFF"],
  ["light", "#3B3B3B", "#FFFFFF"],
] as const;

test.each(defaultThemes)(
  "the words on a box of the flame view can be read: %s, %s",
  (kind, ...pair) => {
    const read = (hex: string): number[] =>
      [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
    const luminance = (rgb: readonly number[]): number => {
      const [r = 0, g = 0, b = 0] = rgb.map(v =>
        v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const [foreground = [], background = []] = pair.map(read);
    const palette = contributes.colors.filter(({ id }) => id.startsWith("traceside.palette"));
    for (const { id, defaults } of palette) {
      const box = read(defaults[kind] ?? "").map(
        (each, at) => each * FILL_ALPHA + (background[at] ?? 0) * (1 - FILL_ALPHA),
      );
      const [dark = 0, light = 0] = [foreground, box].map(luminance).sort((a, b) => a - b);
      // WCAG 2.2, 1.4.3.
      expect((light + 0.05) / (dark + 0.05), id).toBeGreaterThanOrEqual(4.5);
    }
  },
);
