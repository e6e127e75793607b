/**
 * The form controls of the panel. The only file that knows `@vscode/webview-ui-toolkit`, so that a later swap touches
 * this one alone: `<vscode-button>`, `<vscode-progress-ring>`, `<vscode-badge>`.
 */

import {
  provideVSCodeDesignSystem,
  vsCodeBadge,
  vsCodeButton,
  vsCodeProgressRing,
} from "@vscode/webview-ui-toolkit";

export function registerControls(): void {
  provideVSCodeDesignSystem().register(vsCodeBadge(), vsCodeButton(), vsCodeProgressRing());
}
