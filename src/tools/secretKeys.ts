/** Which attributes are named like secrets, and values that look like one: their values leave for no model. Pure. */

const secretKey =
  /(?:^|[._\-\s])(?:authorization|proxy[-_]?authorization|cookie|set[-_]cookie|password|passwd|passphrase|pwd|secret|client[-_]?secret|api[-_]?key|x[-_]api[-_]key|apikey|access[-_]?key|account[-_]?key|private[-_]?key|connection[-_]?string|credentials?|signature|sig|csrf|session[-_]?token|auth[-_]?token|access[-_]?token|refresh[-_]?token|id[-_]?token|bearer|jwt|token)(?:$|[._\-\s\d])/i;

/** Counts of tokens are no secrets: `gen_ai.usage.input_tokens` has another word, and these have the same. */
const harmless = /(?:token[._-]?(?:count|type|usage)|(?:count|usage|type)[._-]token)/i;

export const MASK = "(masked)";

/** The words for secrets, as they end the names that stand before them in headers, addresses, commands and JSON. */
const WORD = String.raw`[\w-]{0,40}?(?:password|passwd|passphrase|passcode|pwd|secret|(?:api|auth)[-_]?key|(?:access|account|private)[-_]?key(?:[-_]id)?|token|signature|credential|(?<![a-z\d])(?:sig|otp|cvv|cvc))`;
const COOKIE = "(?:authorization|(?:set-)?cookie)";
/** The sign between a name and its value, in the languages that programs print. */
const IS = String.raw`\\?["']?\s{0,3}(?:=>|[:=]|%3d)\s{0,3}`;
/** Values that say that there is none. */
const NONE = String.raw`(?!(?:null|none|nil|undefined|true|false)\b)`;

/** Texts with which providers begin the keys that they give out. */
const BEGINNINGS = String.raw`
  (?:sk|pk|rk)[-_](?:[a-z]{2,8}[-_])? gh[pousr]_ github_pat_ gl[a-z]{2,5}- npm_ pypi- dckr_[po]at_ hf_ rubygems_ whsec_
  GOCSPX- 1//0 ya29\. AIza shp[a-z]{2}_ sq0[a-z]{3}- key- dapi NR[A-Z]{2}- gl[sc]a?_ sntry[su]_ lin_[a-z]{3,5}_ ntn_
  secret_ hv[sbr]\. pul- dp\.[a-z]{2,5}\. sbp_ pscale_[a-z]{2,5}_ PMAK- AT[A-Z]TT ATBB figd_ sess- gsk_ xai- pplx- r8_
  fw_ lsv2_[ps][tk]_ AGE-SECRET-KEY-1 nfp_ vcp_ HRKU- fm[12]_ rnd_ bkua_ CCIPAT_ dt0c01\. hcaik_ sgp_ CFPAT- AKCp
  EZ[AT]K xkeysib- tfp_ pnu_ do[opr]_v1_ rzp_[a-z]{4}_ duffel_[a-z]{4}_ SG\.`;

interface SecretForm {
  readonly pattern: RegExp;
  readonly masked: string;
  /** Names of files, tables and tasks have the pattern too: what it finds is a secret where it looks random. */
  readonly isRandom?: true;
}

function form(pattern: RegExp | string, masked = `$1${MASK}`, flags = "gi"): SecretForm {
  return { pattern: new RegExp(pattern, flags), masked };
}

/**
 * Secrets that stand in any value, the ones with the longest values first. Each goes from its beginning forward, so that a
 * long text takes linear time.
 */
