/**
 * The services that several features of one window need: its log, its stores, and the files that came with the
 * extension.
 */

import { chmod } from "node:fs/promises";
import * as vscode from "vscode";
import { neverAborted } from "../base/neverAborted.ts";
import { Owner, type Disposable } from "../base/disposables.ts";
import type { StoreConfig } from "../model/storeConfig.ts";
import type { StoreAdvice, StoreHealth, TraceStore } from "../model/traceStore.ts";
import type { OwnedLog } from "../platform/log.ts";
import { reportError } from "../platform/report.ts";
import { WorkspaceGit } from "../platform/workspaceGit.ts";
import { StoreSecrets } from "../platform/secrets.ts";
import { openLocalStore, type LocalStore } from "../stores/local/localStore.ts";
import type { StoreSet } from "../stores/storeSet.ts";
import { ConfiguredStores } from "./configuredStores.ts";
import { adviseIndexes, adviseOnUse, createIndexes } from "./storeAdvice.ts";

export interface WindowServices extends Disposable {
  readonly log: OwnedLog;
  readonly extensionUri: vscode.Uri;
  readonly secrets: StoreSecrets;
  /** The embedded store, and its file. */
  readonly local: LocalStore;
  readonly storeFile: string;
  /** At which commits the workspace's repositories are. */
  readonly git: WorkspaceGit;
  /** The path of a file that was built beside the extension. */
  readonly inDist: (file: string) => string;
  readonly stores: () => Promise<StoreSet>;
  /** Calls back when the stores have changed. */
  readonly watchStores: (onReopen: () => void) => Disposable;
  openOne(config: StoreConfig): Promise<TraceStore>;
  /** Makes new settings and credentials count at once. */
  reopen(): void;
  /** Tells of missing indexes, once; nobody waits for what the user makes of it. */
  advise(config: StoreConfig, health: StoreHealth): void;
  /** Asks before it does. */
  createIndex(store: string, advice: StoreAdvice): Promise<void>;
}

export async function openWindowServices(
  { extensionUri, globalStorageUri, globalState, secrets: storage }: vscode.ExtensionContext,
  log: OwnedLog,
): Promise<WindowServices> {
  await vscode.workspace.fs.createDirectory(globalStorageUri);
  // Traces hold what programs were given. Not every file system has modes.
  await chmod(globalStorageUri.fsPath, 0o700).catch(() => undefined);
  const owner = new Owner();
  const inDist = (file: string): string => vscode.Uri.joinPath(extensionUri, "dist", file).fsPath;
  const storeFile = vscode.Uri.joinPath(globalStorageUri, "traces.db").fsPath;
  const local = openLocalStore({
    name: "local",
    file: storeFile,
    workerPath: inDist("localWorker.cjs"),
  });
  const git = owner.own(new WorkspaceGit(error => log.error(error, "git")));
  git.commits.watch(commits => {
    local.setWorkspace(commits, neverAborted()).catch((error: unknown) => {
      log.warn(`git: ${String(error)}`);
    });
  });
  const secrets = new StoreSecrets(storage);
  const openOne = (config: StoreConfig): Promise<TraceStore> => stores.openOne(config);
  const adviceServices = { memento: globalState, openOne };
  const reportAdvice = (error: unknown): Promise<void> => reportError(error, "index advice", log);
  const stores: ConfiguredStores = owner.own(
    new ConfiguredStores(local, secrets, log, inDist("fileWorker.cjs"), (config, store) => {
      adviseOnUse(config, store, adviceServices).catch(reportAdvice);
    }),
  );
  return {
    ...{ log, extensionUri, secrets, local, storeFile, git, inDist, openOne },
    stores: () => stores.get(),
    watchStores: onReopen => stores.watch(onReopen),
    reopen: () => stores.reopen(),
    advise: (config, health) => {
      adviseIndexes(config, health, adviceServices).catch(reportAdvice);
    },
    createIndex: async (name, advice) => {
      const config = stores.findConfig(name);
      if (config !== undefined) await createIndexes(config, [advice], openOne);
    },
    dispose: () => owner.dispose(),
  };
}
