/**
 * The workspace's files and the symbol index over them: built when the editor has come to rest or a question is
 * asked, kept up to date by a file watcher and by what is typed. Answers through `SourceWorkspace`.
 */

import * as vscode from "vscode";
import { Owner, toDisposable } from "../../base/disposables.ts";
import { settings } from "../../manifest.ts";
import { readFileText } from "../../platform/fileText.ts";
import type { Log } from "../../platform/log.ts";
import { getSetting, watchSettings } from "../../platform/settings.ts";
import { PeerGone } from "../../threads/rpc.ts";
import { readComposeMounts, readDevContainer } from "../../source/containerMappings.ts";
import type { IndexApi } from "../../source/indexApi.ts";
import { IndexClient } from "../../source/indexClient.ts";
import { getGrammarName, getLanguage, sourceNames } from "../../source/languages.ts";
import { MAX_LAUNCH_LENGTH, readLaunchMappings } from "../../source/launchMappings.ts";
import { manifestNames } from "../../source/serviceFolders.ts";
import type { SourceWorkspace } from "../../source/location.ts";
import {
  LearnedMappings,
  listPathMappings,
  normalizePath,
  PathMapper,
  type PathMapping,
  type WorkspaceFolder,
} from "../../source/pathMapping.ts";
import { findDocumentSymbols } from "./symbolProviders.ts";

export interface WorkspaceIndexOptions {
  readonly log: Log;
  readonly workerPath: string;
  readonly grammarsPath: string;
  /** Absent in a window without a folder. */
  readonly cachePath?: string | undefined;
}

/** Files that a stack may name; the index reads those of them that it has a grammar for. */
const included = `**/{${sourceNames.join(",")}}`;
const manifests = `**/{${[...manifestNames, "*.csproj"].join(",")}}`;
/** In a workspace with more services than these, the rest is known by their folders' names alone. */
const MAX_MANIFESTS = 2_000;
/** Whatever is installed, built or cached is not the user's source, even where `files.exclude` does not say so. */
const ignoredFolders =
  "node_modules,bower_components,.venv,venv,.tox,.nox,__pycache__,site-packages,.git,.hg,.mypy_cache,.pytest_cache,.ruff_cache,dist,build,target,.next,.nuxt,coverage,.gradle,.idea";
const excluded = `**/{${ignoredFolders}}/**`;
/** A folder `out` below `src` is a package: `src/main/java/shop/adapter/out`. */
const ignoredPattern = new RegExp(
  `/(?:${ignoredFolders.replaceAll(".", "\\.").replaceAll(",", "|")})/|^(?:(?!/src/).)*/out/`,
);
const composeFiles = "**/{docker-compose*.yml,docker-compose*.yaml,compose.yml,compose.yaml}";
const devContainerFiles =
  "**/{.devcontainer/devcontainer.json,.devcontainer/*/devcontainer.json,.devcontainer.json}";
const launchFile = "**/.vscode/launch.json";
/** Past this the list itself would weigh; such a workspace is opened folder by folder. */
const MAX_FILES = 50_000;
/** Activation and the first paint of a trace come first. */
const IDLE_MS = 4_000;
const TYPING_MS = 500;
const CHANGES_MS = 300;
/** A worker that keeps dying is left dead: the rest of the search works without it. */
const MAX_DEATHS = 3;

export class WorkspaceIndex extends Owner {
  readonly #options: WorkspaceIndexOptions;
  readonly #learned = new LearnedMappings();
  readonly #files = new Set<string>();
  readonly #changed = new Set<string>();
  readonly #gone = new Set<string>();
  readonly #typing = new Map<string, NodeJS.Timeout>();
  #changesTimer: NodeJS.Timeout | undefined;
  #client: IndexClient | undefined;
  #ready: Promise<void> | undefined;
  #mapper: PathMapper | undefined;
  #launchMappings: readonly PathMapping[] = [];
  #deaths = 0;

