/** The page of a webview: one element, one script, nothing inline, data by message only. */

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

export interface WebviewPage {
  /** The custom element that fills the page. */
  readonly element: string;
  /** The bundle in `dist` that defines it. */
  readonly script: string;
}

export function createPageHtml(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  { element, script }: WebviewPage,
): string {
  const nonce = randomBytes(16).toString("base64");
  const source = webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, "dist", script));
  // Workers cannot load webview resources: their texts are in the bundles and become blobs.
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `img-src ${webview.cspSource} data:`,
    "worker-src blob:",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style nonce="${nonce}">
html, body { height: 100%; margin: 0; padding: 0; overflow: hidden; }
${element} { display: block; height: 100%; }
</style>
<title>Traceside</title>
</head>
<body>
<${element}></${element}>
<script nonce="${nonce}" src="${String(source)}"></script>
</body>
</html>`;
}
