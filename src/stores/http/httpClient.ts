/**
 * One HTTP server as all stores that speak HTTP ask it: base path, credentials, tenant, TLS, redirects, a deadline and
 * a bound on what it may answer. Knows no product and no wire format.
 *
 * Credentials, tenant and headers go to the server that the settings name and to nobody else, wherever it redirects to.
 */

import { readFile } from "node:fs/promises";
import * as http from "node:http";
import * as https from "node:https";
import { rootCertificates } from "node:tls";
import type { Disposable } from "../../base/disposables.ts";
import { closeCutJson } from "../../formats/encodings/cutJson.ts";
import { parseJsonText } from "../../formats/encodings/jsonText.ts";
import { describeExcess } from "../../formats/excess.ts";
import { TraceError, type Failure } from "../../model/failure.ts";
import {
  badAddressReasons,
  parseStoreAddress,
  type Credentials,
} from "../../model/storeAddress.ts";
import type { HttpStoreConfig } from "../../model/storeConfig.ts";
import { ACCEPTED_ENCODINGS, readBody, type HttpAnswer } from "./httpBody.ts";
import {
  isPage,
  toPageFailure,
  toStatusFailure,
  toTraceError,
  type HttpFailureContext,
} from "./httpFailure.ts";

/** The settings of a store that is asked by HTTP, with its credentials. */
export interface HttpStoreOptions extends Omit<HttpStoreConfig, "kind"> {
  /** A token has no user name. */
  readonly credentials?: Credentials;
  readonly timeoutMs?: number;
  /** Bytes of one answer with whole traces; what is longer is cut, and says so. */
  readonly maxTraceBytes?: number;
}

export interface HttpQuestion {
  /** Below the base path: `/api/services`. */
  readonly path: string;
  /** Another base path than the settings' own, without a slash at the end. */
  readonly base?: string;
  /** A list is sent as its key again and again; `undefined` is left out. */
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  readonly accept?: string;
  /** Sent as JSON by POST. */
  readonly body?: unknown;
  /** Statuses that are answers to this question, beside 200 to 299. */
  readonly expected?: readonly number[];
  /** The answer holds whole traces, which may take longer than the store's deadline for other answers. */
  readonly isForTraces?: boolean;
  readonly maxBytes?: number;
}

export interface JsonAnswer {
  readonly status: number;
  /** One for an ordinary answer; servers that stream send several, one after the other. */
  readonly values: readonly unknown[];
  /** The answer was longer than the bound; what had come by then was closed and read. */
  readonly isCut: boolean;
}

const DEFAULT_TIMEOUT_MS = 5_000;
/** Whole traces may take this many times as long as a short answer. */
const TRACE_PATIENCE = 6;
const MIB = 1024 * 1024;
const MAX_TRACE_BYTES = 128 * MIB;
/** Lists of names, and whatever else is no trace: it is parsed in the thread that asks. */
const MAX_LIST_BYTES = 16 * MIB;
/** Bytes of an answer that is an error; nobody reads on. */
const MAX_ERROR_BYTES = 64 * 1024;
const MAX_REDIRECTS = 5;
/** The headers that a server may learn and that the settings do not name. */
const PUBLIC_HEADERS: ReadonlySet<string> = new Set(["accept", "accept-encoding", "user-agent"]);

export class HttpClient implements Disposable {
  readonly #base: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #context: HttpFailureContext;
  readonly #caFile: string | undefined;
  readonly #timeoutMs: number;
  readonly #maxTraceBytes: number;
  readonly #disposal = new AbortController();
  #agents: Promise<Agents> | undefined;

