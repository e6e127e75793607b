/** An id found in a text. Pure. */

export interface IdMatch {
  /** As a store knows it: canonical, decimal Datadog ids as hex; empty for what only looks like an id. */
  readonly id: string;
  /** Offsets of the id in the text, end exclusive. */
  readonly start: number;
  readonly end: number;
  readonly isCertain: boolean;
  /** The kind of thing that it is likely to name; `any` where only a store can tell. */
  readonly role: "trace" | "span" | "task" | "any";
}

/** Whether the line at an offset was written by a program that ran, and not by who writes programs. */
export type IsLogAt = (offset: number) => boolean;
