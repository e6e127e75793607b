/**
 * Links that open a trace in the editor from anywhere: `vscode://traceside.traceside/trace/ID?span=ID&store=NAME`. What
 * comes with one is asked of the stores and nothing else.
 */

import * as vscode from "vscode";
import type { Disposable } from "../../base/disposables.ts";
import { extensionId, type OpenTraceRequest } from "../../manifest.ts";

/** Ids are 32 digits, names of stores are words: what is longer was not made by us. */
const MOST_LETTERS = 400;

export function createTraceLink(traceId: string, spanId: string | undefined): string {
  const span = spanId === undefined ? "" : `?span=${encodeURIComponent(spanId)}`;
  return `${vscode.env.uriScheme}://${extensionId}/trace/${encodeURIComponent(traceId)}${span}`;
}

/** `undefined` for what is no such link. */
export function parseTraceLink({
  path,
  query,
}: Pick<vscode.Uri, "path" | "query">): OpenTraceRequest | undefined {
  const traceId = /^\/trace\/([^/]+)$/.exec(path)?.[1];
  if (traceId === undefined || path.length + query.length > MOST_LETTERS) return undefined;
  const asked = new URLSearchParams(query);
  return {
    traceId,
    span: asked.get("span") ?? undefined,
    store: asked.get("store") ?? undefined,
  };
}

export function registerTraceLinks(open: (request: OpenTraceRequest) => unknown): Disposable {
  return vscode.window.registerUriHandler({
    handleUri: uri => {
      const request = parseTraceLink(uri);
      if (request !== undefined) open(request);
    },
  });
}
