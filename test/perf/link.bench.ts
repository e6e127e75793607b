/**
 * From a span to its line: how long the symbol index takes for workspaces of 0.8 and 2.4 million lines, at first and
 * again, what it holds, and how soon a click has its place. Then the recogniser of ids on hostile lines.
 * `TRACESIDE_LINK_FOLDER` names a folder of real programs to index in place of the made-up ones.
 */

import { globSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recogniseIds } from "../../src/logs/recogniseIds.ts";
import { SpanKind } from "../../src/model/span.ts";
import { getCodeHints } from "../../src/source/codeHints.ts";
import { IndexClient } from "../../src/source/indexClient.ts";
import { getLanguage, sourceExtensions } from "../../src/source/languages.ts";
import type { SourceWorkspace } from "../../src/source/location.ts";
import { LearnedMappings, PathMapper } from "../../src/source/pathMapping.ts";
import { resolveSource } from "../../src/source/resolveSource.ts";
import {
  measure,
  summarise,
  summarisePercentiles,
  type Bench,
  type Figure,
} from "../harness/measure.ts";
import { toDetail } from "../corpus/judge.ts";
import { repoRoot } from "../harness/paths.ts";
import { makePrograms } from "./makePrograms.ts";

const LINES = [800_000, 2_400_000];
const CLICKS = 300;
const LONG_LINE = 200_000;
/** As far as a hover looks to each side of the pointer, see `idsInText.ts`. */
const REACH = 1_000;
const hostile = ["trace_id=", '"trace":{"id":', "id=0 ", "Task a[", "[a,", "00-", "TID:"];
const given = process.env["TRACESIDE_LINK_FOLDER"];

export const bench: Bench = async report => {
  for (const lines of given === undefined ? LINES : [0]) {
    const folder = await mkdtemp(join(tmpdir(), "traceside-link-"));
    try {
      const workspace = given ?? join(folder, "workspace");
      if (given === undefined) await writePrograms(workspace, lines);
      const name = given === undefined ? `${lines / 1_000_000} M lines` : "given folder";
      await measureIndex(workspace, join(folder, "symbolIndex.bin"), name, report);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  for (const piece of hostile) {
    const line = piece.repeat(LONG_LINE / piece.length);
    const hover = (): unknown =>
      recogniseIds(line.slice(LONG_LINE / 2 - REACH, LONG_LINE / 2 + REACH));
    report(await measure(`hover on a hostile line of ${piece}`, { runs: 20 }, hover));
  }
};

async function writePrograms(folder: string, lines: number): Promise<void> {
  for (const { path, text } of makePrograms(lines)) {
    const file = join(folder, path);
    await mkdir(join(file, ".."), { recursive: true });
    await writeFile(file, text);
  }
}

async function measureIndex(
  folder: string,
  cachePath: string,
  name: string,
  report: (figure: Figure) => void,
): Promise<void> {
  const paths = globSync(`**/*.{${sourceExtensions.join(",")}}`, {
    cwd: folder,
    exclude: path => path === "node_modules",
  })
    .map(path => join(folder, path))
    .filter(path => getLanguage(path) !== undefined);
  for (const start of ["first", "second"]) {
    const client = new IndexClient({
      workerPath: join(repoRoot, "src/source/indexWorker.ts"),
      grammarsPath: join(repoRoot, "node_modules/@vscode/tree-sitter-wasm/wasm"),
      cachePath,
      onDeath: reason => console.error(reason),
    });
    try {
      // Node's own reading of the worker's source is not the index's work.
      await client.remote.readStatistics();
      const before = process.cpuUsage();
      const began = performance.now();
      await client.build(paths);
      const ms = performance.now() - began;
      const { user, system } = process.cpuUsage(before);
      const { files, symbols, heapBytes, cached: kept } = await client.remote.readStatistics();
      const named = (figure: string): string => `${name}, ${start} start: ${figure}`;
      report(summarise(named("CPU"), "s", [(user + system) / 1e6]));
      report(summarise(named("time"), "s", [ms / 1e3]));
      report(summarise(named("files"), "files", [files]));
      report(summarise(named("unchanged"), "files", [kept]));
      report(summarise(named("symbols"), "symbols", [symbols]));
      report(summarise(named("heap"), "MB", [heapBytes / 1e6]));
      if (start === "second" && given === undefined) {
        await measureClicks(client, paths, name, report);
      }
    } finally {
      client.dispose();
    }
  }
}

async function measureClicks(
  client: IndexClient,
  paths: readonly string[],
  name: string,
  report: (figure: Figure) => void,
): Promise<void> {
  const { remote } = client;
  const folder = paths[0]?.split("/service")[0] ?? "/";
  const mapper = new PathMapper({
    folders: [{ name: "workspace", path: folder }],
    mappings: [],
    files: paths,
    learned: new LearnedMappings(),
  });
  const workspace: SourceWorkspace = {
    findFiles: (path, service) => mapper.findFiles(path, service),
    isListed: path => mapper.isListed(path),
    exists: () => Promise.resolve(false),
    readLines: async path => (await readFile(path, "utf8")).split("\n"),
    readSymbols: path => remote.readSymbols(path),
    findSymbols: symbol => remote.findSymbols(symbol),
    findTasksByQueue: queue => remote.findTasksByQueue(queue),
    findTasksByName: task => remote.findTasksByName(task),
    findSpanStarts: span => remote.findSpanStarts(span),
    findRoutes: query => remote.findRoutes(query),
    searchText: query => remote.searchText(query),
    findServiceFolders: service => remote.findServiceFolders(service),
  };
  const samples: number[] = [];
  let found = 0;
  for (let click = -10; click < CLICKS; click += 1) {
    const number = Math.abs(click * 7_919) % Math.max(1, Math.floor(paths.length / 8));
    const began = performance.now();
    const { locations } = await resolveSource(makeHints(number, Math.abs(click) % 4), workspace);
    if (click < 0) continue;
    samples.push(performance.now() - began);
    if (locations.length > 0) found += 1;
  }
  summarisePercentiles(`${name}: span → place, warm,`, samples).forEach(report);
  report(summarise(`${name}: spans with a place`, "%", [(100 * found) / CLICKS]));
}

function makeHints(number: number, form: number): ReturnType<typeof getCodeHints> {
  const service = `service${number % 40}`;
  const forms: readonly {
    readonly name: string;
    readonly kind: SpanKind;
    readonly attributes: Readonly<Record<string, string>>;
  }[] = [
    {
      name: `GET /api/boxes${number}/{id}`,
      kind: SpanKind.server,
      attributes: { "http.request.method": "GET", "http.route": `/api/boxes${number}/{id}` },
    },
    { name: `pack boxes ${number}`, kind: SpanKind.internal, attributes: {} },
    {
      name: "GET",
      kind: SpanKind.client,
      attributes: {
        "http.request.method": "GET",
        "url.full": `http://stock/api/stock${number}/17`,
      },
    },
    {
      name: `tasks${number}.ship_boxes_${number}`,
      kind: SpanKind.consumer,
      attributes: { "celery.task_name": `tasks${number}.ship_boxes_${number}` },
    },
  ];
  const { name, kind, attributes } = forms[form] ?? forms[0]!;
  return getCodeHints(toDetail(attributes), { name, kind, service, queue: "" });
}
