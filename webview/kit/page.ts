/**
 * The actions that every page of ours does beside its view: tells the log of errors that nobody caught, and takes the
 * keyboard.
 */

/** Focus passes through a page on its way from the palette to an input box; only where it stays is it taken. */
const FOCUS_AFTER_MS = 150;

/** From now on errors that nobody caught are reported. */
export function watchErrors(report: (error: unknown) => void): void {
  window.addEventListener("error", event => {
    // The browser tells so of layouts that take two frames; nothing is wrong.
    if (event.message.startsWith("ResizeObserver loop")) return;
    report(event.error ?? event.message);
  });
  window.addEventListener("unhandledrejection", event => {
    report(event.reason);
  });
}

/** Where the page has the keyboard, but nothing in it has: `take` gives it to what the user will want to move in. */
export function takeFocusSoon(take: () => void): void {
  setTimeout(() => {
    if (document.hasFocus() && document.activeElement === document.body) take();
  }, FOCUS_AFTER_MS);
}
