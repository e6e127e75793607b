/** The `treeitem`s that a screen reader reads: as many as are wanted, each used again for what stands in its place. */
export class TreeItems {
  readonly #content: HTMLElement;
  readonly #items: HTMLElement[] = [];

  constructor(content: HTMLElement) {
    this.#content = content;
  }

  take(count: number): readonly HTMLElement[] {
    while (this.#items.length > count) this.#items.pop()?.remove();
    while (this.#items.length < count) {
      const item = document.createElement("div");
      item.setAttribute("role", "treeitem");
      this.#items.push(item);
      this.#content.append(item);
    }
    return this.#items;
  }
}
