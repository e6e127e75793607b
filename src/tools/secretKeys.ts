/** Which attributes are named like secrets, and values that look like one: their values leave for no model. Pure. */

const secretKey =
  /(?:^|[._\-\s])(?:authorization|proxy[-_]?authorization|cookie|set[-_]cookie|password|passwd|passphrase|pwd|secret|client[-_]?secret|api[-_]?key|x[-_]api[-_]key|apikey|access[-_]?key|private[-_]?key|credentials?|signature|session[-_]?token|auth[-_]?token|access[-_]?token|refresh[-_]?token|id[-_]?token|bearer|jwt|token)(?:$|[._\-\s\d])/i;

/** Counts of tokens are no secrets: `gen_ai.usage.input_tokens` has another word, and these have the same. */
const harmless = /(?:token[._-]?(?:count|type|usage)|(?:count|usage|type)[._-]token)/i;

/** Secrets that stand in any value: credentials of addresses, headers, and keys with a known beginning. */
const secretValues: readonly RegExp[] = [
  /(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@"']{1,300}(?=@)/gi,
  /(?<=\b(?:bearer|basic)\s{1,3})[\w.~+/=-]{8,4000}/gi,
  /\b(?:sk|pk|rk)[-_](?:live|test|proj|ant|or)?[-_]?[\w-]{16,300}/g,
  /\bgh[pousr]_\w{20,300}|\bgithub_pat_\w{20,300}|\bxox[abprs]-[\w-]{10,300}|\bAKIA[0-9A-Z]{16}\b/g,
  /\beyJ[\w-]{8,4000}\.[\w-]{8,4000}\.[\w-]{0,4000}/g,
  /(?<=["']?(?:password|passwd|pwd|secret|api[-_]?key|access[-_]?token|client[-_]?secret|refresh[-_]?token|authorization)["']?\s{0,3}[:=]\s{0,3}["']?)[^\s"',;&}]{1,500}/gi,
];

export const MASK = "(masked)";

export function isSecretKey(key: string): boolean {
  const spaced = key.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "_");
  return secretKey.test(spaced) && !harmless.test(spaced);
}

export function maskSecrets(text: string): string {
  return secretValues.reduce((clean, pattern) => clean.replaceAll(pattern, MASK), text);
}
