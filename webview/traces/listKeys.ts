/** Keys of the list of traces become actions, as in VS Code's own lists and trees. Pure: knows no event and no DOM. */

import type { ListedTrace } from "../../src/protocol/tracesView.ts";
import type { KeyPress } from "../kit/keyPress.ts";
import type { ListRow } from "./traceList.ts";

export type ListAction =
  /** A range: from where the selection began to there. */
  | { readonly kind: "select"; readonly index: number; readonly isRange?: true }
  | { readonly kind: "selectAll" | "selectActive" | "undo" | "toFilter" }
  /** A letter of a name that is sought. */
  | { readonly kind: "type"; readonly letter: string }
  | { readonly kind: "fold" | "unfold"; readonly key: string }
  /** Kept: opened in a tab of its own. */
  | { readonly kind: "activate"; readonly row: ListRow; readonly isKept: boolean }
  | { readonly kind: "copy" | "pin" | "remove"; readonly trace: ListedTrace };

/** Where in the list the key was pressed. */
export interface ListPosition {
  readonly rows: readonly ListRow[];
  /** The row that is selected, or −1. */
  readonly index: number;
  /** How many rows are seen at once. */
  readonly pageRows: number;
  /** A name is being typed: the letters that are commands belong to it. */
  readonly isTyping?: boolean;
}

/** `undefined` where the key is not the list's. */
export function readListKey(press: KeyPress, at: ListPosition): ListAction | undefined {
  const row = at.rows[at.index];
  if (press.modKey) return press.shiftKey || press.altKey ? undefined : readModified(press, row);
  // The rest of Alt is the editor's.
  if (press.altKey) return undefined;
  return (
    readMove(press, at) ??
    (row && readFold(press, row, at)) ??
    (at.isTyping === true ? undefined : readCommand(press, row)) ??
    readEnd(press, row) ??
    readLetter(press, at)
  );
}

function readModified({ key }: KeyPress, row: ListRow | undefined): ListAction | undefined {
  switch (key) {
    case "a":
      return { kind: "selectAll" };
    case "z":
      return { kind: "undo" };
    case "f":
      return { kind: "toFilter" };
    case "c":
      return row?.kind === "trace" ? { kind: "copy", trace: row.trace } : undefined;
    default:
      return undefined;
  }
}

function readMove(
  { key, shiftKey }: KeyPress,
  { rows, index, pageRows }: ListPosition,
): ListAction | undefined {
  const page = Math.max(1, pageRows - 1);
  const goals: Readonly<Record<string, number>> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    PageDown: index + page,
    PageUp: index - page,
    Home: 0,
    End: rows.length - 1,
  };
  const goal = goals[key];
  if (goal === undefined || rows.length === 0) return undefined;
  const bounded = Math.min(rows.length - 1, Math.max(0, goal));
  return { kind: "select", index: bounded, ...(shiftKey && { isRange: true as const }) };
}

function readFold({ key }: KeyPress, row: ListRow, at: ListPosition): ListAction | undefined {
  if (key === "ArrowRight" && row.kind === "group") {
    return row.isOpen ? { kind: "select", index: at.index + 1 } : { kind: "unfold", key: row.key };
  }
  if (key !== "ArrowLeft") return undefined;
  if (row.kind === "group") return { kind: "fold", key: row.key };
  if (row.level === 1) return undefined;
  const index = at.rows.findLastIndex((each, i) => i < at.index && each.kind === "group");
  return { kind: "select", index };
}

/** The keys that are letters, too. */
function readCommand({ key }: KeyPress, row: ListRow | undefined): ListAction | undefined {
  if (key === "/") return { kind: "toFilter" };
  if (key === " " && row !== undefined) return { kind: "activate", row, isKept: false };
  return key === "p" && row?.kind === "trace" ? { kind: "pin", trace: row.trace } : undefined;
}

function readEnd({ key }: KeyPress, row: ListRow | undefined): ListAction | undefined {
  if (key === "Escape") return { kind: "selectActive" };
  if (key === "Enter" && row !== undefined) return { kind: "activate", row, isKept: true };
  const isRemoval = key === "Delete" || key === "Backspace";
  return isRemoval && row?.kind === "trace" ? { kind: "remove", trace: row.trace } : undefined;
}

function readLetter({ key }: KeyPress, { rows }: ListPosition): ListAction | undefined {
  // A blank comes here only inside of a name.
  return /^.$/u.test(key) && rows.length > 0 ? { kind: "type", letter: key } : undefined;
}
