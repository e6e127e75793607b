/** The errors that the driver throws become `Failure`s, free of every secret. */

import {
  BSON,
  MongoAPIError,
  MongoError,
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoOperationTimeoutError,
  MongoParseError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from "mongodb";
import { TraceError, type Failure } from "../../model/failure.ts";
import { hideSecrets } from "../hideSecrets.ts";
import { inPlainWords } from "../networkWords.ts";

export interface FailureContext {
  readonly store: string;
  /** Hosts and ports, without credentials. */
  readonly address: string;
  readonly timeoutMs: number;
  /** Taken out of whatever the driver says. */
  readonly secrets: readonly string[];
}

const AUTHENTICATION_CODES = [
  13, // Unauthorized
  18, // AuthenticationFailed
  8_000, // Atlas: bad auth
];
const MAX_TIME_EXPIRED = 50;

/** A `TraceError` for what may be expected of a server; anything else is a bug and comes back as it is. */
export function toTraceError(error: unknown, context: FailureContext): unknown {
  if (error instanceof TraceError) return error;
  const failure = toFailure(error, context);
  if (failure === undefined) return error;
  // Not the driver's own error: it may hold the connection string.
  const cause = new Error(hideSecrets(String(error), context.secrets));
  return new TraceError(failure, { cause });
}

/** Whether the server gave up on a question because its time was over. */
export function isOutOfTime(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === MAX_TIME_EXPIRED;
}

export function isForbidden(error: unknown): boolean {
  return error instanceof MongoServerError && AUTHENTICATION_CODES.includes(Number(error.code));
}

function toFailure(error: unknown, context: FailureContext): Failure | undefined {
  if (!(error instanceof Error)) return undefined;
  const { store, address, timeoutMs, secrets } = context;
  const reason = hideSecrets(error.message, secrets);
  if (isForbidden(error)) return { code: "storeUnauthorized", store, reason };
  if (isOutOfTime(error) || error instanceof MongoOperationTimeoutError) {
    return { code: "storeTimeout", store, afterMs: timeoutMs };
  }
  if (
    error instanceof MongoServerSelectionError ||
    error instanceof MongoNetworkError ||
    error instanceof MongoNetworkTimeoutError ||
    error instanceof MongoTopologyClosedError ||
    isDnsError(error)
  ) {
    return { code: "storeUnreachable", store, address, reason: inPlainWords(reason) };
  }
  if (error instanceof MongoParseError || error instanceof MongoAPIError) {
    return { code: "storeMisconfigured", store, reason };
  }
  // What cannot be written as BSON, as a field's name or a pattern with a null byte in it, the server never sees.
  const isRefused = error instanceof MongoError || error instanceof BSON.BSONError;
  return isRefused ? { code: "storeRefused", store, reason } : undefined;
}

/** Looking up `mongodb+srv` fails before the driver has an error of its own. */
function isDnsError(error: Error): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return typeof code === "string" && /^(?:query|getaddrinfo|connect)/.test(syscall ?? "");
}
