/** The latest-only work of an element, which nobody waits for once the element has left the page. Knows no view. */

import type { ReactiveControllerHost } from "lit";
import { Latest } from "../../src/base/latest.ts";

/** `forget` is told of the element's leaving too: what it had asked is asked anew when it comes back. */
export function latestFor(host: ReactiveControllerHost, forget?: () => void): Latest {
  const latest = new Latest();
  host.addController({
    hostDisconnected() {
      latest.dispose();
      forget?.();
    },
  });
  return latest;
}
