/** What a user writes in `traceside.stores`. Passwords are not part of it: they live in the secret storage. */

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

export type StoreConfig = MongoStoreConfig;
