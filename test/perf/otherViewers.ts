/**
 * The same trace in other viewers, each in a page of its own: speedscope's published build, as a profile without
 * attributes, and a build of Jaeger UI that `TRACESIDE_PEER_JAEGER_UI` names.
 */

import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { cacheFolder } from "../harness/paths.ts";
import { run, waitFor } from "../harness/processes.ts";
import { addProbe, findProbed, type ProbeOptions } from "./pageProbe.ts";
import { serveFolder } from "./staticServer.ts";

const SPEEDSCOPE = "1.25.0";
const DEADLINE_MS = 300_000;

export interface Viewer {
  readonly name: string;
  readonly folder: string;
  readonly probe: ProbeOptions;
  /** What it is given, and the address that shows it. */
  present(text: string): {
    readonly path: string;
    readonly bytes: Uint8Array;
    readonly address: string;
  };
}

export async function listViewers(): Promise<readonly Viewer[]> {
  const jaeger = process.env["TRACESIDE_PEER_JAEGER_UI"];
  return [
    {
      name: "speedscope",
      folder: await installSpeedscope(),
      // Its page has canvases as soon as it has a profile.
      probe: { rows: ["canvas"] },
      present: text => ({
        path: "/profile.json",
        bytes: Buffer.from(toSpeedscope(text)),
        address: "/#profileURL=/profile.json",
      }),
    },
    ...(jaeger === undefined
      ? []
      : [
          {
            name: "Jaeger UI",
            folder: jaeger,
            probe: { rows: [".span-row"] },
            present: (text: string) => {
              const id = /"traceID":"(\w+)"/.exec(text.slice(0, 200))?.[1] ?? "";
              const path = `/api/traces/${id}`;
              return { path, bytes: Buffer.from(text), address: `/trace/${id}` };
            },
          },
        ]),
  ];
}

export interface Shown {
  readonly page: Page;
  readonly tookMs: number;
  close(): Promise<void>;
}

/** From the address to the first picture, the loading of the page in it. */
export async function show(browser: Browser, viewer: Viewer, text: string): Promise<Shown> {
  const { path, bytes, address } = viewer.present(text);
  const server = await serveFolder(viewer.folder, asked => (asked === path ? bytes : undefined));
  const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
  const page = await context.newPage();
  await addProbe(page, viewer.probe);
  const startMs = Date.now();
  await page.goto(`${server.url}${address}`);
  const frame = await waitFor(viewer.name, DEADLINE_MS, () => findProbed(page));
  const rowsMs = await frame.evaluate(() => globalThis.pageProbe?.rowsMs ?? Number.NaN);
  return {
    page,
    tookMs: rowsMs - startMs,
    close: async () => {
      server.close();
      await context.close();
    },
  };
}

async function installSpeedscope(): Promise<string> {
  const home = join(cacheFolder, `speedscope-${SPEEDSCOPE}`);
  const folder = join(home, "node_modules/speedscope/dist/release");
  if (!existsSync(folder)) {
    await mkdir(home, { recursive: true });
    await writeFile(join(home, "package.json"), '{ "private": true }\n');
    const args = ["install", "--ignore-scripts", "--no-audit", `speedscope@${SPEEDSCOPE}`];
    const { code, output } = await run("npm", args, { cwd: home });
    if (code !== 0) throw new Error(output);
  }
  return folder;
}

interface JaegerSpan {
  readonly spanID: string;
  readonly operationName: string;
  readonly startTime: number;
  readonly duration: number;
  readonly references: readonly { readonly spanID: string }[];
}

/** A profile has one stack: a span that overlaps the one before it begins when that ends, and ends with its parent. */
export function toSpeedscope(text: string): string {
  const { data } = JSON.parse(text) as { readonly data: [{ readonly spans: JaegerSpan[] }] };
  const { spans } = data[0];
  const children = Map.groupBy(spans, span => span.references[0]?.spanID ?? "");
  const names = [...new Set(spans.map(span => span.operationName))];
  const frameOf = new Map(names.map((name, i) => [name, i]));
  const start = Math.min(...(children.get("") ?? []).map(span => span.startTime));
  const events: { readonly type: "O" | "C"; readonly frame: number; readonly at: number }[] = [];
  let at = start;
  const open: { readonly frame: number; readonly end: number; readonly rest: JaegerSpan[] }[] = [
    { frame: -1, end: Number.POSITIVE_INFINITY, rest: byStart(children.get("")) },
  ];
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const next = top.rest.pop();
    if (next !== undefined) {
      at = Math.max(at, Math.min(top.end, next.startTime));
      const end = Math.max(at, Math.min(top.end, next.startTime + next.duration));
      const frame = frameOf.get(next.operationName) ?? 0;
      events.push({ type: "O", frame, at: at - start });
      open.push({ frame, end, rest: byStart(children.get(next.spanID)) });
      continue;
    }
    open.pop();
    if (top.frame < 0) break;
    at = Math.max(at, top.end);
    events.push({ type: "C", frame: top.frame, at: at - start });
  }
  return JSON.stringify({
    $schema: "https://www.speedscope.app/file-format-schema.json",
    shared: { frames: names.map(name => ({ name })) },
    profiles: [
      {
        type: "evented",
        name: "trace",
        unit: "microseconds",
        startValue: 0,
        endValue: at - start,
        events,
      },
    ],
  });
}

/** The first is the last of the list. */
function byStart(spans: readonly JaegerSpan[] = []): JaegerSpan[] {
  return [...spans].sort((a, b) => b.startTime - a.startTime);
}
