/** The data and the place of the editor's context menu. Knows no trace. */

/** The editor reads it from the page's body when the menu opens, because it does not look into shadow trees. */
export function setMenuContext(context: Readonly<Record<string, unknown>>): void {
  document.body.dataset["vscodeContext"] = JSON.stringify(context);
}

/** A key presses no button, whatever pointer its event names: the place that the event tells is nobody's choice. */
export function isMenuByKey(event: MouseEvent): boolean {
  return event.button < 0 || (event instanceof PointerEvent && event.pointerType === "");
}

/** VS Code sets it on the page's body while a menu of the page is open. */
const OPEN_MENU = "vscode-context-menu-visible";

/**
 * Takes the keyboard back when a menu that a key opened has closed: VS Code gives it to its own frame around the page,
 * which does not always pass it on. A menu of the mouse may have been closed by a click elsewhere, where it belongs then.
 */
export function takeBackFromMenu(): void {
  let isByKey = false;
  let wasOpen = false;
  // The menu's place is told by an event that the page makes, after the one of the key.
  const listen = (event: MouseEvent): void => {
    if (event.isTrusted) isByKey = isMenuByKey(event);
  };
  document.addEventListener("contextmenu", listen, true);
  new MutationObserver(() => {
    const isOpen = document.body.classList.contains(OPEN_MENU);
    if (wasOpen && !isOpen && isByKey && !document.hasFocus()) window.focus();
    wasOpen = isOpen;
  }).observe(document.body, { attributes: true, attributeFilter: ["class"] });
}

/** The item that a key asked the menu for, of a tree, list or grid that has the focus itself. */
export function findMenuItem(event: MouseEvent): Element | undefined {
  const focused = event.composedPath()[0];
  if (!isMenuByKey(event) || !(focused instanceof Element)) return undefined;
  const id = focused.getAttribute("aria-activedescendant");
  const root = focused.getRootNode() as Document | ShadowRoot;
  return id === null ? undefined : (root.getElementById(id) ?? undefined);
}

/** Opens the menu that a key asked for below the item, where the browser would take the middle of all items. */
export function openMenuAt(item: Element, event: Event): void {
  const frame = (event.composedPath()[0] as Element).getBoundingClientRect();
  const { left, bottom } = item.getBoundingClientRect();
  event.preventDefault();
  event.stopPropagation();
  document.body.dispatchEvent(
    new MouseEvent("contextmenu", {
      bubbles: true,
      cancelable: true,
      clientX: Math.min(Math.max(left + INDENT_PX, frame.left), frame.right),
      clientY: Math.min(Math.max(bottom, frame.top), frame.bottom),
    }),
  );
}

/** The menu leaves the beginning of its item in sight, as the editor's own trees do. */
const INDENT_PX = 24;
