/**
 * Which call paths are shown, when all would be too many to lay out or to read. Pure; every step is a loop.
 *
 * First the paths that must be seen (the selection, what the user opened, errors) with their way to the root; then
 * shown paths are opened one by one, the costliest first, while there is room. So the cheap and deep stays folded.
 * What is not shown belongs to its nearest shown ancestor.
 */

import { type IndexArray, newIndexArray } from "../base/indexArray.ts";
import { type CallPaths, type PathIndex, FIRST_PATH, NO_PATH } from "./callGraphPaths.ts";

export interface FoldLimits {
  /** Nodes of the picture, those that stand for hidden calls included. */
  readonly maxNodes: number;
  /** Children of one parent; the cheapest beyond it share one node. */
  readonly maxSiblings: number;
}

export interface FoldWishes {
  /** The user closed these: nothing below them is shown. */
  readonly folded: ReadonlySet<PathIndex>;
  /** The user opened these, with how many children to show; the last one opened matters most. −1 stands for the roots. */
  readonly opened: ReadonlyMap<PathIndex, number>;
  readonly selected: PathIndex | undefined;
}

export const noWishes: FoldWishes = { folded: new Set(), opened: new Map(), selected: undefined };

/** A way to the root longer than twice this share of the room shows its two ends; what lies between is one node. */
const WAY_END_SHARE = 0.1;

/** Errors may claim this share of the room; the rest is for what was slow. */
const ERROR_SHARE = 0.6;

export interface PathTree {
  /** Children of a path in order of their first call: `children[childStart[path]]` to `children[childStart[path + 1] - 1]`. */
  readonly children: IndexArray<PathIndex>;
  readonly childStart: Int32Array;
  readonly roots: readonly PathIndex[];
  /** Self time of the whole subtree: what would be hidden if it were folded. */
  readonly costNs: Float64Array;
  /** Paths of the subtree, itself included. */
  readonly size: Int32Array;
  readonly depth: Int32Array;
}

export function buildPathTree({ count, parent, selfNs }: CallPaths): PathTree {
  const childStart = new Int32Array(count + 1);
  const depth = new Int32Array(count);
  const roots: PathIndex[] = [];
  for (let path = FIRST_PATH; path < count; path++) {
    const above = parent[path]!;
    if (above < 0) {
      roots.push(path);
    } else {
      childStart[above + 1]! += 1;
      depth[path] = depth[above]! + 1;
    }
  }
  for (let path = 0; path < count; path += 1) childStart[path + 1]! += childStart[path]!;
  const children = newIndexArray<PathIndex>(count - roots.length);
  const next = childStart.slice(0, count);
  const costNs = selfNs.slice();
  const size = new Int32Array(count).fill(1);
  for (let path = FIRST_PATH; path < count; path++) {
    const above = parent[path]!;
    if (above < 0) continue;
    children[next[above]!] = path;
    next[above]! += 1;
  }
  for (let path = count - 1; path >= 0; path -= 1) {
    const above = parent[path]!;
    if (above < 0) continue;
    costNs[above]! += costNs[path]!;
    size[above]! += size[path]!;
  }
  return { children, childStart, roots, costNs, size, depth };
}

/** One byte a path: 1 is shown. */
export function chooseShown(
  paths: CallPaths,
  tree: PathTree,
  wishes: FoldWishes,
  limits: FoldLimits,
): Uint8Array {
  return new Chooser(paths, tree, wishes, limits).choose();
}

class Chooser {
  readonly #paths: CallPaths;
  readonly #tree: PathTree;
  readonly #wishes: FoldWishes;
  readonly #limits: FoldLimits;
  readonly #shown: Uint8Array;
  readonly #shownChildren: Int32Array;
  readonly #order: PathIndex[] = [];
  #shownRoots = 0;
  /** Parents with both shown and hidden children: each needs a node for the hidden ones. */
  #partial = 0;

  constructor(paths: CallPaths, tree: PathTree, wishes: FoldWishes, limits: FoldLimits) {
    this.#paths = paths;
    this.#tree = tree;
    this.#wishes = wishes;
    this.#limits = limits;
    this.#shown = new Uint8Array(paths.count);
    this.#shownChildren = new Int32Array(paths.count);
  }

  choose(): Uint8Array {
    const { folded, opened, selected } = this.#wishes;
    if (selected !== undefined) this.#showWay(selected, true);
    // Opened last, shown first: with little room the newest wish wins.
    const newestFirst = [...opened.keys()].reverse().filter(path => path >= 0);
    for (const path of newestFirst) this.#showWay(path, true);
    this.#showBest(this.#tree.roots, opened.get(NO_PATH) ?? this.#limits.maxSiblings);
    this.#showErrors();
    for (const path of newestFirst) {
      if (this.#shown[path] === 1 && !folded.has(path)) this.#open(path, true);
    }
    this.#openCostliest();
    return this.#shown;
  }

  #room(): number {
    const isRootsPartial = this.#shownRoots < this.#tree.roots.length;
    return this.#limits.maxNodes - this.#order.length - this.#partial - (isRootsPartial ? 1 : 0);
  }

