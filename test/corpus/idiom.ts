/**
 * How frameworks' own documentation starts spans, declares routes and consumes messages, in every language: small
 * programs of our own, each with a span that it makes and the line where a click on it must land.
 * `▶` marks that line, and is taken out of the text.
 */

import { SpanKind } from "../../src/model/span.ts";

export interface Idiom {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  readonly name: string;
  /** Absent: nobody says which service it is. */
  readonly service?: string;
  readonly kind?: SpanKind;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A server that answers a route, and the span of a request for it. */
export function route(
  title: string,
  files: Readonly<Record<string, string>>,
  method: string,
  path: string,
): Idiom {
  const attributes = { "http.request.method": method, "http.route": path };
  return { title, files, name: `${method} ${path}`, kind: SpanKind.server, attributes };
}
