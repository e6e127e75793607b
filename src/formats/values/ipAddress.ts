/** Addresses of the internet as people read them. Pure. */

/** `10.0.0.7`; the empty text for what is no such address. */
export function formatIpv4(bytes: Uint8Array): string {
  return bytes.length === 4 ? bytes.join(".") : "";
}

/** `2001:db8::c001`, as RFC 5952 writes it; the empty text for what is no such address. */
export function formatIpv6(bytes: Uint8Array): string {
  if (bytes.length !== 16) return "";
  const groups = Buffer.from(bytes).toString("hex").match(/.{4}/g) ?? [];
  const text = groups.map(group => group.replace(/^0{1,3}/, "")).join(":");
  // The longest run of zeros, of equals the first, becomes two colons; one of them is that of its neighbour.
  const runs = text.match(/(?:^|:)0(?::0)+(?=:|$)/g) ?? [];
  const longest = runs.reduce((best, run) => (countZeros(run) > countZeros(best) ? run : best), "");
  if (longest === "") return text;
  const shortened = text.replace(longest, ":");
  return shortened.endsWith(":") ? `${shortened}:` : shortened;
}

function countZeros(run: string): number {
  return run.replaceAll(":", "").length;
}
