/** The box at the top of VS Code's window that commands, files and questions share: opened, filled and picked from. */

import type { Locator, Page } from "playwright-core";
import { waitFor } from "../../harness/processes.ts";

export const actionDeadlineMs = 60_000;
const widget = ".quick-input-widget:visible";

export class QuickInput {
  readonly widget: Locator;
  readonly box: Locator;
  readonly rows: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.widget = page.locator(widget);
    this.box = page.locator(`${widget} .quick-input-box input`);
    this.rows = page.locator(`${widget} .monaco-list-row`);
  }

  /** Opens it by a key, with a text in it. */
  async open(key: string, text: string): Promise<void> {
    const { box } = this;
    if (await box.isVisible()) {
      await this.#page.keyboard.press("Escape");
      await box.waitFor({ state: "hidden" });
    }
    // A key is lost while the focus is on its way into a webview that is just loading.
    // It closes where a webview takes the focus in the moment after.
    await waitFor("the quick input to open", actionDeadlineMs, async () => {
      if (!(await box.isVisible())) await this.#page.keyboard.press(key);
      await box.waitFor({ timeout: 1_000 }).catch(() => undefined);
      return wasTaken(box.fill(text, { timeout: 2_000 }));
    });
  }

  /** The row whose label is the text, else one that contains it. */
  findRow(label: string): Locator {
    const { rows } = this;
    const exact = rows.filter({ has: this.#page.getByText(label, { exact: true }) });
    return exact.or(rows.filter({ hasText: label })).first();
  }
}

/** For `waitFor`: whether the step was taken, else it is tried again. */
export function wasTaken(step: Promise<unknown>): Promise<true | undefined> {
  return step.then(
    () => true as const,
    () => undefined,
  );
}
