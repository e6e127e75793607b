/** Values that are most likely secrets, by their names or their looks, for texts that are shown or kept. Pure. */

const ANYWHERE = /passw(?:or)?d|passphrase|secret|credential/;
/** In names like `accessToken` and `X-Api-Key`, as words with `_` between them. */
const WORDS =
  /(?:^|_)(?:pass|pwd|passcode|token|api_?key|access_?key|private_?key|authorization|auth|cookies?|session_?id|pin|cvv|cvc|card_number)(?:_|$)/;
const VALUE =
  /^(?:Bearer|Basic) \S|^eyJ[\w-]+\.[\w-]+\.|^(?:sk|pk|rk)[-_]\w{8}|^gh[opusr]_\w{8}|^AKIA\w{8}|^xox[abprs]-|^-----BEGIN |:\/\/[^/\s:@]*:[^/\s@]+@/;
const HIDDEN = "•••";
/** Deeper is cut off. */
const MAX_DEPTH = 30;

export function isSecretName(name: string): boolean {
  const words = name.replace(/(?<=[a-z\d])(?=[A-Z])|[-. ]/g, "_").toLowerCase();
  return ANYWHERE.test(words) || WORDS.test(words);
}

/** The value with dots in place of secrets, wherever they are in it. `name`: by which the value is known. */
export function hideSecrets(value: unknown, name = "", depth = 0): unknown {
  if (isSecretName(name) || depth > MAX_DEPTH) return HIDDEN;
  if (typeof value === "string") return VALUE.test(value) ? HIDDEN : value;
  if (Array.isArray(value)) return value.map(each => hideSecrets(each, "", depth + 1));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, hideSecrets(each, key, depth + 1)]),
  );
}
