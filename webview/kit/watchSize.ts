/** Tells of an element's size, while it is in the page. Knows no view. */

import type { ReactiveControllerHost } from "lit";

export function watchSize(host: ReactiveControllerHost & Element, onResize: () => void): void {
  const observer = new ResizeObserver(onResize);
  host.addController({
    hostConnected: () => observer.observe(host),
    hostDisconnected: () => observer.disconnect(),
  });
}
