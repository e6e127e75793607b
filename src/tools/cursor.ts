/**
 * Where an answer ended, so that the next goes on: `newer:` for what began later, `older:` for the next page. Text that
 * a model copies; nothing in it is trusted. Pure.
 */

export type Cursor =
  /** Traces that began after this. */
  | { readonly kind: "newer"; readonly fromUnixMs: number }
  /** Traces that began at this moment or before, but for so many of that moment that were listed. */
  | {
      readonly kind: "older";
      readonly fromUnixMs: number;
      readonly toUnixMs: number;
      readonly listed: number;
    };

export function writeCursor(cursor: Cursor): string {
  const { kind, fromUnixMs } = cursor;
  if (kind === "newer") return `${kind}:${fromUnixMs}`;
  return [kind, fromUnixMs, cursor.toUnixMs, cursor.listed].join(":");
}

export function readCursor(text: string): Cursor | undefined {
  const [kind, ...parts] = text.split(":");
  const numbers = parts.map(part => (part === "" ? NaN : Number(part)));
  const [fromUnixMs, toUnixMs, listed] = numbers;
  if (!numbers.every(Number.isFinite) || fromUnixMs === undefined) return undefined;
  if (kind === "newer" && numbers.length === 1) return { kind, fromUnixMs };
  if (kind !== "older" || toUnixMs === undefined || listed === undefined) return undefined;
  return { kind, fromUnixMs, toUnixMs, listed: Math.min(Math.max(0, listed), MAX_LISTED) };
}

/** More of one moment are listed again. */
const MAX_LISTED = 1_000;

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1e3,
  m: 60e3,
  min: 60e3,
  h: 3_600e3,
  d: 86_400e3,
  w: 604_800e3,
};

/** `15m`, `2h`, an ISO time, or milliseconds or seconds since the epoch; `undefined` for anything else. */
export function readSince(text: string, nowUnixMs: number): number | undefined {
  const ago = /^(\d+(?:\.\d+)?)\s*(s|m|min|h|d|w)(?:\s+ago)?$/i.exec(text.trim());
  if (ago !== null) {
    return nowUnixMs - Number(ago[1]) * (UNITS_MS[(ago[2] ?? "").toLowerCase()] ?? 0);
  }
  if (/^\d{10}$/.test(text)) return Number(text) * 1e3;
  if (/^\d{13}$/.test(text)) return Number(text);
  const unixMs = /^\d{4}-\d{2}-\d{2}/.test(text.trim()) ? Date.parse(text.trim()) : NaN;
  return Number.isNaN(unixMs) ? undefined : unixMs;
}
