/** Which attributes are named like secrets, and values that look like one: their values leave for no model. Pure. */

const secretKey =
  /(?:^|[._\-\s])(?:authorization|proxy[-_]?authorization|cookie|set[-_]cookie|password|passwd|passphrase|pwd|secret|client[-_]?secret|api[-_]?key|x[-_]api[-_]key|apikey|access[-_]?key|account[-_]?key|private[-_]?key|connection[-_]?string|credentials?|signature|sig|csrf|session[-_]?token|auth[-_]?token|access[-_]?token|refresh[-_]?token|id[-_]?token|bearer|jwt|token)(?:$|[._\-\s\d])/i;

/** Counts of tokens are no secrets: `gen_ai.usage.input_tokens` has another word, and these have the same. */
const harmless = /(?:token[._-]?(?:count|type|usage)|(?:count|usage|type)[._-]token)/i;

export const MASK = "(masked)";

/** The names that stand before a secret in a text: in headers, addresses, commands, JSON and connection strings. */
const NAME = String.raw`\b[\w-]{0,40}?(?:password|passwd|passphrase|pwd|secret|api[-_]?key|(?:access|account|private)[-_]?key(?:[-_]id)?|token|signature|credential|(?<![a-z\d])sig)\\?["']?\s{0,3}[:=]\s{0,3}`;

/**
 * Secrets that stand in any value, the ones with the longest values first: headers, what has a name, and keys with a known
 * beginning. Each goes from its beginning forward, so that a long text takes linear time.
 */
const secretValues: readonly (readonly [pattern: RegExp, masked: string])[] = [
  [
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^]{0,6000}?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    MASK,
  ],
  // To the end of the line, or of the text that quotes it: a scheme and its credentials, cookies with their attributes.
  [
    /(\b(?:authorization|(?:set-)?cookie)\\?["']?\s{0,3}[:=]\s{0,3}\\?["']?)[^\r\n"'\\]{1,4000}/gi,
    `$1${MASK}`,
  ],
  [new RegExp(`(${NAME}\\\\?")[^"\\\\]{1,4000}`, "gi"), `$1${MASK}`],
  [new RegExp(`(${NAME}\\\\?')[^'\\\\]{1,4000}`, "gi"), `$1${MASK}`],
  [new RegExp(`(${NAME})(?!\\\\?["'])[^\\s"',;&}]{1,2000}`, "gi"), `$1${MASK}`],
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@"']{1,300}(?=@)/gi, `$1${MASK}`],
  [/(\bbearer\s{1,3})[\w.~+/=-]{8,4000}/gi, `$1${MASK}`],
  // `Basic authentication` is a word, and no credentials.
  [/(\b[Bb]asic\s{1,3})(?=\S{0,200}[A-Z\d=])[\w+/=-]{8,4000}/g, `$1${MASK}`],
  [/(\s(?:-u|--user)[\s=]{1,3}["']?[^\s:"']{1,80}:)[^\s"']{1,200}/g, `$1${MASK}`],
  [/\b(?:sk|pk|rk)[-_](?:live|test|proj|ant|or)?[-_]?[\w-]{16,300}/g, MASK],
  [/\bgh[pousr]_\w{20,300}|\bgithub_pat_\w{20,300}|\bglpat-[\w-]{20,300}|\bnpm_\w{30,300}/g, MASK],
  [
    /\bxox[abeoprs]-[\w-]{10,300}|\bxapp-[\w-]{10,300}|(?<=hooks\.slack\.com\/services\/)[\w/]{10,300}/g,
    MASK,
  ],
  [/\bA(?:KIA|SIA)[0-9A-Z]{16}\b|\bAIza[\w-]{35}|\bya29\.[\w-]{10,2000}|\bhf_\w{30,300}/g, MASK],
  [/\bSG\.[\w-]{20,60}\.[\w-]{40,60}|\bdop_v1_[0-9a-f]{64}/g, MASK],
  [/\beyJ[\w-]{8,4000}\.[\w-]{8,4000}\.[\w-]{0,4000}/g, MASK],
];

export function isSecretKey(key: string): boolean {
  const spaced = key.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "_");
  return secretKey.test(spaced) && !harmless.test(spaced);
}

export function maskSecrets(text: string): string {
  return secretValues.reduce((clean, [pattern, masked]) => clean.replaceAll(pattern, masked), text);
}
