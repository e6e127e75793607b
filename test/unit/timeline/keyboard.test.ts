import { describe, expect, it } from "vitest";
import { buildRows, buildTree } from "../../../src/analysis/tree.ts";
import { findError, findNext, findRow, NO_ROW } from "../../../src/analysis/treeSearch.ts";
import { newIndexArray } from "../../../src/base/indexArray.ts";
import { type SpanIndex } from "../../../src/model/span.ts";
import { readKey, type TreeAction } from "../../../webview/timeline/keyboard.ts";
import { drawTrace } from "../drawTrace.ts";
import { asSpan, asSpans } from "../spanIndex.ts";

const { columns } = drawTrace(`
  root        ==========
    a          ====
      b         ==
        c       =!
    d               ===
      e              =!
  other                   ==
`);
const tree = buildTree(columns);
const nameOf = (span: number): string => columns.strings[columns.name[span]!]!;
const spanOf = (name: string): SpanIndex =>
  asSpan(columns.name.findIndex(index => columns.strings[index] === name));

interface Setting {
  readonly at?: string;
  readonly folded?: readonly string[];
  readonly hasMatches?: boolean;
  /** The row that stands for a group of alike siblings. */
  readonly group?: string;
  /** The first of an open group that all spans are members of. */
  readonly leader?: string;
}

/** `Shift+x`, `Alt+x`, `Mod+x` or a key alone. */
function press(keys: string, { at, folded = [], hasMatches = false, ...groups }: Setting): string {
  const parts = keys.split("+");
  const key = keys === "+" ? "+" : parts.at(-1)!;
  const foldedSpans = new Set(folded.map(spanOf));
  const rows = buildRows(columns.count, tree, foldedSpans);
  const action = readKey(
    {
      key,
      shiftKey: parts.includes("Shift"),
      altKey: parts.includes("Alt"),
      modKey: parts.includes("Mod"),
    },
    {
      rows,
      parent: columns.parent,
      childCount: tree.childCount,
      folded: foldedSpans,
      row: at === undefined ? NO_ROW : findRow(rows, spanOf(at)),
      isGroup: span => nameOf(span) === groups.group,
      findOpenLeader: () => (groups.leader === undefined ? undefined : spanOf(groups.leader)),
      pageRows: 4,
      hasMatches,
    },
  );
  return describeAction(action);
}

function describeAction(action: TreeAction | undefined): string {
  if (action === undefined) return "nothing";
  const { kind } = action;
  if ("span" in action) return `${kind} ${nameOf(action.span)}`;
  if ("text" in action) return `${kind} ${JSON.stringify(action.text)}`;
  const rest = Object.values(action).slice(1).map(String);
  return [kind, ...rest].join(" ");
}

describe("moving in the tree", () => {
  it.each<[string, Setting, string]>([
    ["ArrowDown", { at: "a" }, "select b"],
    ["ArrowDown", { at: "a", folded: ["a"] }, "select d"],
    ["ArrowDown", { at: "other" }, "select other"],
    ["ArrowDown", {}, "select root"],
    ["ArrowUp", { at: "d" }, "select c"],
    ["ArrowUp", { at: "root" }, "select root"],
    ["Home", { at: "d" }, "select root"],
    ["End", { at: "a" }, "select other"],
    ["PageDown", { at: "a" }, "select d"],
    ["PageUp", { at: "d" }, "select a"],
    ["ArrowLeft", { at: "a" }, "fold a"],
    ["ArrowLeft", { at: "a", folded: ["a"] }, "select root"],
    ["ArrowLeft", { at: "c" }, "select b"],
    ["ArrowLeft", { at: "other" }, "nothing"],
    ["ArrowRight", { at: "a", folded: ["a"] }, "unfold a"],
    ["ArrowRight", { at: "a" }, "select b"],
    ["ArrowRight", { at: "c" }, "nothing"],
    ["Shift+ArrowLeft", { at: "a" }, "foldBelow a"],
    ["Shift+ArrowRight", { at: "a" }, "unfoldBelow a"],
    ["*", { at: "root" }, "unfoldBelow root"],
    // A selection within a fold stands at the fold.
    ["ArrowDown", { at: "c", folded: ["a"] }, "select d"],
    ["ArrowRight", { at: "c", folded: ["a"] }, "unfold a"],
  ])("%s at %o: %s", (key, setting, expected) => {
    expect(press(key, setting)).toBe(expected);
  });
});

describe("commands", () => {
  it.each<[string, Setting, string]>([
    ["Enter", { at: "a" }, "open false"],
    ["Alt+Enter", { at: "a" }, "open true"],
    ["Alt+ArrowLeft", { at: "a" }, "nothing"],
    ["e", {}, "nextError 1"],
    ["Shift+E", {}, "nextError -1"],
    ["n", { hasMatches: true }, "nextMatch 1"],
    ["Shift+N", { hasMatches: true }, "nextMatch -1"],
    ["n", {}, 'find "n"'],
    ["s", {}, 'find "s"'],
    ["订", {}, 'find "订"'],
    ["/", {}, 'find ""'],
    ["Mod+f", {}, 'find ""'],
    ["Mod+c", {}, "nothing"],
    ["Escape", { hasMatches: true }, "closeFind"],
    ["Escape", {}, "nothing"],
    ["z", {}, "zoomToSelection"],
    ["0", {}, "fit"],
    [".", {}, "follow"],
    ["-", {}, "zoom 1.5"],
    ["]", {}, "pan 0.25"],
    ["ArrowRight", { at: "a", group: "a" }, "openGroup a"],
    ["ArrowLeft", { at: "c", leader: "c" }, "closeGroup c"],
    ["ArrowLeft", { at: "b", leader: "b" }, "fold b"],
    ["Tab", {}, "nothing"],
    ["F5", {}, "nothing"],
  ])("%s with %o: %s", (key, setting, expected) => {
    expect(press(key, setting)).toBe(expected);
  });

  it("does nothing in an empty trace", () => {
    const rows = newIndexArray<SpanIndex>(0);
    const none = { rows, parent: rows, childCount: rows, folded: new Set<SpanIndex>() };
    const at = {
      ...none,
      row: NO_ROW,
      isGroup: () => false,
      findOpenLeader: () => undefined,
      pageRows: 4,
      hasMatches: false,
    };
    const bare = { shiftKey: false, altKey: false, modKey: false };
    expect(readKey({ key: "ArrowDown", ...bare }, at)).toBeUndefined();
  });
});

describe("stepping", () => {
  it("goes around the end, both ways", () => {
    const matches = asSpans([2, 5, 9]);
    expect(asSpans([-1, 2, 4, 9]).map(from => findNext(matches, from, 1))).toEqual([2, 5, 5, 2]);
    expect(asSpans([9, 5, 3, 2]).map(from => findNext(matches, from, -1))).toEqual([5, 2, 2, 9]);
    expect(findNext([], asSpan(3), 1)).toBeUndefined();
  });

  it("finds errors inside folds too, and the only one again", () => {
    const from = (name: string, step: 1 | -1): string =>
      nameOf(findError(columns, spanOf(name), step)!);
    expect(from("root", 1)).toBe("c");
    expect(from("c", 1)).toBe("e");
    expect(from("e", 1)).toBe("c");
    expect(from("c", -1)).toBe("e");
    expect(nameOf(findError(columns, asSpan(-1), 1)!)).toBe("c");
    expect(findError({ count: 2, status: new Uint8Array(2) }, asSpan(0), 1)).toBeUndefined();
  });
});
