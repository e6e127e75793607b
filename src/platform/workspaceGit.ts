/**
 * At which commits the workspace's repositories are: as VS Code's git extension tells it, and where that is absent or
 * off as git's own files do, which do not tell of changes.
 */

import { isAbsolute, relative, sep } from "node:path";
import * as vscode from "vscode";
import { Cell } from "../base/cell.ts";
import { Owner } from "../base/disposables.ts";
import { findCommit, type WorkspaceCommit } from "../model/workspaceCommit.ts";
import { findGitFolder, readHead, type GitFolder } from "./gitHead.ts";

/** The part of the extension's API, version 1, that is asked here. */
interface GitExtension {
  readonly enabled: boolean;
  readonly onDidChangeEnablement: vscode.Event<boolean>;
  getAPI(version: 1): GitApi;
}

interface GitApi {
  readonly repositories: readonly GitRepository[];
  readonly onDidOpenRepository: vscode.Event<GitRepository>;
  readonly onDidCloseRepository: vscode.Event<GitRepository>;
}

interface GitRepository {
  readonly rootUri: vscode.Uri;
  readonly state: {
    readonly HEAD: { readonly commit?: string } | undefined;
    readonly indexChanges: readonly GitChange[];
    readonly workingTreeChanges: readonly GitChange[];
    readonly mergeChanges: readonly GitChange[];
    readonly onDidChange: vscode.Event<void>;
  };
}

interface GitChange {
  readonly status: number;
}

/** Values of the API's `Status`. As for `git describe --dirty`, files that git does not track are no changes. */
const UNTRACKED = 7;
const IGNORED = 8;
/** Git writes several files one after the other. */
const PAUSE_MS = 200;

export class WorkspaceGit extends Owner {
  /** In the order of the workspace's folders. */
  readonly commits = new Cell<readonly WorkspaceCommit[]>([]);
  readonly #onError: (error: unknown) => void;
  /** The listeners to the repositories that are open now. */
  #watching = new Owner();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(onError: (error: unknown) => void) {
    super();
    this.#onError = onError;
    this.own(vscode.workspace.onDidChangeWorkspaceFolders(() => this.#startSoon()));
    this.own({ dispose: () => clearTimeout(this.#timer) });
    this.own({ dispose: () => this.#watching.dispose() });
    this.#startSoon();
  }

  /** Returns the commit of this workspace among those that a trace came in with: of its first repository that has one. */
  findCommit(captured: readonly WorkspaceCommit[] | undefined): WorkspaceCommit | undefined {
    return findCommit(
      captured,
      this.commits.value.map(({ root }) => root),
    );
  }

  /** The repository that a file is in. */
  findRoot({ fsPath }: vscode.Uri): string | undefined {
    return this.commits.value
      .map(({ root }) => root)
      .filter(root => isWithin(fsPath, root))
      .sort((a, b) => b.length - a.length)[0];
  }

  #startSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#start().catch(this.#onError);
    }, PAUSE_MS);
  }

  /** Asks anew what there is, and from now on hears of it. */
  async #start(): Promise<void> {
    const watching = new Owner();
    this.#watching.dispose();
    this.#watching = watching;
    const folders = (vscode.workspace.workspaceFolders ?? [])
      .filter(({ uri }) => uri.scheme === "file")
      .map(({ uri }) => uri.fsPath);
    const extension = vscode.extensions.getExtension<GitExtension>("vscode.git");
    const git = await Promise.resolve(extension?.activate()).catch((error: unknown) => {
      this.#onError(error);
      return undefined;
    });
    if (watching.isDisposed) return;
    if (git !== undefined) watching.own(git.onDidChangeEnablement(() => this.#startSoon()));
    if (git?.enabled === true) this.#watchApi(git.getAPI(1), folders, watching);
    else await this.#watchFiles(folders, watching);
  }

  #watchApi(api: GitApi, folders: readonly string[], watching: Owner): void {
    const find = (folder: string): GitRepository | undefined =>
      api.repositories
        .filter(({ rootUri }) => isWithin(folder, rootUri.fsPath))
        .sort((a, b) => b.rootUri.fsPath.length - a.rootUri.fsPath.length)[0];
    const repositories = new Set(folders.flatMap(folder => find(folder) ?? []));
    const update = (): void => {
      this.#set([...repositories].flatMap(each => readRepository(each) ?? []));
    };
    for (const { state } of repositories) watching.own(state.onDidChange(update));
    watching.own(api.onDidOpenRepository(() => this.#startSoon()));
    watching.own(api.onDidCloseRepository(() => this.#startSoon()));
    update();
  }

  async #watchFiles(folders: readonly string[], watching: Owner): Promise<void> {
    const found = await Promise.all(folders.map(findGitFolder));
    const byRoot = new Map(found.flatMap(each => (each ? [[each.root, each] as const] : [])));
    const update = async (): Promise<void> => {
      const commits = await Promise.all([...byRoot.values()].map(readFolder));
      if (!watching.isDisposed) this.#set(commits.flatMap(each => each ?? []));
    };
    if (watching.isDisposed) return;
    for (const { gitDir } of byRoot.values()) {
      // Each commit, checkout and reset adds a line to the second.
      const pattern = new vscode.RelativePattern(vscode.Uri.file(gitDir), "{HEAD,logs/HEAD}");
      const watcher = watching.own(vscode.workspace.createFileSystemWatcher(pattern));
      const onChange = (): void => void update().catch(this.#onError);
      watching.own(watcher.onDidChange(onChange));
      watching.own(watcher.onDidCreate(onChange));
    }
    await update();
  }

  #set(commits: readonly WorkspaceCommit[]): void {
    if (JSON.stringify(commits) !== JSON.stringify(this.commits.value)) this.commits.set(commits);
  }
}

/** `undefined` before its first commit. */
function readRepository({ rootUri, state }: GitRepository): WorkspaceCommit | undefined {
  const { HEAD, indexChanges, workingTreeChanges, mergeChanges } = state;
  if (HEAD?.commit === undefined) return undefined;
  const changes = [...indexChanges, ...workingTreeChanges, ...mergeChanges];
  const isDirty = changes.some(({ status }) => status !== UNTRACKED && status !== IGNORED);
  return { root: rootUri.fsPath, commit: HEAD.commit, isDirty };
}

async function readFolder(folder: GitFolder): Promise<WorkspaceCommit | undefined> {
  const commit = await readHead(folder);
  return commit === undefined ? undefined : { root: folder.root, commit };
}

function isWithin(path: string, folder: string): boolean {
  const below = relative(folder, path);
  return below !== ".." && !below.startsWith(`..${sep}`) && !isAbsolute(below);
}
