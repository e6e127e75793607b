/** Styles of the log lines of a span. */

import { css } from "lit";

export const logLineStyles = css`
  .line {
    display: flex;
    gap: var(--space-3);
    width: 100%;
    padding: var(--space-1) 0;
  }
  .line .end {
    flex: none;
    margin-inline-start: auto;
  }
  .sign {
    flex: none;
    width: 1.2em;
    text-align: center;
    color: var(--vscode-descriptionForeground);
  }
  .error .sign {
    color: var(--vscode-errorForeground);
  }
  .warning .sign {
    color: var(--vscode-editorWarning-foreground);
  }
`;
