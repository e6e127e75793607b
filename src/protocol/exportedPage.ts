/**
 * The content of a page that was exported: a whole trace, as text inside HTML. Written by the extension host, read by
 * the page itself, which answers its own questions from it.
 */

import type { StoreAnswer } from "../model/failure.ts";
import type { Problem } from "../model/problem.ts";
import type { SpanDetail } from "../model/spanDetail.ts";
import type { TraceColumns, TraceSource } from "../model/trace.ts";

/** Where in the page it stands: gzipped JSON in base64. */
export const exportedDataId = "traceside-data";

export interface ExportedTrace {
  readonly columns: PackedColumns;
  /** By span; absent for placeholders. */
  readonly details: readonly (SpanDetail | undefined | null)[];
  readonly spanIds: readonly string[];
  readonly problems: readonly Problem[];
  readonly answers: readonly StoreAnswer[];
  readonly sources: readonly TraceSource[];
  readonly words: Readonly<Record<string, string>>;
  readonly language: string;
  readonly queueWait: boolean;
}

/** Typed arrays as base64 of their bytes, little-endian; everything else as it is. */
export type PackedColumns = Readonly<Record<string, unknown>>;

interface PackedArray {
  readonly type: keyof typeof arrayTypes;
  readonly base64: string;
}

const arrayTypes = { Int32Array, Float64Array, Uint8Array } as const;

export function packColumns(columns: TraceColumns): PackedColumns {
  return Object.fromEntries(
    Object.entries(columns).map(([name, value]: [string, unknown]) => [
      name,
      ArrayBuffer.isView(value) ? packArray(value) : value,
    ]),
  );
}

export function unpackColumns(packed: PackedColumns): TraceColumns {
  return Object.fromEntries(
    Object.entries(packed).map(([name, value]) => [
      name,
      isPackedArray(value) ? unpackArray(value) : value,
    ]),
  ) as unknown as TraceColumns;
}

function packArray(view: ArrayBufferView): PackedArray {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const type = view.constructor.name as PackedArray["type"];
  return { type, base64: toBase64(bytes) };
}

function unpackArray({ type, base64 }: PackedArray): ArrayBufferView {
  return new arrayTypes[type](fromBase64(base64).buffer);
}

function isPackedArray(value: unknown): value is PackedArray {
  return typeof value === "object" && value !== null && "base64" in value;
}

/** A call takes only so many arguments. */
const CHUNK = 32_768;

export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + CHUNK)));
  }
  return btoa(parts.join(""));
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const decoded = atob(text);
  const bytes = new Uint8Array(decoded.length);
  for (let i = 0; i < decoded.length; i += 1) bytes[i] = decoded.charCodeAt(i);
  return bytes;
}
