/** Cuts a text in its middle: both ends tell more than one. Pure. */

export function cutMiddle(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const mark = `…(${text.length - maxChars} more)…`;
  const room = Math.max(0, maxChars - mark.length);
  const head = Math.ceil(room * 0.6);
  // Half of a pair is no letter.
  return `${text.slice(0, head).replace(/[\uD800-\uDBFF]$/, "")}${mark}${room - head > 0 ? text.slice(head - room).replace(/^[\uDC00-\uDFFF]/, "") : ""}`;
}
