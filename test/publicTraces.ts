/**
 * Real traces of other people's systems, which lie in no repository: the folder that TRACESIDE_DATA names, with an
 * INDEX.md of what is in each file. It is optional; what a test cannot do without lies in `test/fixtures`. Tests that
 * use it are tagged, so that one step runs them alone.
 */

import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "vitest";

export const dataFolder = process.env["TRACESIDE_DATA"] ?? "";
export const hasData = dataFolder !== "" && existsSync(join(dataFolder, "INDEX.md"));

/** Options of a test, or of a suite, that needs the folder. */
export const needsData = {
  tags: ["data"],
  skip: !hasData,
  meta: { reason: "TRACESIDE_DATA names no folder of public traces" },
};

/** Options of a test that runs without the folder and does more with it. */
export const widenedByData = hasData ? { tags: ["data"] } : {};

export function readData(path: string): string {
  return readFileSync(join(dataFolder, path), "utf8");
}

/** `FOLDER/FILE` of every trace; the inputs of reported faults are no traces that the INDEX describes. */
export function listData(pattern = "*/*"): readonly string[] {
  if (!hasData) return [];
  return globSync(pattern, { cwd: dataFolder })
    .filter(file => !/^(?:reports|oddFiles)\//.test(file))
    .sort();
}

/** `spans/traces/largest/depth` as the INDEX has it. */
export function readIndexRow(path: string): string {
  const [folder = "", file = ""] = path.split("/");
  const section = readData("INDEX.md")
    .split(/^## /m)
    .find(each => each.startsWith(`${folder}\n`));
  const row = section?.split("\n").find(line => line.startsWith(`| ${file} `));
  return /\| (\d+\/\d+\/\d+\/\d+) \|/.exec(row ?? "")?.[1] ?? "no row";
}

/** A suite that needs the folder: without it, its body is not even asked which tests it has. */
export function describeData(name: string, body: () => void): void {
  describe(name, needsData, hasData ? body : () => it("has real files", () => undefined));
}
