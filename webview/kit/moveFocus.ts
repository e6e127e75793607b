/** One tab stop for a group of buttons; arrows, Home and End move within it. Knows no view. */

/** For a group's `keydown`: what is chosen by being reached, a tab or a radio button, is clicked too. */
export function moveFocus(event: KeyboardEvent): void {
  const group = event.currentTarget;
  if (!(group instanceof HTMLElement)) return;
  const buttons = [
    ...(group.shadowRoot ?? group).querySelectorAll<HTMLElement>(
      "button:not([disabled], [hidden])",
    ),
  ];
  const at = buttons.findIndex(button => button.matches(":focus"));
  const count = buttons.length;
  const goals: Readonly<Record<string, number>> = {
    ArrowLeft: (at + count - 1) % count,
    ArrowRight: (at + 1) % count,
    Home: 0,
    End: count - 1,
  };
  const next = buttons[goals[event.key] ?? -1];
  if (at < 0 || next === undefined) return;
  for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
  next.focus();
  if (next.role === "radio" || next.role === "tab") next.click();
  event.preventDefault();
  event.stopPropagation();
}