  constructor(options: WorkspaceIndexOptions) {
    super();
    this.#options = options;
    const idle = setTimeout(() => void this.#start(), IDLE_MS);
    this.own(toDisposable(() => clearTimeout(idle)));
    this.own(toDisposable(() => clearTimeout(this.#changesTimer)));
    this.own(toDisposable(() => this.#typing.forEach(timer => clearTimeout(timer))));
    this.own(toDisposable(() => this.#client?.dispose()));
    this.#watchFiles();
    this.own(watchSettings([settings.pathMappings], () => (this.#mapper = undefined)));
    this.own(vscode.workspace.onDidChangeWorkspaceFolders(() => this.#restart()));
  }

  /** True when every file is in the index, false when the time is up: an answer from half an index is one too. */
  async waitUntilReady(deadlineMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<false>(resolve => {
      timer = setTimeout(() => resolve(false), deadlineMs);
    });
    const isWhole = await Promise.race([this.#start().then(() => true), deadline]);
    clearTimeout(timer);
    return isWhole;
  }

  get hasFiles(): boolean {
    return this.#files.size > 0;
  }

  /** The workspace as spans of one service see it: containers of several services share paths like `/app`. */
  forService(service: string): SourceWorkspace {
    const ask = <T>(question: (remote: IndexApi) => Promise<readonly T[]>): Promise<readonly T[]> =>
      this.#ask(question);
    return {
      findFiles: remotePath => this.#getMapper().findFiles(remotePath, service),
      isListed: path => this.#files.has(path),
      exists: async path => {
        try {
          return (
            (await vscode.workspace.fs.stat(vscode.Uri.file(path))).type !==
            vscode.FileType.Directory
          );
        } catch (error) {
          if (error instanceof vscode.FileSystemError) return false;
          throw error;
        }
      },
      readLines,
      readSymbols: async path => {
        const known = await ask(remote => remote.readSymbols(path));
        const language = getLanguage(path);
        // Without a grammar the index knows what it could tell by words; a language's own extension may know more.
        const isRead = language !== undefined && getGrammarName(language) !== undefined;
        return known.length > 0 || isRead ? known : findDocumentSymbols(path);
      },
      findSymbols: name => ask(remote => remote.findSymbols(name)),
      findTasksByQueue: queue => ask(remote => remote.findTasksByQueue(queue)),
      findTasksByName: name => ask(remote => remote.findTasksByName(name)),
      findSpanStarts: name => ask(remote => remote.findSpanStarts(name)),
      findRoutes: query => ask(remote => remote.findRoutes(query)),
      searchText: query => ask(remote => remote.searchText(query)),
      findServiceFolders: name => ask(remote => remote.findServiceFolders(name)),
    };
  }

  /** The user said which file a path means: the same root is taken next time. */
  learn(service: string, remotePath: string, localPath: string): void {
    this.#learned.learn(service, remotePath, normalizePath(localPath));
  }

  async #ask<T>(question: (remote: IndexApi) => Promise<readonly T[]>): Promise<readonly T[]> {
    if (this.#client === undefined) return [];
    try {
      return await question(this.#client.remote);
    } catch (error) {
      // The worker went while it was asked; its end is in the log, and the next question starts it again.
      if (error instanceof PeerGone) return [];
      throw error;
    }
  }

  #start(): Promise<void> {
    this.#ready ??= this.#build().catch((error: unknown) => {
      if (this.isDisposed || error instanceof PeerGone) return;
      this.#options.log.error(error, "symbol index");
    });
    return this.#ready;
  }

  #restart(): void {
    this.#client?.dispose();
    this.#client = undefined;
    this.#ready = undefined;
    this.#mapper = undefined;
    void this.#start();
  }

  async #build(): Promise<void> {
    const startMs = performance.now();
    const [uris, manifestUris] = await Promise.all([
      vscode.workspace.findFiles(included, excluded, MAX_FILES),
      vscode.workspace.findFiles(manifests, excluded, MAX_MANIFESTS),
      this.#readLaunchFiles(),
    ]);
    if (this.isDisposed) return;
    this.#files.clear();
    for (const uri of uris) if (isSource(uri)) this.#files.add(toPath(uri));
    this.#mapper = undefined;
    if (this.#deaths >= MAX_DEATHS) return;
    const client = new IndexClient({
      workerPath: this.#options.workerPath,
      grammarsPath: this.#options.grammarsPath,
      cachePath: this.#options.cachePath,
      folders: listFolders().map(({ path }) => path),
      onDeath: reason => {
        this.#deaths += 1;
        this.#options.log.warn(`symbol index: ${reason}`);
        if (this.#client !== client) return;
        this.#client = undefined;
        this.#ready = undefined;
      },
    });
    this.#client = client;
    const paths = [...this.#files].filter(path => getLanguage(path) !== undefined);
    await client.build([...manifestUris.filter(isSource).map(toPath), ...paths]);
    for (const document of vscode.workspace.textDocuments) {
      if (document.isDirty) this.#readText(document);
    }
    const { files, symbols, tasks, passedOver, cached } = await client.remote.readStatistics();
    const tookMs = Math.round(performance.now() - startMs);
    this.#options.log.info(
      `symbol index: ${symbols} symbols and ${tasks} tasks in ${files} files (${cached} unchanged since the last window), ${passedOver} passed over, ${tookMs} ms`,
    );
  }

  #watchFiles(): void {
    const watcher = this.own(vscode.workspace.createFileSystemWatcher(included));
    this.own(watcher.onDidCreate(uri => this.#change(uri, false)));
    this.own(watcher.onDidChange(uri => this.#change(uri, false)));
    this.own(watcher.onDidDelete(uri => this.#change(uri, true)));
    const launch = this.own(vscode.workspace.createFileSystemWatcher(launchFile));
    const readAgain = (): void => void this.#readLaunchFiles();
    for (const event of [launch.onDidCreate, launch.onDidChange, launch.onDidDelete]) {
      this.own(event(readAgain));
    }
    this.own(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (this.#client === undefined || !isSource(document.uri)) return;
        const path = toPath(document.uri);
        if (!this.#files.has(path) || getLanguage(path) === undefined) return;
        clearTimeout(this.#typing.get(path));
        this.#typing.set(
          path,
          setTimeout(() => {
            this.#typing.delete(path);
            this.#readText(document);
          }, TYPING_MS),
        );
      }),
    );
    this.own(
      vscode.workspace.onDidCloseTextDocument(document => {
        // What was typed and thrown away must leave the index too.
        if (this.#files.has(toPath(document.uri))) this.#change(document.uri, false);
      }),
    );
  }

  #readText(document: vscode.TextDocument): void {
    if (document.isClosed) return;
    void this.#ask(async remote => {
      await remote.setText(toPath(document.uri), document.getText());
      return [];
    });
  }

  /** Changes come in swarms (a checkout, a build): they are gathered and sent as one. */
  #change(uri: vscode.Uri, isGone: boolean): void {
    if (!isSource(uri) || this.#ready === undefined) return;
    const path = toPath(uri);
    this.#changed.delete(path);
    this.#gone.delete(path);
    (isGone ? this.#gone : this.#changed).add(path);
    this.#changesTimer ??= setTimeout(() => {
      this.#changesTimer = undefined;
      this.#applyChanges();
    }, CHANGES_MS);
  }

  #applyChanges(): void {
    const changed = [...this.#changed];
    const gone = [...this.#gone];
    this.#changed.clear();
    this.#gone.clear();
    for (const path of gone) this.#files.delete(path);
    for (const path of changed) this.#files.add(path);
    this.#mapper = undefined;
    void this.#ask(async remote => {
      if (gone.length > 0) await remote.removeFiles(gone);
      const readable = changed.filter(path => getLanguage(path) !== undefined);
      if (readable.length > 0) await remote.readFiles(readable);
      return [];
    });
  }

  #getMapper(): PathMapper {
    this.#mapper ??= new PathMapper({
      folders: listFolders(),
      // The user's own come first where both know a root.
      mappings: [...listPathMappings(getSetting(settings.pathMappings)), ...this.#launchMappings],
      files: [...this.#files],
      learned: this.#learned,
    });
    return this.#mapper;
  }

  async #readLaunchFiles(): Promise<void> {
    const mappings: PathMapping[] = [];
    const readers: readonly {
      readonly pattern: string;
      readonly read: (text: string, folder: string) => readonly PathMapping[];
    }[] = [
      { pattern: launchFile, read: readLaunchMappings },
      { pattern: devContainerFiles, read: readDevContainer },
      { pattern: composeFiles, read: readComposeMounts },
    ];
    for (const { pattern, read } of readers) {
      for (const uri of await vscode.workspace.findFiles(pattern, excluded, 50)) {
        const { size } = await vscode.workspace.fs.stat(uri);
        if (size > MAX_LAUNCH_LENGTH) {
          this.#options.log.warn(`${uri.fsPath} is not read for path mappings: ${size} bytes`);
          continue;
        }
        const path = toPath(uri);
        const lines = await readLines(path);
        mappings.push(...read(lines.join("\n"), path.slice(0, path.lastIndexOf("/"))));
        // Other extensions take their turns between the files.
        await new Promise(resolve => setImmediate(resolve));
      }
    }
    this.#launchMappings = mappings;
    this.#mapper = undefined;
  }
}

function listFolders(): readonly WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter(folder => folder.uri.scheme === "file")
    .map(folder => ({ name: folder.name, path: toPath(folder.uri) }));
}

async function readLines(path: string): Promise<readonly string[]> {
  return (await readFileText(vscode.Uri.file(path)))?.split(/\r?\n/) ?? [];
}

function isSource(uri: vscode.Uri): boolean {
  return (
    uri.scheme === "file" &&
    !ignoredPattern.test(vscode.workspace.asRelativePath(uri, false).replace(/^/, "/"))
  );
}

function toPath(uri: vscode.Uri): string {
  return normalizePath(uri.fsPath);
}
