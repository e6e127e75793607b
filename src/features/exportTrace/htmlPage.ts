/** A trace as one page of HTML that needs nothing else: the panel itself, with the trace inside. */

import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { exportedDataId, toBase64, type ExportedTrace } from "../../protocol/exportedPage.ts";
import { encodeChunks } from "./encodeChunks.ts";

export interface PageParts {
  readonly title: string;
  readonly styles: string;
  /** The scripts in the order in which they run: the page's host before the panel. */
  readonly scripts: readonly string[];
  readonly trace: ExportedTrace;
}

/** Nothing may be fetched: ELK's worker is a blob, and all else is in the page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  "img-src data:",
  "worker-src blob:",
].join("; ");

export async function createHtmlPage(parts: PageParts): Promise<string> {
  const { title, styles, scripts, trace } = parts;
  const data = toBase64(await promisify(gzip)(encodeChunks(listChunks(trace))));
  return [
    "<!DOCTYPE html>",
    `<html lang="${escapeText(trace.language)}">`,
    '<head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeText(title)}</title>`,
    `<style>${styles}</style></head>`,
    "<body><traceside-app></traceside-app>",
    `<script type="text/plain" id="${exportedDataId}">${data}</script>`,
    ...scripts.map(script => `<script>${escapeScript(script)}</script>`),
    "</body></html>",
    "",
  ].join("\n");
}

/** As JSON. */
function* listChunks({ details, ...rest }: ExportedTrace): Generator<string> {
  yield `${JSON.stringify(rest).slice(0, -1)},"details":[`;
  for (const [span, detail] of details.entries()) {
    yield (span === 0 ? "" : ",") + JSON.stringify(detail ?? null);
  }
  yield "]}";
}

function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, each => `&#${each.charCodeAt(0)};`);
}

/** Whatever would end the element, or begin a comment in it, only stands in strings of a script. */
function escapeScript(script: string): string {
  return script.replace(/<(\/script|!--)/gi, "\\x3c$1");
}
