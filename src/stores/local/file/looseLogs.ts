/**
 * Logs that name no trace are kept like those of a trace: each minute has one of its own, under an id that no trace has.
 * It has no span, so nothing lists it, and it goes as other traces go. Pure.
 */

const PREFIX = "logs:";
export const MINUTE_MS = 60_000;

/** The id under which a minute's logs are; one whose time is not known counts as of now. */
export function toMinuteId(unixMs: number): string {
  return `${PREFIX}${Math.floor((unixMs > 0 ? unixMs : Date.now()) / MINUTE_MS)}`;
}
