/** Keys of the timeline become actions, as in VS Code's trees. Pure: knows no event and no DOM. */

import type { RowIndex } from "../../src/analysis/treeSearch.ts";
import type { IndexArray } from "../../src/base/indexArray.ts";
import { nextSpan } from "../../src/model/span.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import type { KeyPress } from "../kit/keyPress.ts";

export type TreeAction =
  | { readonly kind: "select"; readonly span: SpanIndex }
  | { readonly kind: "fold" | "unfold" | "foldBelow" | "unfoldBelow"; readonly span: SpanIndex }
  | { readonly kind: "openGroup" | "closeGroup"; readonly span: SpanIndex }
  | { readonly kind: "open"; readonly toSide: boolean }
  | { readonly kind: "find"; readonly text: string }
  | { readonly kind: "closeFind" }
  | { readonly kind: "nextMatch" | "nextError"; readonly step: 1 | -1 }
  /** Below 1 comes closer. */
  | { readonly kind: "zoom"; readonly factor: number }
  | { readonly kind: "zoomToSelection" | "fit" | "follow" }
  /** By this share of the window. */
  | { readonly kind: "pan"; readonly share: number };

/** Where in the tree the key was pressed. */
export interface TreePosition {
  readonly rows: IndexArray<SpanIndex>;
  readonly parent: IndexArray<SpanIndex>;
  readonly childCount: Int32Array;
  readonly folded: ReadonlySet<SpanIndex>;
  /** The row of the selection, or of what hides it; −1 for none. */
  readonly row: RowIndex;
  /** Whether the row of a span stands for a group of alike siblings. */
  readonly isGroup: (span: SpanIndex) => boolean;
  /** The first of the open group that a span is a member of. */
  readonly findOpenLeader: (span: SpanIndex) => SpanIndex | undefined;
  /** How many rows are seen at once. */
  readonly pageRows: number;
  readonly hasMatches: boolean;
}

/** `undefined` where the key is not the timeline's. */
export function readKey(press: KeyPress, at: TreePosition): TreeAction | undefined {
  if (at.rows.length === 0) return undefined;
  const isPlain = !press.modKey && !press.altKey;
  return (isPlain ? readMove(press, at) : undefined) ?? readCommandKey(press, at.hasMatches);
}

/** The keys that move in no tree, in whatever view. */
export function readCommandKey(press: KeyPress, hasMatches: boolean): TreeAction | undefined {
  if (press.modKey) {
    return press.key.toLowerCase() === "f" && !press.altKey && !press.shiftKey
      ? { kind: "find", text: "" }
      : undefined;
  }
  if (press.key === "Enter") return { kind: "open", toSide: press.altKey };
  // The rest of Alt is the editor's.
  return press.altKey ? undefined : readCommand(press, hasMatches);
}

function readMove({ key, shiftKey }: KeyPress, at: TreePosition): TreeAction | undefined {
  const { rows, row, parent, childCount, folded } = at;
  const toRow = (to: number): TreeAction => ({
    kind: "select",
    span: rows[Math.min(Math.max(to, 0), rows.length - 1)]!,
  });
  const span = rows[Math.max(row, 0)]!;
  const isGroup = at.isGroup(span);
  const isOpen = !isGroup && childCount[span]! > 0 && !folded.has(span);
  switch (key) {
    case "ArrowDown":
      return toRow(row + 1);
    case "ArrowUp":
      return toRow(row - 1);
    case "Home":
      return toRow(0);
    case "End":
      return toRow(rows.length - 1);
    case "PageDown":
      return toRow(row + Math.max(1, at.pageRows - 1));
    case "PageUp":
      return toRow(row - Math.max(1, at.pageRows - 1));
    case "ArrowLeft":
      if (shiftKey) return { kind: "foldBelow", span };
      if (isOpen) return { kind: "fold", span };
      if (at.findOpenLeader(span) !== undefined) return { kind: "closeGroup", span };
      return parent[span]! < 0 ? undefined : { kind: "select", span: parent[span]! };
    case "ArrowRight":
      if (isGroup) return { kind: "openGroup", span };
      if (shiftKey) return { kind: "unfoldBelow", span };
      if (isOpen) return { kind: "select", span: nextSpan(span) };
      return folded.has(span) ? { kind: "unfold", span } : undefined;
    case "*":
      return { kind: "unfoldBelow", span };
    default:
      return undefined;
  }
}

function readCommand({ key }: KeyPress, hasMatches: boolean): TreeAction | undefined {
  switch (key) {
    case "Escape":
      return hasMatches ? { kind: "closeFind" } : undefined;
    case "e":
    case "E":
      return { kind: "nextError", step: key === "e" ? 1 : -1 };
    case "n":
    case "N":
      // With nothing sought it is a letter like others.
      if (!hasMatches) return { kind: "find", text: key };
      return { kind: "nextMatch", step: key === "n" ? 1 : -1 };
    case "z":
      return { kind: "zoomToSelection" };
    case "0":
      return { kind: "fit" };
    case ".":
      return { kind: "follow" };
    case "+":
    case "=":
      return { kind: "zoom", factor: 1 / 1.5 };
    case "-":
      return { kind: "zoom", factor: 1.5 };
    case "[":
      return { kind: "pan", share: -0.25 };
    case "]":
      return { kind: "pan", share: 0.25 };
    case "/":
      return { kind: "find", text: "" };
    default:
      // Letters and digits of any language begin a search.
      return /^[\p{L}\p{N}_]$/u.test(key) ? { kind: "find", text: key } : undefined;
  }
}