const secretForms: readonly SecretForm[] = [
  form(
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[^]{0,6000}?(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/,
    MASK,
  ),
  // Lists of them, and a name and its value side by side: `"Set-Cookie":["…"]`, `{"name":"Cookie","value":"…"}`.
  form(String.raw`(\b(?:${WORD}|${COOKIE})s?${IS}\[\s{0,3}\\?["'])[^\]]{1,4000}`),
  form(
    String.raw`(\b(?:key|name)${IS}\\?["'](?:${WORD}|${COOKIE})s?\\?["'],?\s{0,3}\\?["']?value${IS}\\?["'])[^"'\\]{1,4000}`,
  ),
  // To the end of the line, or of the text that quotes it: a scheme and its credentials, cookies with their attributes.
  form(String.raw`(\b${COOKIE}${IS}\\?["']?)(?![[\\"'])[^\r\n"'\\]{1,4000}`),
  form(String.raw`(\b(?:${WORD}|(?<![a-z\d])pass)${IS}\\?")[^"\\]{1,4000}`),
  form(String.raw`(\b(?:${WORD}|(?<![a-z\d])pass)${IS}\\?')[^'\\]{1,4000}`),
  form(/((?:^|;)\s{0,3}(?:password|pwd)\s{0,3}=\s{0,3})[^;"'\r\n]{1,300}(?=;)/),
  form(String.raw`(\b${WORD}${IS})(?![[{]?\\?["'])${NONE}[^\s"',;&}\]]{1,2000}`),
  form(String.raw`(<(?:\w{1,20}:)?${WORD}>)[^<]{1,2000}`),
  form(String.raw`(\s--${WORD}\s{1,3})(?!-)[^\s]{1,2000}`),
  // Of commands and statements that take a secret by its place.
  form(/(\b(?:mysql|mariadb)\w{0,20}\s[^\r\n|;]{0,200}?(?<=\s)-p)[^\s]{1,200}/),
  form(/(\bsshpass\s{1,3}-p\s{0,3}|\bredis-cli\s[^\r\n|;]{0,200}?(?<=\s)-a\s{1,3})[^\s]{1,200}/),
  form(/(\s(?:-u|--user)[\s=]{1,3}["']?[^\s:"']{1,80}:)[^\s"']{1,200}/),
  form(
    /(\b(?:password|identified\s{1,3}(?:with\s{1,3}\S{1,40}\s{1,3})?(?:by|as))\s{1,3}\\?["'])[^"'\\]{1,300}/,
  ),
  form(/(\b(?:requirepass|masterauth)\s{1,3}["']?)[^\s"']{1,300}/),
  form(/(\bAUTH\s{1,3}[\w-]{1,60}\s{1,3})(?=\S{0,300}[\d\W])\S{1,300}$/, `$1${MASK}`, "g"),
  form(/(\bjdbc:oracle:\w{1,10}:[^\s/@]{1,60}\/)[^\s@]{1,200}(?=@)/),
  form(/(\b[a-z][a-z0-9+.-]{1,20}:\/\/)(?<!mailto:\/\/)[^\s/@"']{1,300}(?=@)/),
  form(/(\bresponse=\\?"?)[\da-f]{32,64}\b/),
  form(/(\bbearer\s{1,3})(?=\S{0,200}[\d=._~+/-])[\w.~+/=-]{6,4000}/),
  // `Basic authentication` is a word, and no credentials.
  form(/(\b[Bb]asic\s{1,3})(?=\S{0,200}[A-Z\d=])[\w+/=-]{8,4000}/, `$1${MASK}`, "g"),
  form(/((?:hooks\.slack\.com\/services|discord(?:app)?\.com\/api\/webhooks)\/)[\w/-]{10,300}/),
  form(/\bxox[abeoprs]-[\w-]{10,300}|\bxapp-[\w-]{10,300}|\bbot\d{6,12}:[\w-]{30,50}/, MASK),
  form(/\bA(?:KIA|SIA)[0-9A-Z]{16}\b/, MASK, "g"),
  form(/\beyJ[\w-]{5,4000}\.[\w-]{0,4000}\.[\w-]{4,4000}(?:\.[\w-]{1,4000}){0,2}/, MASK, "g"),
  { pattern: /(?<=[?&](?:code|key|auth)=)[\w%/.~-]{16,600}/g, masked: MASK, isRandom: true },
  {
    pattern: new RegExp(
      String.raw`\b(?:${BEGINNINGS.trim().split(/\s+/).join("|")})[\w.~+/=-]{16,600}`,
      "g",
    ),
    masked: MASK,
    isRandom: true,
  },
];

/** In random letters one in three and more is of another kind than the one before it; in words and dates, few are. */
const LEAST_CHANGES = 0.2;

/** Tells keys from names: `sk_4eC39HqLyjWDarjtT1zdP7dc` from `sk_stage_production_eu_west_1`. */
function looksRandom(text: string): boolean {
  const changes = text.match(/[a-z](?=[A-Z\d])|[A-Z](?=\d)|\d(?=[a-zA-Z])/g);
  return (changes?.length ?? 0) >= LEAST_CHANGES * text.length;
}

export function isSecretKey(key: string): boolean {
  const spaced = key.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "_");
  return secretKey.test(spaced) && !harmless.test(spaced);
}

export function maskSecrets(text: string): string {
  return secretForms.reduce(
    (clean, { pattern, masked, isRandom }) =>
      isRandom === true
        ? clean.replace(pattern, found => (looksRandom(found) ? masked : found))
        : clean.replace(pattern, masked),
    text,
  );
}
