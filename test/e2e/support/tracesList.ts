/** The side bar's list of traces as a test sees it: rows by their roles and words, the filter, the welcome. */

import type { Frame, Locator } from "playwright-core";
import { waitFor } from "../../harness/processes.ts";
import type { Workbench } from "../driver/workbench.ts";

const deadlineMs = 90_000;

export class TracesList {
  readonly frame: Frame;
  readonly workbench: Workbench;

  private constructor(frame: Frame, workbench: Workbench) {
    this.frame = frame;
    this.workbench = workbench;
  }

  /** Brings the side bar's container to the front, and waits until the view has asked its store. */
  static async open(workbench: Workbench): Promise<TracesList> {
    await workbench.executeCommand("traceside.traces.focus");
    return waitFor("the list of traces", deadlineMs, async () => {
      for (const frame of workbench.page.frames()) {
        const phase = await frame
          .evaluate(() => document.querySelector<HTMLElement>("traceside-traces")?.dataset["phase"])
          // A frame that goes while it is asked.
          .catch(() => undefined);
        if (phase === "answered" || phase === "failed") return new TracesList(frame, workbench);
      }
      return undefined;
    });
  }

  /** The rows in sight from the top down, as a screen reader says them. */
  async readRows(): Promise<readonly string[]> {
    const rows = await this.rows.evaluateAll(items =>
      items.map(item => ({
        label: item.getAttribute("aria-label") ?? "",
        top: item.getBoundingClientRect().top,
      })),
    );
    return rows.sort((a, b) => a.top - b.top).map(({ label }) => label);
  }

  async waitForRows(
    what: string,
    isWanted: (rows: readonly string[]) => boolean,
  ): Promise<readonly string[]> {
    let seen: readonly string[] = [];
    return waitFor(what, deadlineMs, async () => {
      seen = await this.readRows();
      return isWanted(seen) ? seen : undefined;
    }).catch((error: unknown) => {
      throw new Error(`${(error as Error).message} There is ${JSON.stringify(seen)}.`);
    });
  }

  /** Goes to the newest, as a reader does who sees that there are new ones, until the first row is this. */
  async waitForFirst(name: string): Promise<void> {
    await waitFor(`${name} on top`, deadlineMs, async () => {
      // The list may go to its top by itself in the same moment, and take the pill away.
      const click = (): Promise<void> => this.pill.click({ timeout: 1_000 });
      if (await this.pill.isVisible()) await click().catch(() => undefined);
      return (await this.readRows())[0]?.startsWith(`${name}, `) === true ? true : undefined;
    });
  }

  /** The names alone. */
  async waitForNames(...names: readonly string[]): Promise<readonly string[]> {
    return this.waitForRows(`the rows ${names.join(", ")}`, rows => {
      const seen = rows.map(row => row.split(", ")[0]);
      return JSON.stringify(seen) === JSON.stringify(names);
    });
  }

  row(name: string): Locator {
    return this.frame.locator(`traceside-trace-list .row[aria-label^="${name}, "]`).first();
  }

  async selectedRow(): Promise<string> {
    const selected = this.frame.locator('traceside-trace-list .row[aria-selected="true"]');
    return (await selected.getAttribute("aria-label")) ?? "";
  }

  /** What is typed stands in the filter afterwards, alone. */
  async filter(text: string): Promise<void> {
    const input = this.frame.locator("traceside-filter input");
    await input.fill("");
    await input.pressSequentially(text);
  }

  async press(key: string): Promise<void> {
    await this.frame.locator("traceside-trace-list .scroll").press(key);
  }

  /** How many came while someone read. */
  get pill(): Locator {
    return this.frame.locator("traceside-trace-list .pill");
  }

  get rows(): Locator {
    return this.frame.locator("traceside-trace-list .row");
  }

  get suggestions(): Locator {
    return this.frame.locator("traceside-filter .option");
  }

  get welcome(): Locator {
    return this.frame.locator("traceside-welcome");
  }

  get notice(): Locator {
    return this.frame.locator("traceside-traces .notice");
  }
}
