/** The question for the lines of a program that explain a span: `source/codeLines.ts` says how they are found. */

/** `P`: a place as whoever asks knows it. */
export type LineQuestion<P> =
  /** `above`: where else to look, the nearest first: the frames of an error, the places of the spans above. */
  | { readonly kind: "called" | "limited" | "retried"; readonly above: readonly P[] }
  | { readonly kind: "waits" | "busy" | "registered" }
  /** `status`: the code of the answer, where it has one; `message`: what the failure says. */
  | {
      readonly kind: "failed";
      readonly status?: number | undefined;
      readonly message?: string | undefined;
    };
