/**
 * Paths of the machine that ran → files of this workspace. Pure: knows the list of files, touches no disk.
 *
 * In order: the path as it is, the mappings of the settings and of `launch.json`, mappings learned from earlier hits,
 * and at last the file that shares the longest tail with the path.
 */

import { getOwnPath } from "./ownPath.ts";

export interface PathMapping {
  readonly localRoot: string;
  readonly remoteRoot: string;
}

/** Lists what a setting holds, which is anything at all; what is no mapping is passed over. */
export function listPathMappings(value: unknown): readonly PathMapping[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly (Partial<PathMapping> | null)[]).filter(
    (each): each is PathMapping =>
      typeof each?.localRoot === "string" && typeof each.remoteRoot === "string",
  );
}

export interface WorkspaceFolder {
  readonly name: string;
  /** Absolute and normal, see `normalizePath`. */
  readonly path: string;
}

export interface MappedFile {
  /** Absolute and normal. */
  readonly path: string;
  /** In the list of the workspace's files; else someone must look whether it exists. */
  readonly isListed: boolean;
  /** False where the name alone, or several files alike, led here. */
  readonly isSure: boolean;
  /** Somebody else's code, as in `vendor/`. */
  readonly isLibrary: boolean;
}

const librarySegments =
  /(?:^|\/)(?:site-packages|dist-packages|node_modules|bower_components|gems|\.cargo\/registry|pkg\/mod|rustc\/[0-9a-f]+|usr\/local\/go\/src|usr\/lib(?:64)?\/(?:python|ruby|go|node)[^/]*|lib\/python\d[\d.]*)\//;

/** Copies of others' code that lie in the program's own repository. Not `external/` or `deps/`: packages are called so. */
const vendored = /(?:^|\/)(?:vendor|third[_-]party|Pods)\//;

/** Installed code: a frame in it is never where the user wants to go. */
export function isLibraryPath(path: string): boolean {
  return librarySegments.test(normalizePath(path));
}

/**
 * One spelling for all: `/` between segments, a lower-case drive letter, no `file://`, no bundler's scheme, no `.`.
 */
