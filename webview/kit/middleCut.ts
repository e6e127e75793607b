/** A name that is cut in its middle where it does not fit: names of code differ at both ends. By styles alone. */

import { css, html, type TemplateResult } from "lit";

/** So much of a long name's end stays: a function after its module; of a shorter one not quite half. */
const END_LENGTH = 14;
const END_SHARE = 0.45;
/** A shorter name is not parted: it would be cut last. */
const PART_FROM = 12;

export const middleCutStyles = css`
  .middleCut {
    display: flex;
    min-width: 0;
    white-space: pre;
  }
  .middleCut > :first-child {
    min-width: 2ch;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .middleCut > :last-child {
    flex: none;
    max-width: 65%;
    overflow: hidden;
    /* Where it is still too long its own beginning goes, since what names differ in is their end. */
    direction: rtl;
  }
`;

export function splitName(name: string): readonly [string, string] | undefined {
  const at = name.length - Math.min(END_LENGTH, Math.floor(name.length * END_SHARE));
  if (name.length < PART_FROM) return undefined;
  // Never within a pair of surrogates.
  const isPair = /^[\uDC00-\uDFFF]/.test(name.slice(at));
  const from = isPair ? at - 1 : at;
  return [name.slice(0, from), name.slice(from)];
}

export function renderMiddleCut(name: string): TemplateResult {
  const parts = splitName(name);
  if (parts === undefined) return html`<span class="cut">${name}</span>`;
  return html`<span class="middleCut"
    ><span>${parts[0]}</span><span><bdi>${parts[1]}</bdi></span></span
  >`;
}
