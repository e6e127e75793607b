/** Reads where a git repository is from its own files, where no extension tells. Knows no editor. */

import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

export interface GitFolder {
  /** The folder of the working tree. */
  readonly root: string;
  /** Its own git directory, in which `HEAD` is. */
  readonly gitDir: string;
}

const HASH = /^[0-9a-f]{40,64}$/;
/** Symbolic references of symbolic references: git itself follows five. */
const MOST_HOPS = 5;

/** The repository that a folder is in. */
export async function findGitFolder(folder: string): Promise<GitFolder | undefined> {
  for (let root = resolve(folder); ; root = dirname(root)) {
    const path = join(root, ".git");
    const stats = await stat(path).catch(() => undefined);
    if (stats?.isDirectory() === true) return { root, gitDir: path };
    // Working trees and submodules beside their repository have a file that names it.
    const [, named] = /^gitdir: (.+?)\s*$/m.exec(stats?.isFile() ? await readText(path) : "") ?? [];
    if (named !== undefined) return { root, gitDir: resolve(root, named) };
    if (root === dirname(root)) return undefined;
  }
}

/** The whole hash; `undefined` before the first commit, and where the files are of a form that is not known. */
export async function readHead({ gitDir }: GitFolder): Promise<string | undefined> {
  const common = resolve(gitDir, (await readText(join(gitDir, "commondir"))).trim() || ".");
  let text = (await readText(join(gitDir, "HEAD"))).trim();
  for (let hop = 0; hop < MOST_HOPS && !HASH.test(text); hop += 1) {
    const [, name] = /^ref: (refs\/.+)$/.exec(text) ?? [];
    if (name === undefined || name.split("/").includes("..")) return undefined;
    text =
      (await readText(join(gitDir, name))).trim() ||
      (await readText(join(common, name))).trim() ||
      findPacked(await readText(join(common, "packed-refs")), name);
  }
  return HASH.test(text) ? text : undefined;
}

function findPacked(packed: string, name: string): string {
  const line = packed.split("\n").find(each => each.trimEnd().endsWith(` ${name}`));
  return line?.split(" ")[0] ?? "";
}

/** Empty where there is none. */
async function readText(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
