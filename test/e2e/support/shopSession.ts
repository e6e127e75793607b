/** A window on a copy of the sample shop, with Traceside in it. */

import type { SessionOptions } from "../driver/session.ts";
import { openSession } from "../driver/session.ts";
import type { Session } from "../driver/session.ts";
import { shopFolder } from "./recordedOrder.ts";

export function openShop(options: Omit<SessionOptions, "workspaceFolder"> = {}): Promise<Session> {
  return openSession({ workspaceFolder: shopFolder, ...options });
}
