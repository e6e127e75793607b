/** How grave a log is, by the words that logs and programs have for it. Pure. */

export type LogLevel = "error" | "warning" | "info" | "debug";

export const logLevels: readonly LogLevel[] = ["error", "warning", "info", "debug"];

/** As logs and programs write it: `WARNING`, `err`, `crit`. */
export function toLevel(word: string): LogLevel | undefined {
  const lower = word.toLowerCase();
  if (/^(?:e|f|err|error\d?|fatal\d?|crit|critical|severe|panic|alert|emerg|fail)$/.test(lower)) {
    return "error";
  }
  if (/^(?:w|warn\d?|warning)$/.test(lower)) return "warning";
  if (/^(?:i|info\d?|information|notice)$/.test(lower)) return "info";
  if (/^(?:debug\d?|trace\d?|trce|dbug|verbose|fine|finer|finest)$/.test(lower)) return "debug";
  return undefined;
}
