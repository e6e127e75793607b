/** A long name of code on several lines: it breaks where its parts end, and within a part only where that is not enough. */

import { html, type TemplateResult } from "lit";

export function renderBreaks(name: string): TemplateResult {
  const parts = name.split(/(?<=[\p{L}\p{N}][._/:-]{1,3})(?=[\p{L}\p{N}])/u);
  return html`${parts.map((part, i) => (i === 0 ? part : html`<wbr />${part}`))}`;
}
