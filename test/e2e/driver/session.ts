/**
 * A VS Code with the packaged Traceside in it and a window on it: what an end-to-end test starts with.
 * The workspace is a copy, so a test may change it.
 */
import { cp, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { startCodeServer } from "../../harness/codeServer.ts";
import type { RunningCodeServer } from "../../harness/codeServer.ts";
import { packageExtension } from "../../harness/package.ts";
import { openWorkbench } from "./workbench.ts";
import type { Workbench } from "./workbench.ts";

export type SessionOptions = {
  /** Copied before it is opened. */
  readonly workspaceFolder: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Unpacked extensions beside the one under test. */
  readonly extraExtensionDirs?: readonly string[];
  readonly width?: number;
  readonly height?: number;
};

export type Session = {
  readonly server: RunningCodeServer;
  readonly workbench: Workbench;
  /** The copy that the window has open. */
  readonly workspaceFolder: string;
  readonly close: () => Promise<void>;
};

/** The windows that are open now, so that a test that fails can leave their pictures. */
export const openSessions = new Set<Session>();

export async function openSession(options: SessionOptions): Promise<Session> {
  const { path: vsix } = await packageExtension();
  const home = await realpath(await mkdtemp(join(tmpdir(), "traceside-e2e-")));
  const workspaceFolder = join(home, basename(options.workspaceFolder));
  await cp(options.workspaceFolder, workspaceFolder, { recursive: true });
  const server = await startCodeServer({
    workspaceFolder,
    vsix,
    // A test that wants the collector gives it ports of its own.
    settings: { "traceside.collector.autoStart": false, ...options.settings },
    env: options.env,
    extraExtensionDirs: options.extraExtensionDirs,
    remoteControl: true,
  });
  const workbench = await openWorkbench(server, options).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  const session: Session = {
    server,
    workbench,
    workspaceFolder,
    close: async () => {
      openSessions.delete(session);
      await workbench.close();
      await server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
  openSessions.add(session);
  return session;
}
