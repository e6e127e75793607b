/** The files below a folder that may hold traces. Knows no formats. */

import { readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";

/** In a folder only these are looked into: others would be read to be refused. */
const EXTENSIONS: ReadonlySet<string> = new Set([
  ...[".json", ".ndjson", ".jsonl", ".yaml", ".yml", ".csv", ".txt", ".log"],
  ...[".pb", ".bin", ".bson", ".gz", ".zst"],
]);
/** Where tools put what is not the user's own. */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set([
  "node_modules",
  ".git",
  ".venv",
  "__pycache__",
]);

/** The file itself, or in a folder those whose names promise traces, in order. Rejects where there is neither. */
export async function listFiles(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const paths: string[] = [];
  const folders = [path];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const inside = join(folder, entry.name);
      if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) folders.push(inside);
      else if (entry.isFile() && EXTENSIONS.has(extname(entry.name))) paths.push(inside);
    }
  }
  return paths.sort();
}
