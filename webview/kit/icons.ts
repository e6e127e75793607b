/** Signs, 16 × 16, in the colour of the text around them. Each state of a span has a shape of its own. */

import { html, svg, type TemplateResult } from "lit";
import type { SpanState } from "../words/spanFacts.ts";

function draw(content: TemplateResult): TemplateResult {
  return html`<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">${content}</svg>`;
}

function line(path: string): TemplateResult {
  return draw(svg`<path d=${path} fill="none" stroke="currentColor" stroke-width="1.2"
    stroke-linecap="round" stroke-linejoin="round"></path>`);
}

const disc = svg`<circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" stroke-width="1.2"></circle>`;

export const icons = {
  copy: line(
    "M5.5 5.5V3.2c0-.4.3-.7.7-.7h6.6c.4 0 .7.3.7.7v6.6c0 .4-.3.7-.7.7h-2.3M3.2 5.5h6.6c.4 0 .7.3.7.7v6.6c0 .4-.3.7-.7.7H3.2c-.4 0-.7-.3-.7-.7V6.2c0-.4.3-.7.7-.7Z",
  ),
  done: line("M3 8.5 6.5 12 13 4.5"),
  close: line("M4 4l8 8M12 4l-8 8"),
  up: line("M8 13V3.5M4 7.2l4-4 4 4"),
  previous: line("M10 3.5 5.5 8l4.5 4.5"),
  next: line("M6 3.5 10.5 8 6 12.5"),
  retry: line("M12.8 8a4.8 4.8 0 1 1-1.5-3.5L13 6M13 2.8V6H9.8"),
  refresh: line("M13 8a5 5 0 1 1-1.6-3.7L13 5.8M13 2.8v3h-3"),
  clock:
    draw(svg`${disc}<path d="M8 4.8V8l2.2 1.6" fill="none" stroke="currentColor" stroke-width="1.2"
    stroke-linecap="round" stroke-linejoin="round"></path>`),
  open: line("M6.5 3.5h-3v9h9v-3M9.5 2.5h4v4M13.2 2.8 7.5 8.5"),
  commit: line("M8 10.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM1.5 8h4M10.5 8h4"),
  warning: line("M8 2.5 14 13H2L8 2.5ZM8 6.5v3M8 11.2v.1"),
  graph:
    draw(svg`<path d="M6.5 4.5h3M4 6.5v3.6M6 11.5 10 6.6" fill="none" stroke="currentColor" stroke-width="1.2"></path>
    <rect x="1.8" y="2.5" width="4.6" height="4" rx="1" fill="none" stroke="currentColor" stroke-width="1.2"></rect>
    <rect x="9.6" y="2.5" width="4.6" height="4" rx="1" fill="none" stroke="currentColor" stroke-width="1.2"></rect>
    <rect x="1.8" y="10" width="4.6" height="4" rx="1" fill="none" stroke="currentColor" stroke-width="1.2"></rect>`),
  timeline: line("M2 4h7M5 8h6M8 12h6"),
  detail:
    draw(svg`<rect x="2" y="2.5" width="12" height="11" rx="1" fill="none" stroke="currentColor" stroke-width="1.2"></rect>
    <path d="M10 2.5v11" fill="none" stroke="currentColor" stroke-width="1.2"></path>
    <rect x="10" y="2.5" width="4" height="11" fill="currentColor" fill-opacity=".5"></rect>`),
} as const;

/** One shape for each state, so that colour is never the only sign. */
export const stateIcons: Readonly<Record<SpanState, TemplateResult>> = {
  failed: draw(svg`<circle cx="8" cy="8" r="6.2" fill="currentColor"></circle>
    <path class="hole" d="M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8" fill="none" stroke-width="1.5" stroke-linecap="round"></path>`),
  ok: draw(svg`${disc}<path d="M5.3 8.2l1.9 1.9 3.6-4" fill="none" stroke="currentColor" stroke-width="1.2"
    stroke-linecap="round" stroke-linejoin="round"></path>`),
  ended: draw(disc),
  running: draw(svg`${disc}<path d="M6.6 5.4v5.2L10.8 8Z" fill="currentColor"></path>`),
  // Three that stand in a line.
  queued:
    draw(svg`${disc}<path d="M5 8h.1M8 8h.1M11 8h.1" fill="none" stroke="currentColor" stroke-width="1.6"
    stroke-linecap="round"></path>`),
  // The last beat, as on a bar of the timeline and a node of the graph.
  silent: line("M1.2 8h2.6l1.8-4 2.2 8 1.8-4h.6M12.2 8h.9M14.7 8h.1"),
  missing: draw(
    svg`<circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" stroke-width="1.2" stroke-dasharray="1.8 2.2"></circle>`,
  ),
  untimed: draw(
    svg`${disc}<path d="M5.5 8h5" stroke="currentColor" stroke-width="1.2" stroke-linecap="round"></path>`,
  ),
};
