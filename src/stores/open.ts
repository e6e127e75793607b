/** Configuration becomes stores. A store whose settings cannot be used is still a store: one that says so. */

import { TraceError } from "../model/failure.ts";
import type { StoreConfig } from "../model/storeConfig.ts";
import type { TraceStore } from "./traceStore.ts";

export interface OpenStoreOptions {
  readonly timeoutMs: number;
  /** Asked when a connection is made, never kept. */
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
}

/** Rejects with `storeMisconfigured`. */
export async function openStore(
  config: StoreConfig,
  { timeoutMs, credentials }: OpenStoreOptions,
): Promise<TraceStore> {
  const { openMongoStore } = await import("./mongodb/mongoStore.ts");
  return openMongoStore({
    ...config,
    credentials,
    staleAfterMs: (config.staleAfterSeconds ?? 600) * 1_000,
    timeoutMs,
  });
}

/** What a setting holds is anything at all until it has been looked at. */
export function checkStoreConfig(value: unknown): StoreConfig {
  const config = (typeof value === "object" && value !== null ? value : {}) as Partial<StoreConfig>;
  const store = typeof config.name === "string" && config.name !== "" ? config.name : "?";
  const misconfigured = (reason: string): TraceError =>
    new TraceError({ code: "storeMisconfigured", store, reason });
  if (store === "?") throw misconfigured("it has no name");
  if (config.kind !== "mongodb") throw misconfigured(`kind “${String(config.kind)}” is not known`);
  if (typeof config.url !== "string" || !/^mongodb(\+srv)?:\/\//.test(config.url)) {
    throw misconfigured("url must begin with mongodb:// or mongodb+srv://");
  }
  return config as StoreConfig;
}

/** Answers every question with the failure that kept it from opening. */
export function createBrokenStore(
  config: Pick<StoreConfig, "kind" | "name">,
  error: Error,
): TraceStore {
  const fail = (): Promise<never> => Promise.reject(error);
  return {
    kind: config.kind,
    name: config.name,
    readTrace: fail,
    findId: fail,
    readChildren: fail,
    searchTraces: fail,
    listServices: fail,
    listOperations: fail,
    checkHealth: fail,
    dispose: () => undefined,
  };
}
