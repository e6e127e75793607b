/** A trace whose every text is made to run as code or to break out of its place, exported and opened in a real Chromium. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { createHtmlPage } from "../../../src/features/exportTrace/htmlPage.ts";
import { createPageStyles } from "../../../src/features/exportTrace/pageStyles.ts";
import { SpanKind, SpanStatus } from "../../../src/model/span.ts";
import type { SpanRecord } from "../../../src/model/spanRecord.ts";
import { buildTrace } from "../../../src/model/traceBuilder.ts";
import { packColumns } from "../../../src/protocol/exportedPage.ts";
import { toStoredTrace } from "../../../src/stores/wholeTraces.ts";
import { launchChromium } from "../../harness/chromium.ts";
import { repoRoot } from "../../harness/paths.ts";
import type { Attack } from "./attack.ts";

const RUN = "window.fallen=(window.fallen??0)+1";
const texts = [
  `<script>${RUN}</script>`,
  `</script><script>${RUN}</script>`,
  `<img src=x onerror="${RUN}">`,
  `"><svg onload="${RUN}">`,
  `' onmouseover='${RUN}' x='`,
  `javascript:${RUN}`,
  `[x](javascript:${RUN})`,
  `data:text/html,<script>${RUN}</script>`,
  `\${${RUN}}`,
  `{{constructor.constructor("${RUN}")()}}`,
  `<!--<script>${RUN}//`,
  `</title></style></textarea><iframe srcdoc="<script>parent.${RUN}</script>">`,
  `<a href="javascript:${RUN}" id="traceside-data">x</a>`,
  "\u202e\u2066\u0000\u001b]8;;javascript:x\u0007\ud800\u2028</script>",
  "__proto__",
  "constructor",
  "x".repeat(100_000),
];

export const attack: Attack = {
  name: "an exported page runs nothing of what its trace says, and asks nobody",
  maxSeconds: 240,
  async run({ folder, report }) {
    const browser = await launchChromium();
    try {
      const tab = await (await browser.newContext({ offline: true })).newPage();
      const asked: string[] = [];
      const said: string[] = [];
      tab.on("request", request => asked.push(request.url()));
      tab.on("dialog", dialog => said.push(`dialog: ${dialog.message()}`));
      tab.on("pageerror", error => said.push(error.message));
      await mkdir(folder, { recursive: true });
      const file = join(folder, "page.html");
      await writeFile(file, await createPage());
      const url = pathToFileURL(file).href;
      await tab.goto(url);
      await tab.locator('traceside-app[data-content="trace"]').waitFor();
      const shown = await visitSpans(tab);
      report("shown", shown.length, "spans");
      assert.equal(shown.length, texts.length + 1);
      const [script = ""] = texts;
      assert.ok(
        shown.some(text => text.includes(script)),
        "a name is not shown as it is",
      );
      const { fallen, polluted, alien } = await tab.evaluate(() => ({
        fallen: (window as { fallen?: number }).fallen ?? 0,
        polluted: Object.keys(Object.prototype).length + ("polluted" in {} ? 1 : 0),
        alien: document.querySelectorAll("iframe, img, object, embed").length,
      }));
      assert.deepEqual({ fallen, polluted, alien }, { fallen: 0, polluted: 0, alien: 0 });
      assert.deepEqual(said, []);
      assert.deepEqual(
        asked.filter(each => each !== url && !each.startsWith("blob:")),
        [],
      );
    } finally {
      await browser.close();
    }
  },
};

/** Goes through all rows by the keyboard; what stood in the detail of each. */
async function visitSpans(tab: Page): Promise<readonly string[]> {
  const tree = tab.locator("traceside-timeline [role=tree]");
  await tree.focus();
  await tree.press("Home");
  const shown: string[] = [];
  for (let span = 0; span <= texts.length; span += 1) {
    const heading = tab.locator("traceside-span h1");
    await heading.waitFor();
    shown.push((await heading.textContent()) ?? "");
    await tree.press("ArrowDown");
    await tab.waitForTimeout(200);
  }
  return shown;
}

async function createPage(): Promise<string> {
  await promisify(execFile)(process.execPath, ["esbuild.mjs"], { cwd: repoRoot });
  const scripts = await Promise.all(
    ["exportedHost.js", "elkWorker.js", "webview.js"].map(file =>
      readFile(join(repoRoot, "dist", file), "utf8"),
    ),
  );
  const manifest = JSON.parse(await readFile(join(repoRoot, "package.json"), "utf8")) as {
    readonly contributes: { readonly colors: Parameters<typeof createPageStyles>[0] };
  };
  const records = createRecords();
  const trace = buildTrace("7", [toStoredTrace(texts[0] ?? "", records, [])]);
  const { columns, spanIds, sources } = trace;
  const details = spanIds.map(id => records.find(({ span }) => span.spanId === id)?.detail);
  return createHtmlPage({
    title: texts.slice(0, 12).join(" "),
    styles: createPageStyles(manifest.contributes.colors),
    scripts,
    trace: {
      columns: packColumns(columns),
      ...{
        details,
        spanIds,
        sources,
        answers: [],
        words: {},
        language: 'en"><script>',
        queueWait: true,
      },
      problems: texts.map(text => ({ code: "storeNote", spans: [], store: text, text })),
    },
  });
}

/** A root, and below it a span for each text, which has it everywhere. */
function createRecords(): readonly SpanRecord[] {
  const startNs = 1_767_261_600_000_000_000n;
  return ["root", ...texts].map((text, index): SpanRecord => {
    const attributes = [
      { key: text, value: text },
      { key: "db.statement", value: `SELECT '${text}'` },
      { key: "http.url", value: text },
      { key: "code.file.path", value: text },
      { key: "json", value: JSON.stringify({ [text]: text }) },
      { key: "nested", value: { [text]: [text], polluted: true } },
    ];
    const spanId = index === 0 ? "root" : `${index}${text.slice(0, 40)}`;
    return {
      traceId: "7",
      span: {
        ...{ spanId, name: text, service: text, queue: text, host: text },
        ...(index > 0 && { parentSpanId: "root" }),
        ...{ kind: SpanKind.consumer, status: SpanStatus.error },
        ...{ startUnixNs: startNs + BigInt(index), endUnixNs: startNs + 1_000_000n },
        warnings: [text],
      },
      detail: {
        ...{ spanId, traceId: "7", attributes, resource: attributes, stores: [text] },
        scope: { name: text, version: text },
        events: [{ name: text, timeUnixNs: String(startNs), attributes }],
        links: [{ kind: 0, traceId: text, spanId: text, attributes }],
        error: { type: text, message: text, stack: `${text}\n  at ${text} (${text}:1:2)` },
        parameters: { [text]: text },
        result: text,
        raw: text,
      },
    };
  });
}
