/** The notices of VS Code's window: toasts, which go by themselves after some seconds, and the centre that keeps them. */

import type { Locator, Page } from "playwright-core";

function findNotices(page: Page): Locator {
  return page.locator(
    ":is(.notifications-toasts, .notifications-center) .notification-list-item:visible",
  );
}

/** The messages on show, newest last. */
export function readNotices(page: Page): Promise<readonly string[]> {
  return findNotices(page).locator(".notification-list-item-message").allInnerTexts();
}

export function findNoticeButton(page: Page, label: string): Locator {
  return findNotices(page).locator(".monaco-button").filter({ hasText: label }).first();
}
