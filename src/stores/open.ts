/** Configuration becomes stores. A store whose settings cannot be used is still a store: one that says so. */

import { assertNever } from "../base/assert.ts";
import { TraceError } from "../model/failure.ts";
import type { HttpStoreConfig, StoreConfig } from "../model/storeConfig.ts";
import { badAddressReasons, parseStoreAddress, type Credentials } from "../model/storeAddress.ts";
import type { TraceStore } from "../model/traceStore.ts";

export interface OpenStoreOptions {
  readonly timeoutMs: number;
  /** The bundle that reads trace files in a thread of its own. */
  readonly fileWorkerPath: string;
  /** Asked when a connection is made, never kept. */
  readonly credentials: Credentials | undefined;
}

const UNSAFE_IN_SETTING = /[\s\\\u0000-\u001f\u007f]/;

/** Every kind of store is loaded when the first of it is opened. Rejects with `storeMisconfigured`. */
export async function openStore(
  config: StoreConfig,
  { timeoutMs, fileWorkerPath, credentials }: OpenStoreOptions,
): Promise<TraceStore> {
  switch (config.kind) {
    case "mongodb": {
      const { openMongoStore } = await import("./mongodb/mongoStore.ts");
      const staleAfterMs = (config.staleAfterSeconds ?? 600) * 1_000;
      return openMongoStore({ ...config, credentials, staleAfterMs, timeoutMs });
    }
    case "file": {
      const { openFileStore } = await import("./file/fileStore.ts");
      return openFileStore({ ...config, workerPath: fileWorkerPath });
    }
    case "jaeger": {
      const { openJaegerStore } = await import("./jaeger/jaegerStore.ts");
      return openJaegerStore({ ...config, credentials, timeoutMs });
    }
    case "zipkin": {
      const { openZipkinStore } = await import("./zipkin/zipkinStore.ts");
      return openZipkinStore({ ...config, credentials, timeoutMs });
    }
    case "skywalking": {
      const { openSkywalkingStore } = await import("./skywalking/skywalkingStore.ts");
      return openSkywalkingStore({ ...config, credentials, timeoutMs });
    }
    case "tempo": {
      const { openTempoStore } = await import("./tempo/tempoStore.ts");
      return openTempoStore({ ...config, credentials, timeoutMs });
    }
    default:
      return assertNever(config);
  }
}

/** An entry of the setting: what it says, or why it says nothing. */
export type CheckedConfig =
  | { readonly kind: "config"; readonly config: StoreConfig }
  | { readonly kind: "broken"; readonly name: string; readonly error: TraceError };

/**
 * Checks what a setting holds, which is anything at all until it has been looked at. `taken`: names that are in use.
 */
export function checkStoreConfigs(
  value: unknown,
  namesInUse: readonly string[],
): readonly CheckedConfig[] {
  const names = new Set(namesInUse);
  const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
  return entries.map(entry => {
    const name = (entry as Partial<StoreConfig> | null | undefined)?.name;
    try {
      const config = checkStoreConfig(entry);
      // Answers are told by the store's name, and secrets kept by it.
      if (names.has(config.name)) throw misconfigured(config.name, "another store has this name");
      names.add(config.name);
      return { kind: "config", config };
    } catch (error) {
      if (!(error instanceof TraceError)) throw error;
      return { kind: "broken", name: typeof name === "string" ? name : "?", error };
    }
  });
}

function checkStoreConfig(value: unknown): StoreConfig {
  const config = (typeof value === "object" && value !== null ? value : {}) as Partial<StoreConfig>;
  const store = typeof config.name === "string" && config.name !== "" ? config.name : "?";
  if (store === "?") throw misconfigured(store, "it has no name");
  switch (config.kind) {
    case "mongodb":
      requireUrl(config, store, "mongodb", "mongodb:// or mongodb+srv://");
      break;
    case "jaeger":
    case "zipkin":
    case "skywalking":
    case "tempo":
      requireUrl(config, store, "http", "http:// or https://");
      checkHttpConfig(config, store);
      break;
    case "file":
      if (typeof config.path !== "string" || config.path === "") {
        throw misconfigured(store, "path must name a file or a folder");
      }
      break;
    default:
      throw misconfigured(
        store,
        `kind “${String((config as { kind?: unknown }).kind)}” is not known`,
      );
  }
  return config as StoreConfig;
}

function requireUrl(
  { url }: { readonly url?: unknown },
  store: string,
  scheme: "mongodb" | "http",
  beginnings: string,
): void {
  const text = typeof url === "string" ? url.trim() : "";
  // Only a password that is being pasted may hold them, and it is not saved.
  if (UNSAFE_IN_SETTING.test(text)) {
    throw misconfigured(store, `url: ${badAddressReasons.characters}`);
  }
  const address = parseStoreAddress(text);
  if (address.kind === "address" && address.scheme.startsWith(scheme)) return;
  const isOther = address.kind === "address" || address.fault === "scheme";
  const reason = isOther ? `it must begin with ${beginnings}` : badAddressReasons[address.fault];
  throw misconfigured(store, `url: ${reason}`);
}

function checkHttpConfig(config: Partial<HttpStoreConfig>, store: string): void {
  for (const key of ["tenant", "caFile", "authHeader"] as const) {
    const value: unknown = config[key];
    if (value !== undefined && typeof value !== "string") {
      throw misconfigured(store, `${key} must be text`);
    }
  }
  const { auth = "basic", headers = {} } = config;
  if (!["basic", "bearer", "header"].includes(auth)) {
    throw misconfigured(store, `auth “${auth}” is not known`);
  }
  const isMap = typeof headers === "object" && !Array.isArray(headers);
  if (!isMap || Object.values(headers).some((each: unknown) => typeof each !== "string")) {
    throw misconfigured(store, "headers must be names with texts");
  }
}

function misconfigured(store: string, reason: string): TraceError {
  return new TraceError({ code: "storeMisconfigured", store, reason });
}

/** Answers every question with the failure that kept it from opening. */
export function createBrokenStore(
  config: Pick<TraceStore, "kind" | "name">,
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
