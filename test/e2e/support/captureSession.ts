/**
 * A window on a shop of two programs, one in Python and one in Node, each traced by the module that Traceside puts into
 * projects; the collector listens on ports of its own. What a program needs from its registry is a link into the cache,
 * as a reader's `.venv` and `node_modules` lie beside their sources.
 */

import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { CollectorPorts } from "../../../src/collector/collectorState.ts";
import { findPorts } from "../../contract/collectorWindows/windows.ts";
import { repoRoot } from "../../harness/paths.ts";
import type { PeerUnavailable } from "../../peers/cache.ts";
import { findNodeProgram, findPythonProgram } from "../../peers/instrumented.ts";
import { openSession, type Session, type SessionOptions } from "../driver/session.ts";

export interface CaptureSession {
  readonly session: Session;
  readonly ports: CollectorPorts;
  /** Programs that this machine cannot run. */
  readonly missing: { readonly python?: PeerUnavailable; readonly node?: PeerUnavailable };
}

/** As they are typed into a terminal that stands in the workspace. */
export const pythonCommand = "cd orders && .venv/bin/python -B orders.py; cd ..";
export const nodeCommand = "cd parcels && node --import ./traceside.mjs parcels.mjs; cd ..";

export async function openCapture(
  options: Omit<SessionOptions, "workspaceFolder"> = {},
): Promise<CaptureSession> {
  const [python, node] = [await findPythonProgram(), await findNodeProgram()];
  const ports = await findPorts();
  const home = await mkdtemp(join(tmpdir(), "traceside-capture-"));
  try {
    const folder = join(home, "shop");
    const modules = join(repoRoot, "media/instrument");
    await cp(join(import.meta.dirname, "capture"), folder, { recursive: true });
    await cp(join(modules, "python"), join(folder, "orders"), { recursive: true });
    await cp(join(modules, "node"), join(folder, "parcels"), { recursive: true });
    if (python.kind === "peer") {
      await symlink(dirname(dirname(python.run.command)), join(folder, "orders/.venv"));
    }
    if (node.kind === "peer") {
      const installed = join(node.run.cwd ?? "", "node_modules");
      await symlink(installed, join(folder, "parcels/node_modules"));
    }
    const session = await openSession({
      ...options,
      workspaceFolder: folder,
      settings: {
        "traceside.collector.autoStart": true,
        "traceside.collector.ports": ports,
        ...options.settings,
      },
    });
    return {
      session,
      ports,
      missing: {
        ...(python.kind === "unavailable" && { python }),
        ...(node.kind === "unavailable" && { node }),
      },
    };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