export function normalizePath(path: string): string {
  let normal = path.trim();
  const scheme = /^(file|webpack(?:-internal)?|vscode-remote):\/\/(?:\/(?=[A-Za-z]:))?/i.exec(
    normal,
  );
  if (scheme !== null) {
    normal = normal.slice(scheme[0].length).replace(/[?#].*$/, "");
    // webpack://app/./src/x.ts: what stands before the first dot segment is the bundle's name.
    if (scheme[1]?.toLowerCase() !== "file") {
      normal = normal.replace(/^[^./][^/]*\/(?=\.)/, "").replace(/^\/(?=\.)/, "");
    }
    normal = decodePercent(normal);
  }
  // Deterministic builds of .NET write `/_/` for the root of the repository.
  normal = normal.replaceAll("\\", "/").replace(/^\/(?=[A-Za-z]:\/)|^\/_\//, "");
  normal = normal.replace(/^[A-Z](?=:)/, drive => drive.toLowerCase());
  const isUnc = normal.startsWith("//");
  const isAbsolute = normal.startsWith("/");
  const segments: string[] = [];
  for (const segment of normal.split("/")) {
    if (segment === "" || segment === ".") continue;
    const last = segments.at(-1);
    const isAtRoot =
      last === undefined ? isAbsolute : segments.length === 1 && /^[a-z]:$/.test(last);
    if (segment !== "..") segments.push(segment);
    else if (last !== undefined && last !== ".." && !isAtRoot) segments.pop();
    // Nothing is above the root; a relative path keeps what leads out of its folder.
    else if (!isAtRoot) segments.push(segment);
  }
  return (isUnc ? "//" : isAbsolute ? "/" : "") + segments.join("/");
}

export class PathMapper {
  readonly #folders: readonly WorkspaceFolder[];
  readonly #mappings: readonly PathMapping[];
  readonly #files: ReadonlySet<string>;
  readonly #byName = new Map<string, string[]>();
  readonly #learned: LearnedMappings;

  constructor(options: {
    readonly folders: readonly WorkspaceFolder[];
    readonly mappings: readonly PathMapping[];
    /** Absolute and normal. */
    readonly files: readonly string[];
    /** Outlives the mapper, which is built anew when files come and go. */
    readonly learned: LearnedMappings;
  }) {
    this.#folders = options.folders;
    this.#learned = options.learned;
    this.#files = new Set(options.files);
    this.#mappings = options.mappings
      .flatMap(mapping => expandMapping(mapping, options.folders))
      .sort((a, b) => b.remoteRoot.length - a.remoteRoot.length);
    for (const file of this.#files) {
      const name = file.slice(file.lastIndexOf("/") + 1).toLowerCase();
      const files = this.#byName.get(name);
      if (files === undefined) this.#byName.set(name, [file]);
      else files.push(file);
    }
  }

  /** The workspace files that a path from a trace may mean, best first. `service` keeps containers apart. */
  findFiles(remotePath: string, service: string): readonly MappedFile[] {
    const remote = normalizePath(remotePath);
    if (remote === "" || isLibraryPath(this.#getOwnPath(remote))) return [];
    const found = this.#findFiles(remote, service);
    if (found.some(({ isListed }) => isListed)) return found;
    // Compiled without a map: its source has the same name, in the folder that it was compiled from.
    for (const source of listSources(remote)) {
      const sources = this.#findFiles(source, service).filter(({ isListed }) => isListed);
      if (sources.length > 0) return sources.map(file => ({ ...file, isSure: false }));
    }
    return found;
  }

  #findFiles(remote: string, service: string): readonly MappedFile[] {
    const found = new Map<string, MappedFile>();
    const add = (joined: string, isSure: boolean): void => {
      // Normal again after joining: `../` must not make a file outside look like one of the folder's.
      const path = normalizePath(joined);
      if (found.has(path) || this.#isOnStrangeHost(path)) return;
      const isLibrary = this.#isLibrary(path);
      found.set(path, { path, isListed: this.#files.has(path), isSure, isLibrary });
    };
    if (isAbsolutePath(remote)) add(remote, true);
    else for (const folder of this.#folders) add(`${folder.path}/${remote}`, true);
    for (const mapping of this.#mappings) {
      const local = replaceRoot(remote, mapping);
      if (local !== undefined) add(local, true);
    }
    const learned = new Set<string>();
    for (const mapping of this.#learned.get(service)) {
      const local = replaceRoot(remote, mapping);
      if (local !== undefined && this.#files.has(local)) learned.add(local);
    }
    for (const local of learned) add(local, learned.size === 1);
    this.#addByTail(remote, service, add);
    return [...found.values()];
  }

  #getOwnPath(path: string): string {
    return getOwnPath(
      path,
      this.#folders.map(folder => folder.path),
    );
  }

  #isLibrary(path: string): boolean {
    const relativePath = this.#getOwnPath(path);
    return isLibraryPath(relativePath) || (relativePath !== path && vendored.test(relativePath));
  }

  /** To look whether `//host/share/x` exists is to log in there, as Windows does it. */
  #isOnStrangeHost(path: string): boolean {
    return (
      path.startsWith("//") && !this.#folders.some(folder => path.startsWith(`${folder.path}/`))
    );
  }

  /** Whether the file is one of the workspace's. */
  isListed(path: string): boolean {
    return this.#files.has(path);
  }

  #addByTail(remote: string, service: string, add: (path: string, isSure: boolean) => void): void {
    const segments = remote.split("/").filter(segment => segment !== "");
    const ignoreCase = /^[a-z]:/.test(remote);
    const name = segments.at(-1) ?? "";
    let best: string[] = [];
    let bestLength = 0;
    for (const file of this.#byName.get(name.toLowerCase()) ?? []) {
      const length = getCommonTail(segments, file.split("/"), ignoreCase);
      if (length === 0 || length < bestLength) continue;
      if (length > bestLength) best = [];
      bestLength = length;
      best.push(file);
    }
    const [first] = best;
    if (first === undefined) return;
    // A whole relative path that matches says more than a part of a longer one.
    const isWhole = (file: string): boolean =>
      this.#folders.some(
        folder => file.split("/").length - folder.path.split("/").length === bestLength,
      );
    best.sort((a, b) => Number(isWhole(b)) - Number(isWhole(a)) || a.length - b.length);
    const isSure = best.length === 1 && (bestLength >= 2 || isWhole(first));
    if (isSure && bestLength >= 2) this.#learned.learn(service, remote, first, ignoreCase);
    for (const file of best) add(file, isSure);
  }
}

/** Roots that earlier hits have shown to be the same, kept for the session. */
export class LearnedMappings {
  readonly #byService = new Map<string, PathMapping[]>();

  get(service: string): readonly PathMapping[] {
    return this.#byService.get(service) ?? [];
  }

  /** Two paths mean the same file: what stands before their common tail are two names of one root. */
  learn(service: string, remotePath: string, localPath: string, ignoreCase = false): void {
    const remote = normalizePath(remotePath).split("/");
    const local = localPath.split("/");
    const length = getCommonTail(remote, local, ignoreCase);
    if (length === 0 || length >= remote.length) return;
    const mapping = {
      remoteRoot: remote.slice(0, -length).join("/"),
      localRoot: local.slice(0, -length).join("/"),
    };
    if (mapping.remoteRoot === mapping.localRoot) return;
    const known = this.#byService.get(service) ?? [];
    const isSame = (other: PathMapping): boolean =>
      other.remoteRoot === mapping.remoteRoot && other.localRoot === mapping.localRoot;
    if (known.some(isSame)) return;
    this.#byService.set(service, [mapping, ...known].slice(0, 20));
  }
}

export function isAbsolutePath(path: string): boolean {
  return path.startsWith("/") || /^[a-z]:\//i.test(path);
}

/** Longer than any system's paths; the expressions below take time with the square of a length. */
const MAX_ROOT_LENGTH = 4_096;

function expandMapping(mapping: PathMapping, folders: readonly WorkspaceFolder[]): PathMapping[] {
  const { localRoot: local, remoteRoot: remote } = mapping;
  if (local.length > MAX_ROOT_LENGTH || remote.length > MAX_ROOT_LENGTH) return [];
  const remoteRoot = trimRoot(normalizePath(mapping.remoteRoot));
  const named = /\$\{workspace(?:Folder|Root):([^}]+)\}/.exec(mapping.localRoot);
  const isPerFolder = /\$\{workspace(?:Folder|Root)\}/.test(mapping.localRoot);
  const isRelative =
    !mapping.localRoot.includes("${") && !isAbsolutePath(normalizePath(mapping.localRoot));
  const roots =
    named !== null
      ? folders
          .filter(folder => folder.name === named[1])
          .map(folder => mapping.localRoot.replace(named[0], folder.path))
      : isPerFolder
        ? folders.map(folder =>
            mapping.localRoot.replace(/\$\{workspace(?:Folder|Root)\}/g, () => folder.path),
          )
        : isRelative
          ? folders.map(folder => `${folder.path}/${mapping.localRoot}`)
          : [mapping.localRoot];
  return roots
    .filter(root => !root.includes("${"))
    .map(root => ({ localRoot: trimRoot(normalizePath(root)), remoteRoot }));
}

function trimRoot(root: string): string {
  return root === "." ? "" : root.replace(/\/$/, "");
}

function replaceRoot(remote: string, { remoteRoot, localRoot }: PathMapping): string | undefined {
  if (remoteRoot === "") return isAbsolutePath(remote) ? undefined : `${localRoot}/${remote}`;
  const ignoreCase = /^[a-z]:/.test(remoteRoot);
  const head = remote.slice(0, remoteRoot.length);
  const isSame = ignoreCase ? head.toLowerCase() === remoteRoot.toLowerCase() : head === remoteRoot;
  if (!isSame || (remote.length > remoteRoot.length && remote[remoteRoot.length] !== "/")) {
    return undefined;
  }
  return localRoot + remote.slice(remoteRoot.length);
}

/** `dist/api/order.js` → `src/api/order.ts`, `api/order.ts`, …; nothing for what is no compiled JavaScript. */
function listSources(remote: string): readonly string[] {
  const [, head = "", tail] =
    /^(.*?\/|)(?:dist|build|out|lib|output|compiled|\.next\/server)\/(.*)\.[cm]?js$/.exec(remote) ??
    [];
  if (tail === undefined) return [];
  const names = ["ts", "tsx", "mts", "js", "jsx"].map(extension => `${tail}.${extension}`);
  return ["src/", ""].flatMap(folder => names.map(name => `${head}${folder}${name}`));
}

/** How many segments two paths share at their ends. */
function getCommonTail(a: readonly string[], b: readonly string[], ignoreCase: boolean): number {
  const limit = Math.min(a.length, b.length);
  for (let length = 0; length < limit; length += 1) {
    const left = a[a.length - 1 - length] ?? "";
    const right = b[b.length - 1 - length] ?? "";
    const isSame = ignoreCase ? left.toLowerCase() === right.toLowerCase() : left === right;
    if (!isSame || left === "") return length;
  }
  return limit;
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    // A lone percent sign is no encoding: the path means itself.
    if (error instanceof URIError) return text;
    throw error;
  }
}
