/** Sizes of type, space and corners come from the scales of `kit/styles.ts`, so that equal things look equal. */

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");

interface Declaration {
  readonly property: string;
  readonly value: string;
  readonly at: string;
}

const declarations: readonly Declaration[] = globSync("webview/**/*.ts", { cwd: root }).flatMap(
  file =>
    [
      ...readFileSync(join(root, file), "utf8").matchAll(/^\s*(-{0,2}[a-z0-9-]+): ([^;{}]+);$/gm),
    ].map(([, property = "", value = ""]) => ({
      property,
      value,
      at: `${file}: ${property}: ${value}`,
    })),
);

function listStrays(property: RegExp, isOfScale: (value: string) => boolean): readonly string[] {
  const found = declarations.filter(each => property.test(each.property));
  // A pattern that finds nothing would hold nothing.
  expect(found.length).toBeGreaterThan(10);
  return found.filter(({ value }) => !isOfScale(value)).map(({ at }) => at);
}

/** A length that is computed says of what; a hairline is no space. */
const withoutComputed = (value: string): string =>
  value.replaceAll(/(?:calc|clamp)\((?:[^()]|\([^()]*\))*\)/g, "").replaceAll(/\b1px\b/g, "");

test("text has one of three sizes: the editor's own, small, title", () => {
  const sizes =
    /^(?:inherit|var\(--font-(?:small|title)\)|var\(--vscode-(?:editor-)?font-size, 1[23]px\))$/;
  expect(listStrays(/^font-size$/, value => sizes.test(value))).toEqual([]);
});

test("paddings, margins and gaps are steps of the scale", () => {
  const space = /^(?:padding|margin|gap|row-gap|column-gap)/;
  expect(listStrays(space, value => !withoutComputed(value).includes("px"))).toEqual([]);
});

test("corners have one of three radii", () => {
  const radii = /^(?:0 0 )?(?:var\(--radius(?:-small|-round)?\)\s?)+$/;
  expect(listStrays(/^border-radius$/, value => radii.test(value))).toEqual([]);
});

test("each step of the scale is named once and used", () => {
  const steps = declarations.filter(({ property }) => /^--(?:space|radius)/.test(property));
  expect(new Set(steps.map(({ property }) => property)).size).toBe(steps.length);
  const unused = steps.filter(
    ({ property }) => !declarations.some(({ value }) => value.includes(`var(${property})`)),
  );
  expect(unused).toEqual([]);
  expect(steps.map(({ value }) => parseInt(value, 10))).toEqual([2, 4, 6, 8, 12, 16, 24, 2, 4, 99]);
});
