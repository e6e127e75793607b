/** The errors between us and an HTTP server become a `Failure`, free of every secret. Knows no product. */

import { TraceError, type Failure } from "../../model/failure.ts";
import { hideSecrets } from "../hideSecrets.ts";
import type { HttpAnswer } from "./httpBody.ts";
import { inPlainWords } from "../networkWords.ts";

export interface HttpFailureContext {
  readonly store: string;
  /** Scheme, host, port and base path, without credentials. */
  readonly address: string;
  /** Taken out of whatever a server says. */
  readonly secrets: readonly string[];
}

const MAX_REASON_LENGTH = 300;
/** A page has its title among the first of its characters. */
const MAX_PAGE_HEAD = 64 * 1024;

const TLS_ON_PLAIN_PORT = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|EPROTO|INVALID_SSL/;
const UNTRUSTED =
  /SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|CERT_(?:HAS_EXPIRED|NOT_YET_VALID|UNTRUSTED|REVOKED)/;
/** The sentences that Go's server and nginx say, in clear text, to whoever speaks plain HTTP where TLS is spoken. */
const PLAIN_ON_TLS_PORT = /HTTP request (?:was sent )?to (?:an )?HTTPS (?:server|port)/i;

/** The codes by which Node's parser means that HTTP has not even begun. */
const NO_HTTP = /^HPE_(?:INVALID_(?:CONSTANT|VERSION|METHOD)|PAUSED_H2_UPGRADE|CLOSED_CONNECTION)$/;
/** The codes of zlib, Zstandard and Brotli. */
const UNPACKING = /^(?:Z_|ZSTD_|ERR__ERROR_)/;

/** A `TraceError` for what may be expected of a network; anything else is a bug and comes back as it is. */
export function toTraceError(error: unknown, context: HttpFailureContext): unknown {
  if (error instanceof TraceError || !(error instanceof Error)) return error;
  const { code = "" } = error as NodeJS.ErrnoException;
  const reason = describe(code, error.message);
  if (reason === undefined) return error;
  // Not Node's own error: it may hold the headers.
  const cause = new Error(hideSecrets(String(error), context.secrets));
  return new TraceError(unreachable(context, reason), { cause });
}

function describe(code: string, message: string): string | undefined {
  const text = `${code} ${message}`;
  if (TLS_ON_PLAIN_PORT.test(text)) {
    return "the port does not speak TLS; the address may have to begin with http://";
  }
  if (UNTRUSTED.test(text)) {
    // What Node advises after it is for whoever starts Node.
    const [fact = ""] = inPlainWords(message).split(";", 1);
    return `its certificate is not trusted (${fact})`;
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return "its certificate is for another host";
  if (code.startsWith("HPE_") && !NO_HTTP.test(code)) return `its answer breaks HTTP: ${message}`;
  if (code.startsWith("HPE_")) {
    return "the port does not speak HTTP/1; it may be one for gRPC, or for https://";
  }
  if (code === "Z_DATA_ERROR" || code === "Z_BUF_ERROR" || code === "ERR_STREAM_PREMATURE_CLOSE") {
    return "the connection broke in the middle of the answer";
  }
  if (UNPACKING.test(code)) return `its answer cannot be unpacked (${message})`;
  const isNetwork = code.startsWith("E") || code.startsWith("UND_") || code === "ABORT_ERR";
  return isNetwork ? inPlainWords(text.trim()) : undefined;
}

function unreachable(context: HttpFailureContext, reason: string): Failure {
  return {
    code: "storeUnreachable",
    store: context.store,
    address: context.address,
    reason: hideSecrets(reason, context.secrets),
  };
}

/** Returns the failure that a status means where it is no answer. Its bytes are the beginning of what came with it. */
export function toStatusFailure(
  { status, contentType, bytes, retryAfter = "" }: HttpAnswer,
  context: HttpFailureContext,
): Failure {
  const { store, address, secrets } = context;
  const body = bytes.toString("utf8");
  if (status === 400 && PLAIN_ON_TLS_PORT.test(body)) {
    return unreachable(context, "the port speaks TLS; the address must begin with https://");
  }
  const said = quote(isPage(contentType, body) ? pageTitle(body) : firstLine(body), secrets);
  const reason = `HTTP ${status}${said === "" ? "" : `: ${said}`}`;
  if (status === 401 || status === 403) return { code: "storeUnauthorized", store, reason };
  if (status === 404) {
    return { code: "storeRefused", store, reason: `${reason} (${address})` };
  }
  const waitMs = /^\d+$/.test(retryAfter)
    ? Number(retryAfter) * 1_000
    : Date.parse(retryAfter) - Date.now();
  const wait = waitMs > 0 ? `; it asks to wait ${Math.ceil(waitMs / 1_000)} s` : "";
  return { code: "storeRefused", store, reason: reason + wait };
}

export function toPageFailure(body: string, context: HttpFailureContext): Failure {
  const { store, address, secrets } = context;
  return { code: "storeSentPage", store, address, title: quote(pageTitle(body), secrets) };
}

/** Whether a browser would show it: a proxy's login page, a product's own user interface. */
export function isPage(contentType: string, body: string): boolean {
  return /^text\/html/i.test(contentType) || /^\s*<(?:!doctype html|html)/i.test(body);
}

/** Cut after the secrets are out of it: half of a password would not be known again. */
function quote(text: string, secrets: readonly string[]): string {
  return hideSecrets(text, secrets).slice(0, MAX_REASON_LENGTH);
}

function pageTitle(body: string): string {
  const head = body.slice(0, MAX_PAGE_HEAD);
  const [, title = ""] = /<title[^<>]*>([^<]*)/i.exec(head) ?? [];
  return title.replaceAll(/\s+/g, " ").trim();
}

/** Errors in JSON say what they mean in a field of many names. */
function firstLine(body: string): string {
  const [, message] =
    /"(?:message|msg|error|detail|title)"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(body) ?? [];
  const text = message === undefined ? body : message.replaceAll(/\\n|\\r/g, "\n");
  return (text.trim().split("\n", 1)[0] ?? "").trim();
}
