/** Traces of products in their own shapes: a small file of each, and beside it what is read of it. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fullSnapshot } from "./fileSnapshot.ts";

const folder = join(import.meta.dirname, "../../fixtures/products");
const read = (name: string): Buffer => readFileSync(join(folder, name));
const files = readdirSync(folder).filter(name => !/\.(?:txt|md)$/.test(name));

describe("a file of another product", () => {
  it.each(files)("%s is read whole", file => {
    expect(fullSnapshot(read(file))).toBe(read(`${file}.txt`).toString());
  });
});
