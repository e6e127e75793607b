/**
 * Which row a click is for: the one that lay under the hand when it pressed. A row that comes in between moves the others,
 * and the browser then has no row to give the click to. Knows rows by their keys alone.
 */

/** A hand that lets go this near to where it pressed has not moved. */
const STEADY_PX = 6;

export class RowPress {
  #pressed: { readonly key: string; readonly x: number; readonly y: number } | undefined;

  readonly begin = (event: MouseEvent): void => {
    const key = findKey(event);
    this.#pressed = key === undefined ? undefined : { key, x: event.clientX, y: event.clientY };
  };

  /** The key of the row that was clicked. */
  take(event: MouseEvent): string | undefined {
    const over = findKey(event);
    // A screen reader's click comes without a pointer.
    if (event.detail === 0) return over;
    const pressed = this.#pressed;
    if (pressed === undefined) return undefined;
    const moved = Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y);
    return over === pressed.key || moved < STEADY_PX ? pressed.key : undefined;
  }
}

/** The key of the row that an event happened in. */
export function findKey(event: Event): string | undefined {
  return event
    .composedPath()
    .map(each => (each instanceof HTMLElement ? each.dataset["key"] : undefined))
    .find(key => key !== undefined);
}
