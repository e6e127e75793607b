/** A file that was dropped on a view, which cannot say where it lies. Pure, and crosses to the extension host as it is. */

export type DroppedFile =
  | { readonly name: string; readonly bytes: Uint8Array }
  /** It could not be read, and why. */
  | { readonly name: string; readonly refused: string };

/** The largest trace file that is read: more is neither parsed nor drawn in good time. */
export const MAX_FILE_BYTES = 200 * 1024 * 1024;
