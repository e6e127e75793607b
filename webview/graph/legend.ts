/** How much of the legend is seen: as many names as fit whole, and the number of the rest. Knows no state. */

import { formatCount } from "../words/localText.ts";

const GAP_PX = 2;

/** Only the browser knows how wide the names are, so this follows each drawing and each change of the width. */
export function cutLegend(legend: HTMLElement): void {
  const chips = [...legend.querySelectorAll<HTMLButtonElement>(".chip")];
  const rest = legend.querySelector<HTMLButtonElement>(".rest");
  if (rest === null || legend.clientWidth === 0) return;
  const isOpen = legend.classList.contains("open");
  for (const chip of chips) chip.hidden = false;
  rest.hidden = false;
  rest.textContent = `+${formatCount(chips.length)}`;
  const widthOf = (button: HTMLElement): number => button.offsetWidth + GAP_PX;
  const widths = chips.map(widthOf);
  const roomPx = legend.clientWidth + GAP_PX;
  const areAllShown = isOpen || widths.reduce((sum, width) => sum + width, 0) <= roomPx;
  let leftPx = areAllShown ? Number.POSITIVE_INFINITY : roomPx - widthOf(rest);
  const cut: HTMLButtonElement[] = [];
  chips.forEach((chip, place) => {
    leftPx -= widths[place] ?? 0;
    // One name is better than none, however long it is.
    chip.hidden = leftPx < 0 && place > 0;
    if (chip.hidden) cut.push(chip);
  });
  rest.hidden = cut.length === 0;
  rest.textContent = `+${formatCount(cut.length)}`;
  rest.title = cut.map(chip => chip.textContent.trim()).join("\n");
  // The group's one tab stop must not be out of sight.
  const buttons = [...chips, rest];
  if (buttons.every(button => button.hidden || button.tabIndex < 0)) {
    for (const button of buttons) button.tabIndex = button === buttons[0] ? 0 : -1;
  }
}

/** Shows all names, on as many lines as they take. */
export function openLegend(legend: HTMLElement): void {
  const first = legend.querySelector<HTMLButtonElement>(".chip[hidden]");
  legend.classList.add("open");
  cutLegend(legend);
  first?.focus();
}
