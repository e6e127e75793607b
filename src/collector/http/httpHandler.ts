/**
 * Answers the requests of an HTTP receiver by its routes: who may ask, how much, and what became of it. Knows no format
 * and no store.
 */

import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { reasonOf } from "../../model/failure.ts";
import { WireError } from "../../formats/encodings/protoReader.ts";
import { checkToken, TOKEN_HEADER, WrongToken } from "../exposure.ts";
import { countResult, type MutableCounters } from "../receiver.ts";
import { SinkBusy, type IngestResult } from "../../model/spanSink.ts";
import {
  corsHeaders,
  isFromOtherPage,
  isLocalOrigin,
  isLoopbackHost,
  preflightHeaders,
} from "./localOnly.ts";
import type { ReceiveBudget } from "../receiveBudget.ts";
import { readRequestBody, RequestAborted } from "./requestBody.ts";
import {
  findRoutes,
  HttpRefusal,
  textAnswer,
  type CallRoute,
  type FoundRoute,
  type HttpAnswer,
  type HttpRequest,
  type IngestRoute,
  type Route,
} from "./route.ts";

export interface HttpHandlerOptions {
  readonly budget: ReceiveBudget;
  readonly routes: readonly Route[];
  readonly counters: MutableCounters;
  /** Beyond loopback: every request must show it, by whatever name it calls this machine. */
  readonly token?: string;
  /** Reports an error that should not have happened; its sender was told 500, or 503 where it should send again. */
  readonly onBug: (error: unknown) => void;
}

/** For a body that is not read on, the time that its sender has to see why. */
const LINGER_MS = 2_000;
/** For a store that failed: longer than for a busy one, shorter than exporters try. */
const STORE_RETRY_SECONDS = "5";

export class HttpHandler {
  readonly #options: HttpHandlerOptions;

  constructor(options: HttpHandlerOptions) {
    this.#options = options;
  }

  /** Never rejects. */
  async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      send(message, response, await this.#answer(message, response));
    } catch (error) {
      if (error instanceof RequestAborted) return;
      this.#options.onBug(error);
      send(message, response, textAnswer(new HttpRefusal(500, "an error of the receiver")));
    }
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<HttpAnswer> {
    let found: Found;
    try {
      found = this.#find(message);
    } catch (error) {
      return this.#refuse(toRefusal(error), textAnswer);
    }
    const { request, origin } = found;
    switch (found.method) {
      case "preflight":
        return {
          status: 204,
          headers:
            origin === undefined
              ? { Allow: "POST, OPTIONS" }
              : preflightHeaders(origin, message.headers["access-control-request-headers"]),
        };
      case "read":
        try {
          return await found.route.answer(request, signalOf(response));
        } catch (error) {
          return textAnswer(toRefusal(error));
        }
      case "call":
        return this.#call(found.route, request, message, signalOf(response));
      case "ingest": {
        const answer = await this.#ingest(found.route, request, message);
        if (origin === undefined) return answer;
        return { ...answer, headers: { ...answer.headers, ...corsHeaders(origin) } };
      }
    }
  }

  async #call(
    route: CallRoute,
    request: HttpRequest,
    message: IncomingMessage,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    try {
      const body = await readRequestBody(message, this.#options.budget);
      try {
        return await route.answer(request, body.bytes, signal);
      } finally {
        body.release();
      }
    } catch (error) {
      return textAnswer(toRefusal(error));
    }
  }

