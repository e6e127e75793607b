/** The signs on the timeline's buttons, 16 × 16, drawn in the text's colour. */

import { html, type TemplateResult } from "lit";

function icon(path: string): TemplateResult {
  return html`<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
    <path
      d=${path}
      fill="none"
      stroke="currentColor"
      stroke-width="1.2"
      stroke-linecap="round"
      stroke-linejoin="round"
    ></path>
  </svg>`;
}

export const icons = {
  find: icon("M6.8 11a4.2 4.2 0 1 0 0-8.4 4.2 4.2 0 0 0 0 8.4ZM10 10l3.6 3.6"),
  filter: icon("M2.5 3h11L9.5 8.2v4.3l-3 1.2V8.2Z"),
  nextError: icon(
    "M6 9.5a3.8 3.8 0 1 0 0-7.6 3.8 3.8 0 0 0 0 7.6ZM4.6 4.3l2.8 2.8M7.4 4.3 4.6 7.1M12.5 5v8.5M10 11l2.5 2.5L15 11",
  ),
  unfoldAll: icon("M2 3h12M2 13h12M5.5 7.5 8 10l2.5-2.5M8 10V6"),
  foldAll: icon("M2 3h12M2 13h12M5.5 8.5 8 6l2.5 2.5M8 6v4"),
  groupAlike: icon("M2.5 3.5h11M2.5 6.5h11M2.5 9.5h11M2.5 12.5h5M10.5 11l3 3M13.5 11l-3 3"),
  zoomToSelection: icon("M2 3v10M14 3v10M4.5 8h7M6.5 6l-2 2 2 2M9.5 6l2 2-2 2"),
  fit: icon("M5 2.5H2.5V5M11 2.5h2.5V5M5 13.5H2.5V11M11 13.5h2.5V11M5 8h6"),
  previous: icon("M4 10l4-4 4 4"),
  next: icon("M4 6l4 4 4-4"),
  close: icon("M4 4l8 8M12 4l-8 8"),
} as const;
