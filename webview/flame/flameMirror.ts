/**
 * The tree that a screen reader reads: one `treeitem` for each box whose name can be read, in its place, and for the selected
 * one wherever it is. Draws nothing.
 */

import type { FlameBox, FlameLayout } from "../../src/analysis/flame.ts";
import type { Disposable } from "../../src/base/disposables.ts";
import { TreeItems } from "../timeline/treeItems.ts";
import type { ReadableBox } from "./flameFrame.ts";
import { LANE_PX } from "./flamePainter.ts";

export interface MirroredBoxes {
  readonly readable: readonly ReadableBox[];
  readonly layout: FlameLayout;
  readonly selected: FlameBox | undefined;
  readonly describe: (box: FlameBox) => string;
  /** 0 for a root. */
  readonly depthOf: (box: FlameBox) => number;
}

/** The tree follows when drawing pauses for this long. */
const PAUSE_MS = 80;

export class FlameMirror implements Disposable {
  readonly #tree: HTMLElement;
  readonly #content: HTMLElement;
  readonly #items: TreeItems;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `content` is scrolled within `tree`; items are its children. */
  constructor(tree: HTMLElement, content: HTMLElement) {
    this.#tree = tree;
    this.#content = content;
    this.#items = new TreeItems(content);
  }

  updateSoon(boxes: MirroredBoxes): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#update(boxes), PAUSE_MS);
  }

  #update({ readable, layout, selected, describe, depthOf }: MirroredBoxes): void {
    const isHidden = selected !== undefined && !readable.some(({ box }) => box === selected);
    const shown = isHidden ? [...readable, { box: selected, leftPx: 0, widthPx: 1 }] : readable;
    this.#items.take(shown.length).forEach((item, i) => {
      const { box, leftPx, widthPx } = shown[i]!;
      item.id = `box-${box}`;
      item.style.top = `${layout.lane[box]! * LANE_PX}px`;
      item.style.left = `${leftPx}px`;
      item.style.width = `${widthPx}px`;
      item.setAttribute("aria-level", String(depthOf(box) + 1));
      item.setAttribute("aria-selected", String(box === selected));
      item.setAttribute("aria-label", describe(box));
    });
    if (selected === undefined) this.#tree.removeAttribute("aria-activedescendant");
    else this.#tree.setAttribute("aria-activedescendant", `box-${selected}`);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#content.replaceChildren();
  }
}
