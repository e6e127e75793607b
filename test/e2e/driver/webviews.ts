/** The webviews of VS Code's window, and the documents in them. Knows nothing of what they show. */

import type { Frame, Locator, Page } from "playwright-core";
import type { Point } from "./textLocation.ts";

/** The document inside a visible webview, once it is written; `undefined` while it is not, or has gone. */
export function findFrame(page: Page, title: string | undefined): Promise<Frame | undefined> {
  return findWrittenFrame(page, title).catch(ifGone);
}

/** Webviews float above the window, so what joins one to its tab is only where it lies. */
export async function findWebview(page: Page, title?: string): Promise<Locator | undefined> {
  const group = page.locator(".editor-group-container", {
    has: page.locator(".tab.active").filter({ hasText: title }),
  });
  const area = title === undefined ? undefined : await boxOf(group.first());
  for (const element of await page.locator("iframe.webview:visible").all()) {
    const box = await boxOf(element);
    if (title === undefined || (area && box && contains(area, middle(box)))) {
      return element;
    }
  }
  return undefined;
}

async function findWrittenFrame(page: Page, title: string | undefined): Promise<Frame | undefined> {
  const element = await findWebview(page, title);
  // One that has gone since is not waited for; it is looked for again.
  const outer = await element?.elementHandle({ timeout: 1_000 });
  const inner = await (await outer?.contentFrame())?.$("#active-frame");
  const frame = (await inner?.contentFrame()) ?? undefined;
  // Until the extension's page is written the frame holds an empty document.
  return (await frame?.evaluate(() => document.body.childElementCount)) ? frame : undefined;
}

/** What Playwright says where a reload took the page, or a part of it, away between two questions. */
const GONE =
  /Unable to adopt element handle|Frame was detached|frame got detached|context was destroyed|not attached|Timeout \d+ms exceeded/i;

function ifGone(error: unknown): undefined {
  if (!(error instanceof Error) || !GONE.test(error.message)) throw error;
}

type Box = Point & { readonly width: number; readonly height: number };

async function boxOf(element: Locator): Promise<Box | undefined> {
  return (await element.count()) === 0 ? undefined : ((await element.boundingBox()) ?? undefined);
}

function middle(box: Box): Point {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

function contains(box: Box, point: Point): boolean {
  const { x, y } = point;
  return x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
}
