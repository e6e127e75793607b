/** Takes secrets out of what servers and libraries say. Pure. */

/** A shorter one would be hidden inside of ordinary words, which says more of it than it hides. */
const LEAST_INSIDE_WORDS = 4;

/** Each as it is and percent-encoded; short ones only where they stand as words of their own. */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter(secret => secret !== "")
    .flatMap(secret => [secret, encodeURIComponent(secret.toWellFormed())])
    .sort((a, b) => b.length - a.length)
    .reduce((clean, secret) => {
      if (secret.length >= LEAST_INSIDE_WORDS) return clean.replaceAll(secret, "***");
      const escaped = secret.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
      const word = new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, "gu");
      return clean.replace(word, "***");
    }, text);
}
