/**
 * Where an answer ended, so that the next goes on: `newer:` for what began later, `older:` for the next page. Text that
 * a model copies; nothing in it is trusted. Pure.
 */

export type Cursor =
  | { readonly kind: "newer"; readonly fromUnixMs: number; readonly passedOver: readonly string[] }
  | {
      readonly kind: "older";
      readonly fromUnixMs: number;
      readonly toUnixMs: number;
      /** Traces that began at the same moment and were listed. */
      readonly passedOver: readonly string[];
    };

/** More that began at one moment are listed again. */
const MAX_PASSED_OVER = 20;

export function writeCursor(cursor: Cursor): string {
  const times = cursor.kind === "newer" ? [cursor.fromUnixMs] : [cursor.fromUnixMs, cursor.toUnixMs];
  return [cursor.kind, ...times, ...cursor.passedOver.slice(0, MAX_PASSED_OVER)].join(":");
}

export function readCursor(text: string): Cursor | undefined {
  const [kind, ...parts] = text.split(":");
  const fromUnixMs = Number(parts[0]);
  if (parts[0] === undefined || !Number.isFinite(fromUnixMs)) return undefined;
  if (kind === "newer") return { kind, fromUnixMs, passedOver: parts.slice(1) };
  const toUnixMs = Number(parts[1]);
  if (kind !== "older" || parts[1] === undefined || !Number.isFinite(toUnixMs)) return undefined;
  return { kind, fromUnixMs, toUnixMs, passedOver: parts.slice(2) };
}

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
  if (ago !== null) return nowUnixMs - Number(ago[1]) * (UNITS_MS[(ago[2] ?? "").toLowerCase()] ?? 0);
  if (/^\d{10}$/.test(text)) return Number(text) * 1e3;
  if (/^\d{13}$/.test(text)) return Number(text);
  const unixMs = /^\d{4}-\d{2}-\d{2}/.test(text.trim()) ? Date.parse(text.trim()) : NaN;
  return Number.isNaN(unixMs) ? undefined : unixMs;
}