  async #ingest(
    route: IngestRoute,
    request: HttpRequest,
    message: IncomingMessage,
  ): Promise<HttpAnswer> {
    const { counters } = this.#options;
    counters.requests += 1;
    try {
      checkContentType(route, request);
      const body = await readRequestBody(message, this.#options.budget);
      counters.bytes += body.wireBytes;
      try {
        const result = await this.#keep(route, body.bytes, request);
        countResult(counters, route.carries, result);
        return route.accept(result, request);
      } finally {
        body.release();
      }
    } catch (error) {
      return this.#refuse(toRefusal(error), refusal => route.refuse(refusal, request));
    }
  }

  /** Whatever cannot be kept now, for a full disk or whatever reason, may be kept when it is sent again. */
  async #keep(route: IngestRoute, body: Uint8Array, request: HttpRequest): Promise<IngestResult> {
    try {
      return await route.keep(body, request);
    } catch (error) {
      if (isExpected(error)) throw error;
      this.#options.onBug(error);
      const reason = reasonOf(error);
      this.#options.counters.lastReason = reason;
      throw new HttpRefusal(503, reason, { "Retry-After": STORE_RETRY_SECONDS });
    }
  }

  /** Who is told to come again has lost nothing. */
  #refuse(refusal: HttpRefusal, toAnswer: (refusal: HttpRefusal) => HttpAnswer): HttpAnswer {
    if (!("Retry-After" in refusal.headers)) {
      this.#options.counters.rejected += 1;
      this.#options.counters.lastReason = refusal.message;
    }
    const answer = toAnswer(refusal);
    return { ...answer, headers: { ...answer.headers, ...refusal.headers } };
  }

  /** Throws a refusal where there is nothing to answer. */
  #find(message: IncomingMessage): Found {
    const { headers, method = "" } = message;
    const { token } = this.#options;
    if (token !== undefined) checkToken(token, readToken(headers));
    else if (!isLoopbackHost(headers.host)) {
      throw new HttpRefusal(
        403,
        "only requests to localhost, 127.0.0.1, [::1] or a container's name of this machine are answered",
      );
    }
    const { origin } = headers;
    if (origin !== undefined && !isLocalOrigin(origin)) {
      throw new HttpRefusal(403, "only pages of localhost may send");
    }
    const fetchSite = headers["sec-fetch-site"];
    const isOtherPage = isFromOtherPage(typeof fetchSite === "string" ? fetchSite : undefined);
    if (isOtherPage && origin === undefined) {
      throw new HttpRefusal(403, "no page of another origin may ask");
    }
    const url = parseUrl(message.url);
    // An endpoint that is configured with a slash at its end makes two.
    const path = url.pathname.replaceAll(/\/{2,}/g, "/").replace(/(?<=.)\/$/, "");
    const found = findRoutes(this.#options.routes, path);
    const toRequest = ({ parameters }: FoundRoute): HttpRequest => ({
      path,
      parameters,
      query: url.searchParams,
      headers,
      contentType: (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "",
    });
    for (const each of found) {
      const { route } = each;
      const request = toRequest(each);
      const isRead = method === "GET" || method === "HEAD";
      if (route.kind === "read" && isRead) {
        if (isOtherPage) throw new HttpRefusal(403, "no page of another origin may read");
        return { method: "read", route, request, origin };
      }
      if (route.kind === "call" && method === "POST") {
        if (isOtherPage) throw new HttpRefusal(403, "no page of another origin may ask");
        return { method: "call", route, request, origin };
      }
      if (route.kind !== "ingest") continue;
      if (method === "POST") return { method: "ingest", route, request, origin };
      if (method === "OPTIONS") return { method: "preflight", route, request, origin };
    }
    if (found.length === 0) throw this.#nothingAt(method, path);
    const allowed = new Set(found.map(({ route }) => methodsOf(route)));
    throw new HttpRefusal(405, `${method} is not answered here`, {
      Allow: [...allowed].join(", "),
    });
  }

  #nothingAt(method: string, path: string): HttpRefusal {
    const known = this.#options.routes.map(
      route => `${route.kind === "read" ? "GET" : "POST"} ${route.path}`,
    );
    return new HttpRefusal(404, `nothing answers ${method} ${path}, only ${known.join(", ")}`);
  }
}

interface FoundBase {
  readonly request: HttpRequest;
  readonly origin: string | undefined;
}
type Found =
  | (FoundBase & { readonly method: "read"; readonly route: Extract<Route, { kind: "read" }> })
  | (FoundBase & { readonly method: "call"; readonly route: CallRoute })
  | (FoundBase & { readonly method: "ingest" | "preflight"; readonly route: IngestRoute });

function methodsOf(route: Route): string {
  if (route.kind === "call") return "POST";
  return route.kind === "ingest" ? "POST, OPTIONS" : "GET, HEAD";
}

/** A path that begins with two slashes is a path all the same, and not an address without its scheme. */
function parseUrl(url = "/"): URL {
  const parsed = URL.parse(url.startsWith("/") ? `http://localhost${url}` : url);
  if (parsed === null) throw new HttpRefusal(400, "no valid address");
  return parsed;
}

function checkContentType({ contentTypes }: IngestRoute, { contentType }: HttpRequest): void {
  if (contentTypes === undefined || contentTypes.includes(contentType)) return;
  const was = contentType === "" ? "no Content-Type" : `Content-Type ${contentType}`;
  throw new HttpRefusal(415, `${was}, where ${contentTypes.join(" or ")} is read`);
}

function isExpected(error: unknown): boolean {
  return error instanceof HttpRefusal || error instanceof WireError || error instanceof SinkBusy;
}

/** Turns what is expected to go wrong into an answer; bugs are thrown on. */
function toRefusal(error: unknown): HttpRefusal {
  if (error instanceof HttpRefusal) return error;
  if (error instanceof WireError) return new HttpRefusal(400, error.message);
  if (error instanceof WrongToken) {
    return new HttpRefusal(401, error.message, { "WWW-Authenticate": "Bearer" });
  }
  if (error instanceof SinkBusy) {
    const seconds = Math.max(1, Math.ceil(error.retryAfterMs / 1000));
    return new HttpRefusal(429, error.message, { "Retry-After": String(seconds) });
  }
  throw error;
}

function readToken(headers: IncomingHttpHeaders): string | undefined {
  const shown = headers[TOKEN_HEADER] ?? headers.authorization;
  return typeof shown === "string" ? shown : shown?.[0];
}

/** Aborted when the answer can no longer reach anyone. */
function signalOf(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.on("close", () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

function send(message: IncomingMessage, response: ServerResponse, answer: HttpAnswer): void {
  if (response.headersSent || response.destroyed) return;
  const { status, headers = {}, body = "" } = answer;
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const isUnread = !message.complete;
  response.writeHead(status, {
    ...headers,
    ...(status !== 204 && { "Content-Length": bytes.length }),
    // What is left of a body is no request.
    ...(isUnread && { Connection: "close" }),
  });
  response.end(message.method === "HEAD" ? undefined : bytes);
  if (!isUnread) return;
  // Closed at once, the socket would be reset before its sender has read the answer.
  message.resume();
  const timer = setTimeout(() => message.socket.destroy(), LINGER_MS);
  message.socket.once("close", () => {
    clearTimeout(timer);
  });
}
