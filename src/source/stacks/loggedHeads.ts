/** The heads that a logger, or who runs several programs at once, has put before the lines of a stack. Pure. */

/**
 * A time, Android's `E/flutter ( 42): `, a name in brackets as of `concurrently`, `package:task:` as of Turborepo, Ray's
 * `(pid=42) `, or the number of a line as `grep` writes it.
 */
const headStart =
  /^(?:.{0,40}?\d\d:\d\d:\d\d|[A-Z]\/[\w.-]{1,60}\s?\(\s{0,6}\d{1,7}\): |\[[\w@./ -]{1,40}\] |[@\w./-]{1,60}:[a-z]{2,20}: |\((?:\w{1,40} )?pid=\w{1,20}[^)\n]{0,60}\) |\d{1,7}[-:] {4})/;
/** A head ends with a sign and a blank; no head is longer. */
const head = /^(?:.{0,199}[\]|:>)]|0-)(?: |$)/;

/** The lines without the head that those with one have in common, its digits aside. */
export function stripHeads(lines: readonly string[]): readonly string[] {
  let common: string | undefined;
  let count = 0;
  for (const line of lines) {
    if (!headStart.test(line)) continue;
    const written = line.slice(0, 200).replace(/\d+/g, "0");
    common = common === undefined ? written : getCommon(common, written);
    count += 1;
  }
  const shared = head.exec(common ?? "")?.[0];
  if (shared === undefined || count < 2) return lines;
  const pattern = new RegExp(
    `^${shared.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll("0", String.raw`\d+`)}`,
  );
  return lines.map(line => line.replace(pattern, ""));
}

function getCommon(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return a.slice(0, length);
}
