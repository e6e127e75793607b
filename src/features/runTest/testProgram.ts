/** Which runner a file's tests have, the folder that it is started in, and the words that start it. */

import * as vscode from "vscode";
import { settings } from "../../manifest.ts";
import { getSetting } from "../../platform/settings.ts";
import { findFolder, findPython, isThere, listFolders } from "../../services/projectFolders.ts";
import type { TestRunner } from "../../source/testAtLine.ts";

export interface TestProgram {
  readonly runner: TestRunner;
  readonly folder: vscode.Uri;
  readonly command: readonly string[];
}

const isWindows = process.platform === "win32";

/** `undefined` where the file's language has no runner that is known, or the project names none. */
export async function findTestProgram(file: vscode.Uri): Promise<TestProgram | undefined> {
  const workspace = vscode.workspace.getWorkspaceFolder(file);
  if (workspace === undefined) return undefined;
  const around = listFolders(file, workspace.uri);
  const found = await findRunner(file, around);
  if (found === undefined) return undefined;
  const custom = getSetting(settings.testCommands)[found.runner];
  const words = typeof custom === "string" ? custom.split(/\s+/u).filter(word => word !== "") : [];
  return words.length === 0 ? found : { ...found, command: words };
}

async function findRunner(
  file: vscode.Uri,
  around: readonly vscode.Uri[],
): Promise<TestProgram | undefined> {
  const [nearest] = around;
  if (nearest === undefined) return undefined;
  if (/\.py$/iu.test(file.path)) {
    const folder = (await findFolder(around, pythonMarkers)) ?? around.at(-1) ?? nearest;
    return { runner: "pytest", folder, command: [await findPython(around), "-m", "pytest"] };
  }
  if (/_test\.go$/u.test(file.path)) {
    return { runner: "go", folder: nearest, command: ["go", "test"] };
  }
  if (/\.java$/u.test(file.path)) {
    const folder = await findFolder(around, ["pom.xml", "build.gradle", "build.gradle.kts"]);
    if (folder === undefined) return undefined;
    if (await isThere(folder, "pom.xml")) return { runner: "maven", folder, command: ["mvn"] };
    const wrapper = isWindows ? "gradlew.bat" : "./gradlew";
    const hasWrapper = await isThere(folder, isWindows ? "gradlew.bat" : "gradlew");
    return { runner: "gradle", folder, command: [hasWrapper ? wrapper : "gradle"] };
  }
  if (/\.[cm]?[jt]sx?$/u.test(file.path)) return findScriptRunner(around);
  return undefined;
}

const pythonMarkers = ["pytest.ini", "pyproject.toml", "setup.cfg", "tox.ini", "conftest.py"];

const scriptRunners = [
  ["vitest", "vitest", "vitest"],
  ["@playwright/test", "playwright", "playwright"],
  ["mocha", "mocha", "mocha"],
] as const;

/** By what the nearest `package.json` that names one depends on. */
async function findScriptRunner(around: readonly vscode.Uri[]): Promise<TestProgram | undefined> {
  for (const folder of around) {
    const names = await readDependencies(folder);
    const found = scriptRunners.find(([name]) => names.has(name));
    if (found === undefined) continue;
    const [, runner, command] = found;
    return { runner, folder, command: ["npx", "--no-install", command] };
  }
  return undefined;
}

async function readDependencies(folder: vscode.Uri): Promise<ReadonlySet<string>> {
  try {
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, "package.json"));
    const json = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;
    const of = (key: string): string[] => Object.keys((json[key] as object | undefined) ?? {});
    return new Set([...of("dependencies"), ...of("devDependencies")]);
  } catch (error) {
    // None there, or one that is being written.
    if (error instanceof vscode.FileSystemError || error instanceof SyntaxError) return new Set();
    throw error;
  }
}
