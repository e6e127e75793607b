/** Times as SkyWalking's GraphQL takes them: text, in the time zone that the server lives in. Pure. */

export interface DurationInput {
  readonly start: string;
  readonly end: string;
  readonly step: "SECOND" | "MINUTE";
}

/** `+0800` as minutes; anything else counts as UTC. */
export function parseTimeZone(text: string): number {
  const [, sign, hours = "0", minutes = "0"] = /^([+-])(\d{2}):?(\d{2})$/.exec(text.trim()) ?? [];
  const offset = Number(hours) * 60 + Number(minutes);
  return sign === "-" ? -offset : offset;
}

/** Both ends are meant: the second, or minute, of each is within. */
export function toDuration(
  fromUnixMs: number,
  toUnixMs: number,
  offsetMinutes: number,
  step: DurationInput["step"],
): DurationInput {
  const write = (unixMs: number): string => {
    const local = new Date(Math.max(0, unixMs) + offsetMinutes * 60_000).toISOString();
    const time = local.slice(11, step === "SECOND" ? 19 : 16).replaceAll(":", "");
    return `${local.slice(0, 10)} ${time}`;
  };
  return { start: write(fromUnixMs), end: write(toUnixMs), step };
}
