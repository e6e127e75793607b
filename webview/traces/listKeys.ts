/** Keys of the list of traces become actions, as in VS Code's own lists and trees. Pure: knows no event and no DOM. */

import type { ListedTrace } from "../../src/protocol/tracesView.ts";
import type { KeyPress } from "../kit/keyPress.ts";
import { groupKeyOf, type ListRow } from "./traceList.ts";

export type ListAction =
  | { readonly kind: "select"; readonly index: number }
  | { readonly kind: "fold" | "unfold"; readonly key: string }
  /** Kept: opened in a tab of its own. */
  | { readonly kind: "activate"; readonly row: ListRow; readonly isKept: boolean }
  | { readonly kind: "copy" | "pin" | "remove"; readonly trace: ListedTrace }
  | { readonly kind: "toFilter" };

/** Where in the list the key was pressed. */
export interface ListPosition {
  readonly rows: readonly ListRow[];
  /** The row that is selected, or −1. */
  readonly index: number;
  /** How many rows are seen at once. */
  readonly pageRows: number;
}

/** `undefined` where the key is not the list's. */
export function readListKey(press: KeyPress, at: ListPosition): ListAction | undefined {
  const row = at.rows[at.index];
  if (press.modKey) {
    return press.key === "c" && row?.kind === "trace"
      ? { kind: "copy", trace: row.trace }
      : undefined;
  }
  // The rest of Alt is the editor's.
  if (press.altKey) return undefined;
  return readMove(press, at) ?? (row && readFold(press, row, at)) ?? readCommand(press, row);
}

function readMove(
  { key }: KeyPress,
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
  return { kind: "select", index: Math.min(rows.length - 1, Math.max(0, goal)) };
}

function readFold({ key }: KeyPress, row: ListRow, at: ListPosition): ListAction | undefined {
  if (key === "ArrowRight" && row.kind === "group") {
    return row.isOpen ? { kind: "select", index: at.index + 1 } : { kind: "unfold", key: row.key };
  }
  if (key !== "ArrowLeft") return undefined;
  if (row.kind === "group") return { kind: "fold", key: row.key };
  const index = at.rows.findIndex(each => each.key === groupKeyOf(row.trace));
  return index < 0 ? undefined : { kind: "select", index };
}

function readCommand({ key }: KeyPress, row: ListRow | undefined): ListAction | undefined {
  if (key === "/") return { kind: "toFilter" };
  if (row === undefined) return undefined;
  if (key === "Enter" || key === " ") return { kind: "activate", row, isKept: key === "Enter" };
  if (row.kind === "group") return undefined;
  if (key === "Delete" || key === "Backspace") return { kind: "remove", trace: row.trace };
  return key === "p" ? { kind: "pin", trace: row.trace } : undefined;
}
