/**
 * The settings that a user writes in `traceside.stores`. Passwords are not part of it: they live in the secret storage.
 */

import type { ProductKind } from "./failure.ts";

export interface MongoStoreConfig {
  readonly kind: "mongodb";
  readonly name: string;
  /** A connection string without a password. */
  readonly url: string;
  readonly database?: string;
  readonly profile?: "funboost" | "celery";
  /** Field paths by id, tried in order. */
  readonly fields?: Readonly<
    Partial<Record<"traceId" | "taskId" | "parentTaskId" | "depth" | "spanId", readonly string[]>>
  >;
  /** Collections to read; `*` stands for any text. */
  readonly collections?: {
    readonly include?: readonly string[];
    readonly exclude?: readonly string[];
  };
  /** A task still `running` whose document is older than this counts as "no heartbeat". */
  readonly staleAfterSeconds?: number;
}

/** Servers that are asked by HTTP. The credentials' user name is empty for a token. */
export interface HttpStoreConfig {
  readonly kind: ProductKind;
  readonly name: string;
  /** Scheme, host, port and base path. */
  readonly url: string;
  /** Sent with every question; no secrets. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly tenant?: string;
  /** How the credentials are sent; absent: Basic where there is a user name, else Bearer. */
  readonly auth?: "basic" | "bearer" | "header";
  /** For `auth: "header"`: the header that carries the secret. */
  readonly authHeader?: string;
  /** Certificates of authorities to trust besides the usual ones, in PEM. */
  readonly caFile?: string;
}

export interface FileStoreConfig {
  readonly kind: "file";
  readonly name: string;
  /** A trace file, or a folder of them. */
  readonly path: string;
}

export type StoreConfig = MongoStoreConfig | HttpStoreConfig | FileStoreConfig;

/** The stores that have a server, which may ask for credentials. */
export type ServerConfig = MongoStoreConfig | HttpStoreConfig;

export function hasServer(config: StoreConfig): config is ServerConfig {
  return config.kind !== "file";
}
