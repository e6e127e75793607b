/** The data of the editor's context menu. Knows no trace. */

/** The editor reads it from the page's body when the menu opens, because it does not look into shadow trees. */
export function setMenuContext(context: Readonly<Record<string, unknown>>): void {
  document.body.dataset["vscodeContext"] = JSON.stringify(context);
}
