/** Signs of the list of traces, in the colour of the text around them. */

import { html, svg, type TemplateResult } from "lit";

function draw(content: TemplateResult, sizePx = 16): TemplateResult {
  return html`<svg viewBox="0 0 16 16" width=${sizePx} height=${sizePx} aria-hidden="true">
    ${content}
  </svg>`;
}

function line(path: string, sizePx = 16): TemplateResult {
  return draw(
    svg`<path d=${path} fill="none" stroke="currentColor" stroke-width="1.2"
    stroke-linecap="round" stroke-linejoin="round"></path>`,
    sizePx,
  );
}

const PIN = "M6 2.5h4l-.5 4.2 2 2.3h-7l2-2.3L6 2.5ZM8 9v4.5";

export const traceIcons = {
  pin: line(PIN),
  pinned: draw(svg`<path d=${PIN} fill="currentColor" stroke="currentColor" stroke-width="1.2"
    stroke-linecap="round" stroke-linejoin="round"></path>`),
  trash: line("M3 4.5h10M6.2 4.3V3h3.6v1.3M4.3 4.8l.6 8.2h6.2l.6-8.2M6.8 7v3.8M9.2 7v3.8"),
  error: line("M4.2 4.2l7.6 7.6M11.8 4.2l-7.6 7.6", 11),
  spans: line("M2 4h9M5 8h8M5 12h5", 11),
  filter: line("M2.5 4h11M4.8 8h6.4M6.8 12h2.4"),
} as const;
