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
  /** A page for people where data was asked for: a proxy's login, a product's own user interface. */
  | {
      readonly code: "storeSentPage";
      readonly store: string;
      readonly address: string;
      /** Empty where the page has none. */
      readonly title: string;
    }
  /** The settings say that it is one product, and it answers as another. */
  | {
      readonly code: "wrongProduct";
      readonly store: string;
      readonly address: string;
      readonly expected: ProductKind;
      readonly found: ProductKind;
      /** Where the product's base path is, if not where the settings say. */
      readonly foundUrl: string;
    }
  | { readonly code: "notFound"; readonly id: string; readonly answers: readonly StoreAnswer[] }
  | { readonly code: "noId"; readonly text: string }
  | { readonly code: "unreadableFile"; readonly path: string; readonly reason: string };

export type FailureOf<Code extends Failure["code"]> = Extract<Failure, { readonly code: Code }>;

/** Servers that a store may turn out to be. */
export type ProductKind = "jaeger" | "zipkin" | "skywalking" | "tempo";

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

/** Why something failed, in the words of who failed: for senders and logs, which see no sentence of ours. */
export function reasonOf(error: unknown): string {
  const failure = getFailure(error);
  if (failure !== undefined && "reason" in failure) return failure.reason;
  if (failure?.code === "storeTimeout") return `no answer within ${failure.afterMs} ms`;
  return error instanceof Error ? error.message : String(error);
}
