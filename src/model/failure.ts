/** Expected failures as facts. They know no words: `platform/report.ts` owns those, and tests compare `code`. */

export type Failure =
  | {
      readonly code: "storeUnreachable";
      readonly store: string;
      readonly address: string;
      readonly reason: string;
    }
  | { readonly code: "storeTimeout"; readonly store: string; readonly afterMs: number }
  | { readonly code: "storeUnauthorized"; readonly store: string; readonly reason: string }
  | { readonly code: "storeRefused"; readonly store: string; readonly reason: string }
  | { readonly code: "storeMisconfigured"; readonly store: string; readonly reason: string }
  | { readonly code: "notFound"; readonly id: string; readonly answers: readonly StoreAnswer[] }
  | { readonly code: "noId"; readonly text: string }
  | { readonly code: "unreadableFile"; readonly path: string; readonly reason: string };

/** How one store answered a question. */
export type StoreAnswer =
  | { readonly kind: "found"; readonly store: string; readonly tookMs: number }
  | { readonly kind: "notFound"; readonly store: string; readonly tookMs: number }
  | { readonly kind: "failed"; readonly store: string; readonly failure: Failure }
  | { readonly kind: "waiting"; readonly store: string };

export class TraceError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.code, options);
    this.name = "TraceError";
    this.failure = failure;
  }
}

/**
 * The failure inside an error, or `undefined` for a bug. By name, not by class: what is loaded on first use is a bundle
 * of its own, with a class of its own.
 */
export function getFailure(error: unknown): Failure | undefined {
  return error instanceof Error && error.name === "TraceError" && "failure" in error
    ? (error.failure as Failure)
    : undefined;
}
