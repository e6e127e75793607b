/**
 * The trace panel as a test sees it: rows, nodes and the detail, found by their roles and words. It reads what a screen
 * reader reads and clicks where a hand would.
 */

import type { Frame, Locator, Page } from "playwright-core";
import { waitFor } from "../../harness/processes.ts";
import type { Workbench } from "../driver/workbench.ts";

const deadlineMs = 90_000;

export type Row = {
  /** The function's name. */
  readonly name: string;
  /** All that is said of the span. */
  readonly label: string;
  readonly level: number;
  readonly isSelected: boolean;
};

export type GraphNode = { readonly name: string; readonly label: string; readonly level: number };

export class TracePanel {
  readonly frame: Frame;
  readonly #page: Page;

  private constructor(frame: Frame, page: Page) {
    this.frame = frame;
    this.#page = page;
  }

  /** Waits until the panel of this title shows a trace, a failure or whatever `content` names. */
  static async find(
    workbench: Workbench,
    title?: string,
    content: "trace" | "failed" = "trace",
  ): Promise<TracePanel> {
    // A frame that is found too early is thrown away by VS Code with the page that was in it.
    return waitFor(`the panel ${title ?? ""} with a ${content}`, deadlineMs, async () => {
      const frame = await workbench.webviewFrame(title);
      const shown = await frame
        .locator(`traceside-app[data-content="${content}"]`)
        .count()
        .catch(() => 0);
      return shown === 0 ? undefined : new TracePanel(frame, workbench.page);
    });
  }

  /** The panel as it was exported: the whole page is it. */
  static async inPage(page: Page): Promise<TracePanel> {
    await page.locator('traceside-app[data-content="trace"]').waitFor({ timeout: deadlineMs });
    return new TracePanel(page.mainFrame(), page);
  }

  /** All words on the page, those in shadow trees too. */
  readText(): Promise<string> {
    return readDeepText(this.frame.locator("traceside-app"));
  }

  /** Those that are in sight, and the selected one wherever it is. The first is waited for: a trace is read before it is drawn. */
  async readRows(): Promise<readonly Row[]> {
    await this.#rows.first().waitFor({ state: "attached", timeout: deadlineMs });
    const rows = await this.#rows.evaluateAll(items =>
      items.map(item => ({
        label: item.getAttribute("aria-label") ?? "",
        level: Number(item.getAttribute("aria-level")),
        isSelected: item.getAttribute("aria-selected") === "true",
        // Items are reused, so their order in the page says nothing.
        top: item.getBoundingClientRect().top,
      })),
    );
    return rows
      .sort((a, b) => a.top - b.top)
      .map(({ label, level, isSelected }) => ({ name: cutName(label), label, level, isSelected }));
  }

  /** Waits until there are so many rows. */
  async waitForRows(count: number): Promise<readonly Row[]> {
    let seen: readonly Row[] = [];
    return waitFor(`${String(count)} rows`, deadlineMs, async () => {
      seen = await this.readRows();
      return seen.length === count ? seen : undefined;
    }).catch((error: unknown) => {
      throw new Error(`${(error as Error).message} There are ${String(seen.length)}.`);
    });
  }

  async waitForSelectedRow(what: string, isWanted: (row: Row) => boolean): Promise<Row> {
    let seen: Row | undefined;
    return waitFor(`the selected row to be ${what}`, deadlineMs, async () => {
      seen = (await this.readRows()).find(row => row.isSelected);
      return seen !== undefined && isWanted(seen) ? seen : undefined;
    }).catch((error: unknown) => {
      throw new Error(`${(error as Error).message} It is ${JSON.stringify(seen)}.`);
    });
  }

  /** Clicks what is drawn in the row: the mirrored item itself takes no pointer. */
  async clickRow(
    label: string,
    options: { readonly isDouble?: boolean; readonly button?: "right" } = {},
  ): Promise<void> {
    const row = this.#rows.and(this.frame.locator(`[aria-label="${label}"]`)).first();
    const box = await row.boundingBox();
    if (box === null) {
      throw new Error(`The row ${label} is not in sight.`);
    }
    const clickCount = options.isDouble === true ? 2 : 1;
    // Behind the fold mark and before the bar.
    const { button = "left" } = options;
    await this.#page.mouse.click(box.x + 150, box.y + box.height / 2, { clickCount, button });
  }

  async press(key: string): Promise<void> {
    await this.frame.locator("traceside-timeline [role=tree]").press(key);
  }

  async readNodes(): Promise<readonly GraphNode[]> {
    return (await this.#nodes.first().isVisible()) ? this.#readNodes() : [];
  }

  async waitForNodes(count: number): Promise<readonly GraphNode[]> {
    let seen = 0;
    return waitFor(`${String(count)} nodes`, deadlineMs, async () => {
      const nodes = await this.readNodes();
      seen = nodes.length;
      return seen === count ? nodes : undefined;
    }).catch((error: unknown) => {
      throw new Error(`${(error as Error).message} There are ${String(seen)}.`);
    });
  }

  async clickNode(label: string): Promise<void> {
    await this.#nodes
      .and(this.frame.locator(`[aria-label="${label}"]`))
      .locator(".box")
      .click();
  }

  /** What the detail says of the selected span, once it has been read. */
  async waitForDetail(name: string, taskId?: string): Promise<string> {
    const span = this.frame.locator("traceside-span");
    await span.locator("h1", { hasText: name }).waitFor();
    if (taskId !== undefined) {
      await span.locator(`.id[title="${taskId}"]`).waitFor();
    }
    await span.getByText("Known to").waitFor();
    return readDeepText(span);
  }

  /** The way out of a failure that says `title`. */
  async runAction(title: string): Promise<void> {
    await this.frame.locator("vscode-button", { hasText: title }).click();
  }

  get #rows(): Locator {
    return this.frame.locator("traceside-timeline [role=tree] [role=treeitem]");
  }

  get #nodes(): Locator {
    return this.frame.locator("traceside-graph [role=treeitem]");
  }

  async #readNodes(): Promise<readonly GraphNode[]> {
    return this.#nodes.evaluateAll(items =>
      items.map(item => {
        const label = item.getAttribute("aria-label") ?? "";
        const name = label.split(", ")[0] ?? "";
        return { name, label, level: Number(item.getAttribute("aria-level")) };
      }),
    );
  }
}

/** `innerText` ends at a shadow root. */
function readDeepText(element: Locator): Promise<string> {
  return element.evaluate(top => {
    const words: string[] = [];
    const read = (node: Node): void => {
      if (node instanceof Text) {
        words.push(node.data);
      } else if (!(node instanceof HTMLStyleElement)) {
        const { shadowRoot } = node as Partial<Element>;
        (shadowRoot ?? node).childNodes.forEach(read);
        if (shadowRoot) {
          node.childNodes.forEach(read);
        }
      }
    };
    read(top);
    return words.join(" ").replaceAll(/\s+/g, " ");
  });
}

function cutName(label: string): string {
  return label.split(", ")[0] ?? "";
}
