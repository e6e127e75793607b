/** A Python environment with the packages of a file of requirements, made once and kept in the cache. */

import { join } from "node:path";
import type { PeerUnavailable } from "./cache.ts";
import { findOrMake, hashSources, runCommand, say } from "./cache.ts";

export interface PythonEnvironment {
  readonly kind: "peer";
  readonly python: string;
}

interface Wanted {
  readonly name: string;
  /** In the cache. */
  readonly folder: string;
  readonly requirements: string;
}

export async function findPythonEnvironment({
  name,
  folder,
  requirements,
}: Wanted): Promise<PythonEnvironment | PeerUnavailable> {
  const systemPython = process.env["TRACESIDE_PYTHON"] ?? "python3";
  const version = await runCommand(systemPython, ["--version"]);
  if (!version.ok) return { kind: "unavailable", name, reason: version.reason };
  const key = await hashSources([requirements], systemPython, version.stdout);
  const made = await findOrMake(folder, key, async directory => {
    say(`Installing ${name} from PyPI; once, a minute…`);
    const created = await runCommand(systemPython, ["-m", "venv", directory]);
    if (!created.ok) return created;
    const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    return runCommand(pythonOf(directory), [...install, "-r", requirements]);
  });
  if (!made.ok) return { kind: "unavailable", name, reason: made.reason };
  return { kind: "peer", python: pythonOf(made.directory) };
}

function pythonOf(directory: string): string {
  return process.platform === "win32"
    ? join(directory, "Scripts", "python.exe")
    : join(directory, "bin", "python");
}
