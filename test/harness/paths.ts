/**
 * Where the harness finds and keeps things. What is costly to make lies outside of the checkout, keyed by versions,
 * so that a fresh clone on the same machine does not make it again.
 */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";

export const repoRoot = resolve(import.meta.dirname, "../..");
export const binFolder = join(repoRoot, "node_modules/.bin");
export const artifactsFolder = join(repoRoot, "test/e2e/artifacts");
export const cacheFolder = process.env["TRACESIDE_CACHE"] ?? join(homedir(), ".cache", "traceside");

/** The Node that runs the servers: the one among the node modules where there is one, else the one running this. */
export const nodePath = existsSync(join(binFolder, "node"))
  ? join(binFolder, "node")
  : process.execPath;

/** The search path with the project's own tools first. */
export const toolPath = `${binFolder}${delimiter}${process.env["PATH"] ?? ""}`;
