import { afterAll } from "vitest";
import type { HttpStoreOptions } from "../../src/stores/http/httpClient.ts";
import type { TraceStore } from "../../src/model/traceStore.ts";

type Options = Partial<HttpStoreOptions> & { readonly url: string };

/** Call at the top of a test file: opens stores of one kind, which are disposed at the file's end. */
export function useStoresOf(
  name: string,
  openStore: (options: HttpStoreOptions) => TraceStore,
): (options: Options) => TraceStore {
  const stores: TraceStore[] = [];
  afterAll(() => {
    for (const store of stores) store.dispose();
  });
  return options => {
    const store = openStore({ name, timeoutMs: 20_000, ...options });
    stores.push(store);
    return store;
  };
}
