/** The meaning of SQLite's errors for the store. Pure. */

import { getFailure, type Failure } from "../../../model/failure.ts";

const codes = {
  generic: 1,
  busy: 5,
  locked: 6,
  readOnly: 8,
  corrupt: 11,
  cantOpen: 14,
  notADatabase: 26,
} as const;

/** The machine's state, not the file's: memory, locks, rights, the disk. */
const environmental: ReadonlySet<number> = new Set([3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 22, 23]);

/** The file does not hold what it should. */
export class Damage extends Error {}

/** SQLite's primary result code, or `undefined` for an error that is not its own. */
function primaryCode(error: unknown): number | undefined {
  const code = (error as { readonly errcode?: unknown } | undefined)?.errcode;
  return typeof code === "number" ? code & 0xff : undefined;
}

export function isBusy(error: unknown): boolean {
  const code = primaryCode(error);
  return code === codes.busy || code === codes.locked;
}

/** Certain where the file is being opened: every statement then is one that a sound file answers. */
export function isDamage(error: unknown): boolean {
  return error instanceof Damage || (primaryCode(error) !== undefined && isSuspicious(error));
}

/** A sound file would not have led to it, unless it is a bug of ours: whoever meets it looks through the file. */
export function isSuspicious(error: unknown): boolean {
  if (error instanceof Damage) return true;
  if (getFailure(error) !== undefined || isSystemError(error)) return false;
  const code = primaryCode(error);
  return code === undefined ? isOfContent(error) : !environmental.has(code);
}

/** Recognises what readers of bytes throw where these are not what was once written: lengths, JSON, zstd, protobuf. */
function isOfContent(error: unknown): boolean {
  return error instanceof Error && error.name !== "PeerGone" && error.name !== "AbortError";
}

function isSystemError(error: unknown): boolean {
  return typeof (error as NodeJS.ErrnoException | undefined)?.syscall === "string";
}

export function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Returns what went wrong as a fact, or `undefined` where it is a bug of ours. */
export function toFailure(error: unknown, store: string, file: string): Failure | undefined {
  const code = primaryCode(error);
  const reason = describe(error);
  if (isSystemError(error)) return { code: "storeUnreachable", store, address: file, reason };
  if (code === undefined && !(error instanceof Damage)) return undefined;
  return code === codes.cantOpen || code === codes.readOnly
    ? { code: "storeUnreachable", store, address: file, reason }
    : { code: "storeRefused", store, reason };
}
