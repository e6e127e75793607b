/** One MongoDB server or cluster: its client, its address, and questions with a deadline. Knows no documents. */

import { MongoClient, type MongoClientOptions } from "mongodb";
import type { Disposable } from "../../base/disposables.ts";
import { TraceError } from "../../model/failure.ts";
import {
  badAddressReasons,
  parseStoreAddress,
  type Credentials,
} from "../../model/storeAddress.ts";
import { hideSecrets } from "../hideSecrets.ts";
import { toTraceError, type FailureContext } from "./mongoFailure.ts";

export interface MongoConnectionOptions {
  readonly name: string;
  readonly url: string;
  readonly credentials?: Credentials;
  readonly timeoutMs: number;
}

/** One question while it is being answered. */
export interface Call {
  readonly signal: AbortSignal;
  /**
   * Returns the time that is left for slow parts, so that what was found so far can still be told in time; never
   * negative.
   */
  remainingMs(): number;
}

/** How much of the deadline slow parts may use. */
const SLOW_SHARE = 0.8;
const SERVER_SELECTION_MS = 3_000;

export class MongoConnection implements Disposable {
  readonly client: MongoClient;
  readonly #context: FailureContext;
  readonly #disposal = new AbortController();

  /** Connects to nothing yet. Throws `storeMisconfigured`. */
  constructor({ name, url, timeoutMs, ...options }: MongoConnectionOptions) {
    const address = parseStoreAddress(url);
    if (address.kind === "bad") {
      const reason = `url: ${badAddressReasons[address.fault]}`;
      throw new TraceError({ code: "storeMisconfigured", store: name, reason });
    }
    const credentials = options.credentials ?? address.credentials;
    const { username = "", password = "" } = credentials ?? {};
    const secretOptions = { ...address.credentials?.options, ...credentials?.options };
    const secrets = [password, username, ...Object.values(secretOptions)];
    const context = { store: name, address: "", timeoutMs, secrets };
    try {
      // The driver never sees a user in the address, so that it cannot quote one.
      this.client = new MongoClient(
        withOptions(address.url, secretOptions),
        toClientOptions(address.url, credentials, timeoutMs),
      );
    } catch (error) {
      const reason = hideSecrets(error instanceof Error ? error.message : String(error), secrets);
      throw new TraceError({ code: "storeMisconfigured", store: name, reason });
    }
    const { srvHost, hosts } = this.client.options;
    if (hosts.some(({ host, socketPath }) => !host && !socketPath)) {
      // The driver would notice only when it connects, where nobody can catch it.
      throw new TraceError({ code: "storeMisconfigured", store: name, reason: "a host is empty" });
    }
    this.#context = { ...context, address: srvHost ?? hosts.map(String).join(", ") };
  }

  /** The database that the connection string names, if any. */
  get urlDatabase(): string | undefined {
    const { dbName } = this.client.options;
    return dbName === "" || dbName === "test" || dbName === "admin" ? undefined : dbName;
  }

  /**
   * Runs one question. Rejects with the signal's reason when it is aborted, at once, whatever the driver does
   * meanwhile; with a `TraceError` when the server cannot answer in time or at all.
   */
  async ask<T>(signal: AbortSignal, question: (call: Call) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const { store, timeoutMs } = this.#context;
    const deadline = AbortSignal.timeout(timeoutMs);
    const startMs = performance.now();
    const combined = AbortSignal.any([signal, deadline, this.#disposal.signal]);
    const call: Call = {
      signal: combined,
      remainingMs: () => Math.max(0, timeoutMs * SLOW_SHARE - (performance.now() - startMs)),
    };
    try {
      return await untilAborted(question(call), combined);
    } catch (error) {
      signal.throwIfAborted();
      throw deadline.aborted
        ? new TraceError({ code: "storeTimeout", store, afterMs: timeoutMs })
        : toTraceError(error, this.#context);
    }
  }

  /** As `ask`, without a deadline: for work that the user agreed to wait for. */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await untilAborted(work(), AbortSignal.any([signal, this.#disposal.signal]));
    } catch (error) {
      signal.throwIfAborted();
      throw toTraceError(error, this.#context);
    }
  }

  dispose(): void {
    if (this.#disposal.signal.aborted) return;
    const { store, address } = this.#context;
    const reason = "the connection was closed";
    this.#disposal.abort(new TraceError({ code: "storeUnreachable", store, address, reason }));
    // Nobody waits for the sockets, and a failure to close them harms nobody.
    this.client.close(true).catch(() => undefined);
  }
}

function toClientOptions(
  url: string,
  credentials: MongoConnectionOptions["credentials"],
  timeoutMs: number,
): MongoClientOptions {
  // What the connection string says goes first.
  const isSet = (option: string): boolean => new RegExp(`[?&]${option}=`, "i").test(url);
  return {
    ...(!isSet("appName") && { appName: "Traceside" }),
    ...(!isSet("readPreference") && { readPreference: "secondaryPreferred" }),
    ...(!isSet("serverSelectionTimeoutMS") && {
      serverSelectionTimeoutMS: Math.min(SERVER_SELECTION_MS, timeoutMs * SLOW_SHARE),
    }),
    ...(!isSet("maxPoolSize") && { maxPoolSize: 10 }),
    ...(hasUser(credentials) && { auth: toAuth(credentials) }),
  };
}

/** Keys of a proxy or of AWS may come without a user. */
function hasUser(credentials: Credentials | undefined): credentials is Credentials {
  return credentials !== undefined && credentials.username + credentials.password !== "";
}

/** The driver takes its options from the address alone. */
function withOptions(url: string, options: NonNullable<Credentials["options"]>): string {
  const query = new URLSearchParams(Object.entries(options)).toString();
  if (query === "") return url;
  // Between the hosts and the options stands the database's name, or nothing.
  const place = url.includes("?") || /\/\/[^/]*\//.test(url) ? url : `${url}/`;
  return place + (url.includes("?") ? "&" : "?") + query.replaceAll("+", "%20");
}

/** Ways that know no password refuse an empty one. */
function toAuth({ username, password }: Credentials): { username: string; password?: string } {
  return { username, ...(password !== "" && { password }) };
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener("abort", stop);
  }
}
