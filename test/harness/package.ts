/**
 * Builds the extension as it is shipped and packs it into a `.vsix`; does nothing where no input has changed since.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, glob, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { binFolder, nodePath, repoRoot, toolPath } from "./paths.ts";
import { run } from "./processes.ts";
import { toShippedReadme } from "./shippedReadme.ts";

export type PackagedExtension = { readonly path: string; readonly sizeBytes: number };

const inputs = [
  "src/**/*.ts",
  "webview/**/*",
  "media/**/*",
  "*.json",
  "*.md",
  "docs/*.md",
  "LICENSE",
  "esbuild.mjs",
  ".vscodeignore",
];

/** Where all lies that may be packed; `.vscodeignore` says what of it is. */
const packed = [
  ...[".vscodeignore", "package.json", "package.nls.json", "package.nls.zh-cn.json"],
  ...["LICENSE", "CHANGELOG.md", "THIRD_PARTY_NOTICES.md", "dist", "docs", "media"],
];

/** TRACESIDE_VSIX names one that was packed elsewhere, to try exactly that. */
export async function packageExtension(): Promise<PackagedExtension> {
  const given = process.env["TRACESIDE_VSIX"];
  if (given !== undefined) {
    return { path: given, sizeBytes: (await stat(given)).size };
  }
  const path = join(repoRoot, "out/traceside.vsix");
  const stampPath = `${path}.inputs`;
  const stamp = await hashInputs();
  const packedFrom = await readFile(stampPath, "utf8").catch(() => undefined);
  if (packedFrom !== stamp || !existsSync(path)) {
    await mkdir(join(repoRoot, "out"), { recursive: true });
    await runStep("the build", nodePath, ["esbuild.mjs", "--production"]);
    await runStep("the check of the third-party notices", nodePath, [
      join(import.meta.dirname, "notices.ts"),
      "--check",
    ]);
    await packFrom(await stage(), path);
    await writeFile(stampPath, stamp);
  }
  return { path, sizeBytes: (await stat(path)).size };
}

/** Copies what may be packed, with the README for the extension's page in place of the repository's. */
async function stage(): Promise<string> {
  const folder = join(repoRoot, "out/package");
  await rm(folder, { recursive: true, force: true });
  for (const name of packed) {
    await cp(join(repoRoot, name), join(folder, name), { recursive: true });
  }
  const markdown = await readFile(join(repoRoot, "README.md"), "utf8");
  await writeFile(join(folder, "README.md"), toShippedReadme(markdown));
  return folder;
}

async function packFrom(folder: string, path: string): Promise<void> {
  const args = ["package", "--no-dependencies", "--out", path];
  // No public repository is needed: nothing in the README is relative any more.
  const relative = ["--allow-missing-repository", "--no-rewrite-relative-links"];
  const tool = join(binFolder, "vsce");
  await runStep("packing the extension", nodePath, [tool, ...args, ...relative], folder);
  await rm(folder, { recursive: true, force: true });
}

async function runStep(
  what: string,
  file: string,
  args: readonly string[],
  cwd = repoRoot,
): Promise<void> {
  const env = { ...process.env, PATH: toolPath };
  const done = await run(file, args, { cwd, env });
  if (done.code !== 0) {
    throw new Error(`${what} failed:\n${done.output}`);
  }
}

async function hashInputs(): Promise<string> {
  const files: string[] = [];
  for await (const entry of glob(inputs, { cwd: repoRoot, withFileTypes: true })) {
    if (entry.isFile()) {
      files.push(join(entry.parentPath, entry.name));
    }
  }
  const hash = createHash("sha256");
  for (const file of files.sort()) {
    hash
      .update(file)
      .update("\0")
      .update(await readFile(file))
      .update("\0");
  }
  return hash.digest("hex");
}

if (process.argv[1] === import.meta.filename) {
  const { path, sizeBytes } = await packageExtension();
  console.log(`${path} (${(sizeBytes / 1024).toFixed(0)} KiB)`);
}
