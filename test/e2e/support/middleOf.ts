/** Where a pointer goes that presses an element. */

import type { Locator } from "playwright-core";

export async function middleOf(
  element: Locator,
): Promise<{ readonly x: number; readonly y: number }> {
  const box = await element.boundingBox();
  if (box === null) throw new Error("What is pointed at has gone.");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