  #show(path: PathIndex): void {
    this.#shown[path] = 1;
    this.#order.push(path);
    const above = this.#paths.parent[path]!;
    if (above < 0) {
      this.#shownRoots += 1;
      return;
    }
    this.#shownChildren[above]! += 1;
    const siblings = this.#tree.childStart[above + 1]! - this.#tree.childStart[above]!;
    if (siblings === 1) return;
    if (this.#shownChildren[above] === 1) this.#partial += 1;
    else if (this.#shownChildren[above] === siblings) this.#partial -= 1;
  }

  /** Shows a path and its ancestors, both ends of a long way only, as far down as nothing is folded. */
  #showWay(path: PathIndex, isWanted: boolean): void {
    const { parent } = this.#paths;
    let way: PathIndex[] = [];
    for (let at = path; at >= 0; at = parent[at]!) {
      if (at !== path && this.#wishes.folded.has(at)) way = [];
      way.push(at);
    }
    const end = Math.floor(this.#limits.maxNodes * WAY_END_SHARE);
    const missing = way.filter(
      (at, i) => this.#shown[at] === 0 && (i < end || i >= way.length - end),
    );
    // Beside each of them a node for its hidden siblings may be needed.
    if (2 * missing.length > this.#room()) return;
    if (!isWanted && missing.some(at => this.#isCrowded(at))) return;
    for (const at of missing.reverse()) this.#show(at);
    // The middle that is left out is a node too.
    if (way.length > 2 * end) this.#partial += 1;
  }

  #isCrowded(path: PathIndex): boolean {
    const above = this.#paths.parent[path]!;
    const siblings = above < 0 ? this.#shownRoots : this.#shownChildren[above]!;
    return siblings >= (this.#wishes.opened.get(above) ?? this.#limits.maxSiblings);
  }

  #showErrors(): void {
    const { errors, count } = this.#paths;
    const limit = this.#limits.maxNodes * ERROR_SHARE;
    // A failure high up is likelier the one that matters, and paths stand parents first.
    for (let path = FIRST_PATH; path < count && this.#order.length < limit; path++) {
      if (errors[path]! > 0 && this.#shown[path] === 0) this.#showWay(path, false);
    }
  }

  #openCostliest(): void {
    const { costNs, childStart } = this.#tree;
    const { folded } = this.#wishes;
    const isClosed = (path: PathIndex): boolean =>
      childStart[path + 1]! > childStart[path]! && !folded.has(path);
    const candidates = this.#order.filter(isClosed);
    // At most `maxNodes` candidates, so a plain search for the costliest is no loop to fear.
    while (candidates.length > 0 && this.#room() > 0) {
      let best = 0;
      for (let i = 1; i < candidates.length; i += 1) {
        if (costNs[candidates[i]!]! > costNs[candidates[best]!]!) best = i;
      }
      const path = candidates[best]!;
      candidates.splice(best, 1);
      const before = this.#order.length;
      this.#open(path, false);
      candidates.push(...this.#order.slice(before).filter(isClosed));
    }
  }

  #open(path: PathIndex, isWanted: boolean): void {
    const { children, childStart } = this.#tree;
    const all = children.subarray(childStart[path], childStart[path + 1]);
    const most = this.#wishes.opened.get(path) ?? this.#limits.maxSiblings;
    const added = Math.min(all.length, most) - this.#shownChildren[path]!;
    const rest = all.length > most ? 1 : 0;
    // A parent opens as a whole or not at all, unless the user asked for it.
    if (!isWanted && added + rest > this.#room()) return;
    this.#showBest(all, Math.min(most, this.#shownChildren[path]! + this.#room()));
  }

  /** The costliest of these siblings, and among equals the earliest, until `most` of them are shown. */
  #showBest(siblings: IndexArray<PathIndex> | readonly PathIndex[], most: number): void {
    const { costNs } = this.#tree;
    const hidden = [...siblings].filter(path => this.#shown[path] === 0);
    const already = siblings.length - hidden.length;
    if (siblings.length > most) hidden.sort((a, b) => costNs[b]! - costNs[a]! || a - b);
    const chosen = hidden.slice(0, Math.max(0, Math.min(most - already, this.#room())));
    // In the order of their first calls, for the eye.
    for (const path of chosen.sort((a, b) => a - b)) this.#show(path);
  }
}
