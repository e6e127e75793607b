/**
 * The tree that a screen reader reads: one real `treeitem` for each visible row, in the place of the row, and for the
 * selected one wherever it is. Draws nothing.
 */

import type { RowIndex } from "../../src/analysis/treeSearch.ts";
import type { IndexArray } from "../../src/base/indexArray.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import { describeGroupAloud, type GroupFacts } from "./groupFacts.ts";
import type { TimelineData } from "./timelineData.ts";
import { TreeItems } from "./treeItems.ts";

export interface MirroredRows {
  readonly data: TimelineData;
  readonly rows: IndexArray<SpanIndex>;
  readonly folded: ReadonlySet<SpanIndex>;
  readonly marked: ReadonlySet<SpanIndex>;
  /** The group of alike siblings that the row of a span stands for. */
  readonly groupOf: (span: SpanIndex) => GroupFacts | undefined;
  /** The row of the selection, or −1. */
  readonly activeRow: RowIndex;
  readonly firstRow: RowIndex;
  readonly lastRow: RowIndex;
  /** Pixels from the top of the scrolled content. */
  readonly topOf: (row: RowIndex) => number;
}

export class Mirror {
  readonly #tree: HTMLElement;
  readonly #items: TreeItems;

  /** `content` is scrolled within `tree`; items are its children. */
  constructor(tree: HTMLElement, content: HTMLElement) {
    this.#tree = tree;
    this.#items = new TreeItems(content);
  }

  update(mirrored: MirroredRows): void {
    const { rows, activeRow, firstRow, lastRow } = mirrored;
    const shown: RowIndex[] = [];
    if (activeRow >= 0 && activeRow < firstRow) shown.push(activeRow);
    for (let row = firstRow; row < lastRow; row++) shown.push(row);
    if (activeRow >= lastRow) shown.push(activeRow);
    this.#items.take(shown.length).forEach((item, i) => {
      this.#describe(item, shown[i]!, mirrored);
    });
    const active = rows[activeRow];
    if (active === undefined) this.#tree.removeAttribute("aria-activedescendant");
    else this.#tree.setAttribute("aria-activedescendant", toId(active));
  }

  #describe(
    item: HTMLElement,
    row: RowIndex,
    { data, rows, folded, marked, groupOf, activeRow, topOf }: MirroredRows,
  ): void {
    const span = rows[row]!;
    const { columns, tree } = data.trace;
    const parent = columns.parent[span]!;
    item.id = toId(span);
    item.style.top = `${topOf(row)}px`;
    set(item, "aria-level", String(tree.depth[span]! + 1));
    set(item, "aria-posinset", String(data.getPlace(span)));
    set(item, "aria-setsize", String(parent < 0 ? tree.roots.length : tree.childCount[parent]!));
    set(item, "aria-selected", String(row === activeRow));
    const group = groupOf(span);
    const isOpen = group === undefined && !folded.has(span);
    const hasMore = group !== undefined || data.hasChildren(span);
    set(item, "aria-expanded", hasMore ? String(isOpen) : undefined);
    set(
      item,
      "aria-label",
      group === undefined ? data.describeAloud(span) : describeGroupAloud(data, group),
    );
    // The function at the cursor of the editor.
    set(item, "aria-current", marked.has(span) ? "location" : undefined);
  }
}

function set(item: HTMLElement, name: string, value: string | undefined): void {
  if (value === undefined) item.removeAttribute(name);
  else if (item.getAttribute(name) !== value) item.setAttribute(name, value);
}

function toId(span: SpanIndex): string {
  return `span-${span}`;
}
