/** The interface of a format of trace files, and how it sees a file: parsed once, whatever it turns out to be. Pure. */

import type { Problem } from "../model/problem.ts";
import type { SpanRecords } from "../model/spanRecord.ts";
import { isObject, type JsonObject } from "./values/jsonObject.ts";

/** A file without its wrapping: unzipped, decoded, parsed if it is JSON. */
export type FileContent =
  /**
   * Every value that stands alone: the elements of an array, of an array of arrays, the lines of NDJSON, objects one
   * after the other. Integers beyond 2^53 are strings of their digits.
   */
  | { readonly kind: "json"; readonly items: readonly unknown[] }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array };

/** The facts that a reader knows besides the content. */
export interface FileContext {
  /** Named in the details as the source: the file's name. */
  readonly store: string;
  /** For tasks that still run. */
  readonly nowUnixMs: number;
}

/** One row of the table of formats. Bad data is a problem among the records; only bugs throw. */
export interface TraceFormat {
  readonly name: string;
  /** Whether any part of the file is of this format. */
  matches(content: FileContent): boolean;
  read(content: FileContent, context: FileContext): SpanRecords;
  /** Whether its times may count from anything; those of others count from 1970, in a unit of the format's own. */
  readonly countsFreely?: true;
  /** Whether the format explains the value; absent where a file is read whole. */
  explains?(item: unknown): boolean;
}

/**
 * A format whose files are JSON: what is not its own among the items is counted in a note. Items that belong to it and
 * hold no span, like the head of an envelope, are given to its reader too.
 */
export function jsonFormat(
  name: string,
  isMine: (item: JsonObject) => boolean,
  readItems: (items: readonly JsonObject[], context: FileContext) => SpanRecords,
  isBeside: (item: JsonObject) => boolean = () => false,
): TraceFormat {
  const isOwn = (item: unknown): item is JsonObject => isObject(item) && isMine(item);
  const isRead = (item: unknown): item is JsonObject =>
    isObject(item) && (isMine(item) || isBeside(item));
  return {
    name,
    matches: content => content.kind === "json" && content.items.some(isOwn),
    explains: isRead,
    read(content, context) {
      const items = content.kind === "json" ? content.items : [];
      const readable = items.filter(isRead);
      const { records, problems } = readItems(readable, context);
      const strangers = items.length - readable.length;
      return {
        records,
        problems:
          strangers === 0
            ? problems
            : [...problems, note(context, `${strangers} of ${items.length} are not ${name}`)],
      };
    },
  };
}

/** A format whose files are text of another kind. */
export function textFormat(
  name: string,
  isMine: (text: string) => boolean,
  readText: (text: string, context: FileContext) => SpanRecords,
): TraceFormat {
  return {
    name,
    matches: content => content.kind === "text" && isMine(content.text),
    read: (content, context) => readText(content.kind === "text" ? content.text : "", context),
  };
}

/** Notes what a reader could not read, in words. */
export function note(context: Pick<FileContext, "store">, text: string): Problem {
  return { code: "storeNote", spans: [], store: context.store, text };
}

/** Notes each of what was counted, unless there is none of it. */
export function notes(
  context: Pick<FileContext, "store">,
  ...counted: readonly (readonly [count: number, text: string])[]
): readonly Problem[] {
  return counted.flatMap(([count, text]) => (count === 0 ? [] : note(context, text)));
}
