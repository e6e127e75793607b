/** How grave what was logged is, as a sign: by its shape before its colour. */

import { css, html, type TemplateResult } from "lit";
import type { LogLevel } from "../../src/model/logLevel.ts";
import { t } from "../words/words.ts";

const signs = { error: "✖", warning: "▲", info: "●", debug: "○" } as const;

export const logLevelStyles = css`
  .sign {
    flex: none;
    width: 1.2em;
    text-align: center;
    color: var(--vscode-descriptionForeground);
  }
  .sign.error {
    color: var(--vscode-errorForeground);
  }
  .sign.warning {
    color: var(--vscode-editorWarning-foreground);
  }
`;

export function renderLevel(level: LogLevel | undefined): TemplateResult {
  return level === undefined
    ? html`<span class="sign" aria-hidden="true">·</span>`
    : html`<span class="sign ${level}" role="img" aria-label=${nameLevel(level)}
        >${signs[level]}</span
      >`;
}

function nameLevel(level: LogLevel): string {
  switch (level) {
    case "error":
      return t("error");
    case "warning":
      return t("warning");
    case "info":
      return t("information");
    case "debug":
      return t("debugging");
  }
}
