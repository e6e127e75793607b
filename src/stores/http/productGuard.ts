/**
 * Questions to a server that may not be the product that the settings say. A server that answered well once is what it
 * should be; until then a refusal may mean that it is another, which is worth a look. Knows no product.
 */

import { getFailure, type ProductKind } from "../../model/failure.ts";
import type { HttpClient } from "./httpClient.ts";
import { rejectAsOther } from "./httpProducts.ts";

/** A hover a second must not become a dozen questions a second. */
const VERDICT_MS = 10_000;

export class ProductGuard {
  readonly #client: HttpClient;
  readonly #expected: ProductKind;
  #isKnown = false;
  #verdict: { readonly error: unknown; readonly untilMs: number } | undefined;

  constructor(client: HttpClient, expected: ProductKind) {
    this.#client = client;
    this.#expected = expected;
  }

  /** Rejects as the question does, or with `wrongProduct`. */
  async ask<T>(question: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#verdict !== undefined && this.#verdict.untilMs > Date.now()) {
      throw this.#verdict.error;
    }
    try {
      const answer = await question();
      this.#isKnown = true;
      return answer;
    } catch (error) {
      if (this.#isKnown) throw error;
      try {
        return await rejectAsOther(this.#client, this.#expected, error, signal);
      } catch (verdict) {
        if (getFailure(verdict)?.code === "wrongProduct") {
          this.#verdict = { error: verdict, untilMs: Date.now() + VERDICT_MS };
        }
        throw verdict;
      }
    }
  }
}
