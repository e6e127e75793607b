/**
 * The actions that every page of ours does beside its view: tells the log of errors that nobody caught, and takes the
 * keyboard.
 */

import { takeBackFromMenu } from "./menuContext.ts";

/**
 * Focus passes through a page on its way from the palette to a pick that the command opens; an element that takes it in
 * that moment closes the pick. A command of a busy machine takes some hundred milliseconds to ask.
 */
const FOCUS_AFTER_MS = 1_000;

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

/**
 * Where the page has the keyboard, but nothing in it has (as when a menu has closed), it goes to what had it last; before
 * anything had it `takeFirst` gives it to what the user will want to move in. It goes there with the first key, which is
 * for that, or when it has stayed. Answers with what asks for it again.
 */
export function takeKeyboard(takeFirst: () => void): () => void {
  const isFree = (): boolean => document.hasFocus() && document.activeElement === document.body;
  let last: WeakRef<HTMLElement | SVGElement> | undefined;
  document.addEventListener("focusout", event => {
    // To another element of the page it goes by itself; elsewhere, as to a menu, it goes and comes back to none.
    const [target] = event.relatedTarget === null ? event.composedPath() : [];
    if (target instanceof HTMLElement || target instanceof SVGElement) last = new WeakRef(target);
  });
  const take = (): void => {
    const element = last?.deref();
    if (element?.checkVisibility() === true) element.focus({ preventScroll: true });
    if (isFree()) takeFirst();
  };
  const takeSoon = (): void => {
    setTimeout(() => {
      if (isFree()) take();
    }, FOCUS_AFTER_MS);
  };
  window.addEventListener("focus", takeSoon);
  takeBackFromMenu();
  const passedOn = new WeakSet<Event>();
  document.addEventListener("keydown", event => {
    // The editor listens at the window, and has had the key.
    if (passedOn.has(event)) event.stopPropagation();
    else if (isFree() && event.target === document.body) passOn(event);
  });
  return takeSoon;

  function passOn(event: KeyboardEvent): void {
    take();
    const focused = findFocused();
    if (focused === document.body) return;
    const copy = new KeyboardEvent(event.type, { ...pickFields(event), ...howFar });
    passedOn.add(copy);
    focused.dispatchEvent(copy);
    if (copy.defaultPrevented) event.preventDefault();
  }
}

const howFar = { bubbles: true, composed: true, cancelable: true };

/** An event's fields are its prototype's, so that no spread finds them. */
function pickFields(event: KeyboardEvent): KeyboardEventInit {
  const { key, code, location, repeat, ctrlKey, shiftKey, altKey, metaKey } = event;
  return { key, code, location, repeat, ctrlKey, shiftKey, altKey, metaKey };
}

function findFocused(): Element {
  let focused: Element = document.activeElement ?? document.body;
  for (;;) {
    const inner = focused.shadowRoot?.activeElement;
    if (inner === null || inner === undefined) return focused;
    focused = inner;
  }
}
