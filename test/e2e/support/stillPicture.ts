/** A picture of the window when what it draws in frames and workers has come to rest. */

import type { Page } from "playwright-core";
import { waitFor } from "../../harness/processes.ts";

export async function takeStillPicture(page: Page): Promise<Buffer> {
  let before: Buffer | undefined;
  return waitFor("a picture that stays as it is", 60_000, async () => {
    const picture = await page.screenshot({ animations: "disabled" });
    const isStill = before?.equals(picture) === true;
    before = picture;
    return isStill ? picture : undefined;
  });
}
