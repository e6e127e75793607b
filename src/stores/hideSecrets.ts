/** Takes secrets out of what servers and libraries say. Pure. */

/** A shorter one would be hidden inside of ordinary words, which says more of it than it hides. */
const LEAST_INSIDE_WORDS = 4;

/** Each in every writing that a server may repeat it in; short ones only where they stand as words of their own. */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  const written = secrets.filter(secret => secret !== "").flatMap(listWritings);
  return [...new Set(written)]
    .sort((a, b) => b.length - a.length)
    .reduce((clean, secret) => {
      if (secret.length >= LEAST_INSIDE_WORDS) return clean.replaceAll(secret, "***");
      const escaped = secret.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
      const word = new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, "gu");
      return clean.replace(word, "***");
    }, text);
}

/** As it is, in an address, in a form, in JSON, in HTML, and in base64. */
function listWritings(secret: string): readonly string[] {
  const formed = secret.toWellFormed();
  const encoded = encodeURIComponent(formed);
  const base64 = Buffer.from(secret, "utf8").toString("base64").replace(/=+$/, "");
  return [
    ...[secret, encoded, encodeURI(formed), encoded.replaceAll("%20", "+")],
    ...[encoded, encodeURI(formed)].map(each => each.replace(/%../g, hex => hex.toLowerCase())),
    ...[
      JSON.stringify(secret).slice(1, -1),
      base64,
      base64.replace(/\+/g, "-").replace(/\//g, "_"),
    ],
    ...["&#39;", "&#x27;", "&apos;"].map(quote => toHtml(secret, quote)),
  ];
}

function toHtml(text: string, quote: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", quote);
}
