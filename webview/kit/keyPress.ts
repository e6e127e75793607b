/** A key that was pressed, as a value. */

export interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  /** Control, or ⌘ on a Mac. */
  readonly modKey: boolean;
}

export function toKeyPress({ key, shiftKey, altKey, ctrlKey, metaKey }: KeyboardEvent): KeyPress {
  return { key, shiftKey, altKey, modKey: ctrlKey || metaKey };
}
