import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { findGitFolder, readHead } from "../../../src/platform/gitHead.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "traceside-git-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function git(cwd: string, ...args: readonly string[]): string {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
  const who = ["-c", "user.name=Someone", "-c", "user.email=someone@example.org"];
  return execFileSync("git", [...who, ...args], { cwd, env, encoding: "utf8" }).trim();
}

async function read(path: string): Promise<string | undefined> {
  const found = await findGitFolder(path);
  return found && readHead(found);
}

it("reads what git says: on a branch, packed, detached, in a linked working tree, from below", async () => {
  const root = join(folder, "shop");
  mkdirSync(join(root, "src"), { recursive: true });
  git(root, "init", "--quiet", "--initial-branch", "feature/one");
  expect(await read(root)).toBeUndefined();
  const commit = (): string => {
    git(root, "commit", "--quiet", "--allow-empty", "--message", "Change");
    return git(root, "rev-parse", "HEAD");
  };
  const one = commit();
  expect(await read(join(root, "src"))).toBe(one);
  git(root, "pack-refs", "--all");
  expect(await read(root)).toBe(one);
  const two = commit();
  expect(await read(root)).toBe(two);
  git(root, "worktree", "add", "--quiet", "-b", "other", join(folder, "linked"), one);
  expect(await read(join(folder, "linked"))).toBe(one);
  git(root, "checkout", "--quiet", one);
  expect(await read(root)).toBe(one);
});

it("finds none where there is none, and takes no file for a commit", async () => {
  expect(await findGitFolder(folder)).toBeUndefined();
  mkdirSync(join(folder, ".git"));
  for (const head of ["", "ref: refs/../../secret", "ref: refs/heads/gone", "no hash"]) {
    writeFileSync(join(folder, ".git", "HEAD"), head);
    expect(await read(folder)).toBeUndefined();
  }
});
