/**
 * Programs that lose their trace in one way each, and programs that do not: one file a language, one way a run. Knows
 * nothing of who receives.
 */

import { cp, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { PeerUnavailable } from "./cache.ts";
import { runCommand, type CommandResult } from "./cache.ts";
import type { SenderRun } from "./canonicalTrace.ts";
import {
  findGoProgram,
  findJavaProgram,
  findNodeProgram,
  findPythonProgram,
} from "./instrumented.ts";

export interface LosingProgram {
  readonly kind: "peer";
  readonly file: string;
  /** Makes a program of the file in a folder of the test's. */
  build(folder: string): Promise<CommandResult>;
  run(folder: string, way: string): SenderRun;
}

const sources = join(import.meta.dirname, "contextLoss");
const modules = join(import.meta.dirname, "../../media/instrument");
const built: CommandResult = { ok: true, stdout: "" };

export async function findPythonLosses(): Promise<LosingProgram | PeerUnavailable> {
  const python = await findPythonProgram();
  if (python.kind === "unavailable") return python;
  return {
    ...{ kind: "peer", file: join(sources, "python/losses.py") },
    build: async folder => {
      await cp(join(modules, "python/traceside_otel.py"), join(folder, "traceside_otel.py"));
      return built;
    },
    run: (folder, way) => ({
      ...{ command: python.run.command, cwd: folder },
      args: ["-B", join(folder, "losses.py"), way],
    }),
  };
}

/** Shares its packages with the program that shows the module. */
export async function findNodeLosses(): Promise<LosingProgram | PeerUnavailable> {
  const node = await findNodeProgram();
  if (node.kind === "unavailable") return node;
  const packages = node.run.cwd ?? "";
  return {
    ...{ kind: "peer", file: join(sources, "node/losses.mjs") },
    build: async folder => {
      await cp(join(modules, "node/traceside.mjs"), join(folder, "traceside.mjs"));
      await symlink(join(packages, "node_modules"), join(folder, "node_modules"));
      return built;
    },
    run: (folder, way) => ({
      ...{ command: process.execPath, cwd: folder },
      args: ["--import", "./traceside.mjs", join(folder, "losses.mjs"), way],
    }),
  };
}

export async function findGoLosses(): Promise<LosingProgram | PeerUnavailable> {
  const go = await findGoProgram();
  if (go.kind === "unavailable") return go;
  const made = dirname(go.run.command);
  return {
    ...{ kind: "peer", file: join(sources, "go/main.go") },
    build: async folder => {
      for (const file of ["go.mod", "go.sum", "traceside"]) {
        await cp(join(made, file), join(folder, file), { recursive: true });
      }
      return runCommand("go", ["build", "-buildvcs=false", "-o", "losses", "main.go"], {
        cwd: folder,
      });
    },
    run: (folder, way) => ({ command: join(folder, "losses"), args: [way], cwd: folder }),
  };
}

export async function findJavaLosses(): Promise<LosingProgram | PeerUnavailable> {
  const java = await findJavaProgram();
  if (java.kind === "unavailable") return java;
  const classPath = java.run.args[1] ?? "";
  const separator = process.platform === "win32" ? ";" : ":";
  const file = join(sources, "java/Losses.java");
  return {
    ...{ kind: "peer", file },
    build: folder =>
      runCommand("javac", ["-cp", classPath, "-d", folder, join(folder, basename(file))]),
    run: (folder, way) => ({
      ...{ command: "java", cwd: folder },
      args: ["-cp", [folder, classPath].join(separator), "Losses", way],
    }),
  };
}
