/** The answers of an HTTP receiver, as values: routes, requests, answers, refusals. Knows no socket. */

import type { IngestResult } from "../../model/spanSink.ts";

export interface HttpRequest {
  readonly path: string;
  /** The texts that stand for `{name}` in the route's path, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Without its parameters and in lower case: `application/json`. Empty where the sender did not say. */
  readonly contentType: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Data comes in by `POST`; browsers on this machine may send it. */
export interface IngestRoute {
  readonly kind: "ingest";
  readonly path: string;
  readonly carries: "spans" | "logs" | "nothing";
  /** Others are refused with 415. Absent: the route looks for itself. */
  readonly contentTypes?: readonly string[];
  /** The body is decompressed. Rejects with `HttpRefusal`, `WireError`, `SinkBusy`, or why the store failed. */
  keep(body: Uint8Array, request: HttpRequest): Promise<IngestResult>;
  accept(kept: IngestResult, request: HttpRequest): HttpAnswer;
  refuse(refusal: HttpRefusal, request: HttpRequest): HttpAnswer;
}

/** Data is read by `GET`. No page of any origin may. */
export interface ReadRoute {
  readonly kind: "read";
  /** `{name}` stands for one segment: `/api/traces/{traceId}`. */
  readonly path: string;
  /** The signal is aborted when the client goes away. May reject with `HttpRefusal`. */
  answer(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
}

/** A question that is asked by `POST`. No page of any origin may ask. */
export interface CallRoute {
  readonly kind: "call";
  readonly path: string;
  /** The body is decompressed. The signal is aborted when the client goes away. May reject with `HttpRefusal`. */
  answer(request: HttpRequest, body: Uint8Array, signal: AbortSignal): Promise<HttpAnswer>;
}

export type Route = IngestRoute | ReadRoute | CallRoute;

/** The request is not granted; the reason is for the one who sent it. */
export class HttpRefusal extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, reason: string, headers: Readonly<Record<string, string>> = {}) {
    super(reason);
    this.name = "HttpRefusal";
    this.status = status;
    this.headers = headers;
  }
}

export function textAnswer({ status, headers, message }: HttpRefusal): HttpAnswer {
  const type = { "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff" };
  return { status, headers: { ...type, ...headers }, body: `${message}\n` };
}

/** For protocols that know no partial success: where nothing at all could be kept, the sender should know. */
export function acceptAll({
  stored,
  rejected,
  reason = "no span can be kept",
}: IngestResult): HttpAnswer {
  return stored === 0 && rejected > 0 ? textAnswer(new HttpRefusal(400, reason)) : { status: 202 };
}

export interface FoundRoute {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Every route of the path, whatever its method. */
export function findRoutes(routes: readonly Route[], path: string): readonly FoundRoute[] {
  const segments = path.split("/");
  return routes.flatMap(route => {
    const parameters = matchPath(route.path.split("/"), segments);
    return parameters === undefined ? [] : [{ route, parameters }];
  });
}

function matchPath(
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? "";
    const name = /^\{(\w+)\}$/.exec(expected)?.[1];
    if (name === undefined) {
      if (segment !== expected) return undefined;
      continue;
    }
    const value = decodeSegment(segment);
    if (value === "") return undefined;
    parameters[name] = value;
  }
  return parameters;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    // A percent sign without its two digits.
    if (!(error instanceof URIError)) throw error;
    return segment;
  }
}