  /** Connects to nothing yet. `tenantHeader` is what the product calls it. Throws `storeMisconfigured`. */
  constructor(options: HttpStoreOptions, tenantHeader?: string) {
    const { base, ...own } = parseBase(options);
    const credentials = withUser(options.credentials ?? own.credentials);
    this.#base = base;
    this.#caFile = options.caFile;
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#maxTraceBytes = options.maxTraceBytes ?? MAX_TRACE_BYTES;
    this.#context = {
      store: options.name,
      address: addressOf(base),
      secrets: credentials === undefined ? [] : [credentials.password, toBasic(credentials)],
    };
    this.#headers = checkHeaders(options.name, {
      "user-agent": "Traceside",
      "accept-encoding": ACCEPTED_ENCODINGS,
      ...lowerKeys(options.headers ?? {}),
      ...(options.tenant !== undefined &&
        tenantHeader !== undefined && { [tenantHeader]: options.tenant }),
      ...(credentials !== undefined && toAuthHeader(options, credentials)),
    });
  }

  /** Scheme, host, port and base path, without credentials: to be shown. */
  get address(): string {
    return this.#context.address;
  }

  /** The store's name, for failures. */
  get store(): string {
    return this.#context.store;
  }

  /** Scheme, host and port. */
  get originUrl(): string {
    return this.#base.origin;
  }

  /** The base path, without a slash at the end. */
  get basePath(): string {
    return this.#base.pathname.replace(/\/+$/, "");
  }

  /** An answer of JSON. Rejects where it is anything else, above all a web page. */
  async askJson(question: HttpQuestion, signal: AbortSignal): Promise<JsonAnswer> {
    const answer = await this.ask({ accept: "application/json", ...question }, signal);
    // Nobody could say that a list of names is not whole.
    if (answer.isCut && question.isForTraces !== true && question.maxBytes === undefined) {
      throw new TraceError(this.#refuse(tooLong(answer)));
    }
    const { values, error } = this.readJson(answer);
    if (error !== undefined) throw new TraceError(error);
    return { status: answer.status, values, isCut: answer.isCut };
  }

  /** The JSON of an answer, or what it is instead. */
  readJson(answer: HttpAnswer): { readonly values: readonly unknown[]; readonly error?: Failure } {
    const excess = describeExcess(answer.bytes);
    if (excess !== undefined) {
      return { values: [], error: this.#refuse(`its answer has ${excess}`) };
    }
    const text = answer.bytes.toString("utf8");
    const { values, errors } = parseJsonText(answer.isCut ? closeCutJson(text) : text);
    if (values.length > 0) return { values };
    if (isPage(answer.contentType, text)) {
      return { values, error: toPageFailure(text, this.#context) };
    }
    const reason = answer.isCut
      ? tooLong(answer)
      : `its answer is not JSON: ${errors[0] ?? "it is empty"}`;
    return { values, error: this.#refuse(reason) };
  }

  /**
   * Rejects with the signal's reason when it is aborted; with a `TraceError` when the server cannot be reached, does not
   * answer in time, or answers with a status that is none of `expected`.
   */
  async ask(question: HttpQuestion, signal: AbortSignal): Promise<HttpAnswer> {
    signal.throwIfAborted();
    const afterMs = this.#timeoutMs * (question.isForTraces === true ? TRACE_PATIENCE : 1);
    const deadline = AbortSignal.timeout(afterMs);
    const combined = AbortSignal.any([signal, deadline, this.#disposal.signal]);
    try {
      const answer = await this.#follow(question, combined);
      combined.throwIfAborted();
      const { status } = answer;
      const isAnswer = status >= 200 && status < 300;
      if (isAnswer || question.expected?.includes(status) === true) return answer;
      throw new TraceError(toStatusFailure(answer, this.#context));
    } catch (error) {
      signal.throwIfAborted();
      this.#disposal.signal.throwIfAborted();
      const { store } = this.#context;
      throw deadline.aborted
        ? new TraceError({ code: "storeTimeout", store, afterMs })
        : toTraceError(error, this.#context);
    }
  }

  dispose(): void {
    if (this.#disposal.signal.aborted) return;
    const { store, address } = this.#context;
    const reason = "the connection was closed";
    this.#disposal.abort(new TraceError({ code: "storeUnreachable", store, address, reason }));
    void this.#agents?.then(
      ({ plain, secure }) => {
        plain.destroy();
        secure.destroy();
      },
      // The file of certificates could not be read: there are none to destroy.
      () => undefined,
    );
  }

  async #follow(question: HttpQuestion, signal: AbortSignal): Promise<HttpAnswer> {
    const body = question.body === undefined ? undefined : JSON.stringify(question.body);
    let url = this.#toUrl(question);
    for (let hops = 0; ; hops += 1) {
      const { answer, location } = await this.#send(url, question, body, signal);
      if (location === undefined) return answer;
      const target = URL.parse(location, url);
      const next = target !== null && isHttp(target) ? target : undefined;
      // The body of a question is for the server that the settings name.
      const mayFollow =
        body === undefined ||
        (next !== undefined && isSameServer(next, this.#base) && answer.status > 303);
      if (next === undefined || hops === MAX_REDIRECTS || !mayFollow) {
        const place = next === undefined ? "no address of HTTP" : addressOf(next);
        throw new TraceError(this.#refuse(`HTTP ${answer.status}: it redirects to ${place}`));
      }
      url = next;
    }
  }

  async #send(
    url: URL,
    question: HttpQuestion,
    body: string | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly answer: HttpAnswer; readonly location: string | undefined }> {
    const { plain, secure } = await (this.#agents ??= this.#createAgents());
    const isSecure = url.protocol === "https:";
    const request = (isSecure ? https : http).request(url, {
      method: body === undefined ? "GET" : "POST",
      agent: isSecure ? secure : plain,
      headers: this.#headersFor(url, question.accept, body),
      signal,
    });
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      request.once("response", resolve).once("error", reject);
      request.end(body);
    });
    // A socket that breaks while nobody reads must not end the editor's host.
    request.on("error", () => undefined);
    const status = response.statusCode ?? 0;
    const isGood = status < 300 || question.expected?.includes(status) === true;
    const { isForTraces, maxBytes = MAX_LIST_BYTES } = question;
    const bound = isForTraces === true ? this.#maxTraceBytes : maxBytes;
    const { bytes, isCut } = await readBody(response, isGood ? bound : MAX_ERROR_BYTES);
    const contentType = response.headers["content-type"] ?? "";
    const isRedirect = [301, 302, 303, 307, 308].includes(status);
    return {
      answer: { status, contentType, bytes, isCut, retryAfter: response.headers["retry-after"] },
      location: isRedirect ? response.headers.location : undefined,
    };
  }

  #toUrl({ path, base = this.basePath, query = {} }: HttpQuestion): URL {
    const url = new URL(this.#base);
    url.pathname = base + path;
    url.search = "";
    url.hash = "";
    for (const [key, value] of Object.entries(query)) {
      for (const each of [value ?? []].flat()) url.searchParams.append(key, String(each));
    }
    return url;
  }

  #headersFor(url: URL, accept = "*/*", body: string | undefined): http.OutgoingHttpHeaders {
    const headers = Object.entries(this.#headers);
    const isOurs = isSameServer(url, this.#base);
    return {
      ...Object.fromEntries(isOurs ? headers : headers.filter(([key]) => PUBLIC_HEADERS.has(key))),
      accept,
      ...(body !== undefined && { "content-type": "application/json" }),
    };
  }

  #refuse(reason: string): Failure {
    return { code: "storeRefused", store: this.#context.store, reason };
  }

  async #createAgents(): Promise<Agents> {
    const options = { keepAlive: true, maxSockets: 6 };
    const ca = this.#caFile === undefined ? undefined : await this.#readAuthorities(this.#caFile);
    return {
      plain: new http.Agent(options),
      secure: new https.Agent({ ...options, ...(ca !== undefined && { ca }) }),
    };
  }

  async #readAuthorities(path: string): Promise<string[]> {
    const { store } = this.#context;
    try {
      const text = await readFile(path, "utf8");
      if (text.includes("-----BEGIN CERTIFICATE-----")) return [...rootCertificates, text];
    } catch (error) {
      const reason = `caFile: ${(error as Error).message}`;
      throw new TraceError({ code: "storeMisconfigured", store, reason }, { cause: error });
    }
    const reason = `caFile: ${path} holds no certificate in PEM`;
    throw new TraceError({ code: "storeMisconfigured", store, reason });
  }
}

interface Agents {
  readonly plain: http.Agent;
  readonly secure: https.Agent;
}

function parseBase({ name, url }: HttpStoreOptions): {
  readonly base: URL;
  readonly credentials: Credentials | undefined;
} {
  const address = parseStoreAddress(url);
  const base = address.kind === "address" ? new URL(address.url) : undefined;
  if (address.kind === "address" && base !== undefined && isHttp(base)) {
    return { base, credentials: address.credentials };
  }
  const fault = address.kind === "bad" ? address.fault : "scheme";
  const reason = `url: ${badAddressReasons[fault]}`;
  throw new TraceError({ code: "storeMisconfigured", store: name, reason });
}

function tooLong({ bytes }: HttpAnswer): string {
  return `its answer is longer than ${Math.floor(bytes.length / MIB)} MiB`;
}

function isHttp({ protocol }: URL): boolean {
  return protocol === "http:" || protocol === "https:";
}

function isSameServer(a: URL, b: URL): boolean {
  return a.origin === b.origin;
}

function addressOf(url: URL): string {
  return url.origin + url.pathname.replace(/\/+$/, "");
}

/** Parameters of an address are not sent, secret or not. */
function withUser(credentials: Credentials | undefined): Credentials | undefined {
  const isEmpty = credentials?.username === "" && credentials.password === "";
  return isEmpty ? undefined : credentials;
}

function toAuthHeader(
  { auth, authHeader = "authorization" }: HttpStoreOptions,
  credentials: Credentials,
): Record<string, string> {
  const { username, password } = credentials;
  const kind = auth ?? (username === "" ? "bearer" : "basic");
  if (kind === "header") return { [authHeader.toLowerCase()]: password };
  if (kind === "bearer") return { authorization: `Bearer ${password}` };
  return { authorization: `Basic ${toBasic(credentials)}` };
}

function toBasic({ username, password }: Credentials): string {
  return Buffer.from(`${username}:${password}`, "utf8").toString("base64");
}

function lowerKeys(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([key, text]) => [key.toLowerCase(), text]),
  );
}

/** Node would throw an error that quotes the value. */
function checkHeaders(
  store: string,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  for (const [key, value] of Object.entries(headers)) {
    try {
      http.validateHeaderName(key);
      http.validateHeaderValue(key, value);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      const reason = `the header ${JSON.stringify(key)} cannot be sent`;
      throw new TraceError({ code: "storeMisconfigured", store, reason });
    }
  }
  return headers;
}
