/** Holds the import table of ARCHITECTURE.md: who may import whom. Reads imports, so `import "vscode"` counts. */

import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

/** Room → the rooms that it may import, besides itself. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  "src/base": [],
  "src/model": ["src/base"],
  "src/threads": ["src/base", "src/model/failure.ts"],
  "src/formats": ["src/base", "src/model"],
  "src/stores": ["src/base", "src/model", "src/formats", "src/threads"],
  "src/collector": ["src/base", "src/model", "src/formats", "src/threads"],
  "src/tools": ["src/base", "src/model", "src/analysis", "src/logs", "src/stores"],
  "src/toolServer": ["src/base", "src/model", "src/collector", "src/tools/toolTable.ts"],
  "src/tracesideCheck.ts": ["src/base", "src/model", "src/formats", "src/analysis"],
  "src/collectorWorker.ts": [
    ...["src/base", "src/threads", "src/stores/local", "src/collector", "src/toolServer"],
  ],
  "src/analysis": ["src/base", "src/model"],
  "src/logs": ["src/base", "src/model"],
  "src/source": ["src/base", "src/model", "src/threads"],
  "src/protocol": ["src/base", "src/model", "src/analysis", "src/threads"],
  "src/manifest.ts": ["src/model"],
  "src/platform": ["src/base", "src/model", "src/manifest.ts"],
  "src/services": [
    ...["src/base", "src/model", "src/analysis", "src/source", "src/stores", "src/platform"],
    "src/manifest.ts",
  ],
  "src/features": [
    ...["src/base", "src/model", "src/formats", "src/analysis", "src/logs", "src/stores"],
    ...["src/source", "src/protocol", "src/platform", "src/services", "src/manifest.ts"],
    ...["src/collector", "src/threads", "src/tools"],
  ],
  "src/extension.ts": ["src"],
  webview: ["src/base", "src/model", "src/analysis", "src/protocol", "src/threads"],
};

/** Room in a room → its neighbours that it may import, besides itself; `.`, the files outside of all rooms. */
const innerRooms: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  webview: {
    words: ["panel"],
    kit: ["words"],
    answers: ["kit", "panel", "words"],
    detail: ["kit", "panel", "words"],
    flame: ["kit", "panel", "timeline", "words"],
    graph: ["kit", "panel", "words"],
    table: ["kit", "panel", "words"],
    timeline: ["kit", "panel", "words"],
    panel: ["answers", "detail", "flame", "graph", "kit", "table", "timeline", "words"],
    traces: ["kit", "panel", "words"],
    exported: ["words"],
  },
  "src/formats": {
    values: [],
    encodings: ["values"],
    "traceFormat.ts": ["values"],
    otlp: ["encodings", "traceFormat.ts", "values"],
    jaeger: ["encodings", "otlp", "traceFormat.ts", "values"],
    plain: ["encodings", "jaeger", "otlp", "traceFormat.ts", "values"],
    consoles: ["encodings", "otlp", "plain", "traceFormat.ts", "values"],
    skywalking: ["encodings", "traceFormat.ts", "values"],
    tasks: ["encodings", "plain", "traceFormat.ts", "values"],
    zipkin: ["encodings", "otlp", "plain", "traceFormat.ts", "values"],
    products: ["encodings", "otlp", "plain", "traceFormat.ts", "values", "zipkin"],
    ".": [
      ...["consoles", "encodings", "jaeger", "otlp", "plain", "products", "skywalking", "tasks"],
      ...["traceFormat.ts", "values", "zipkin"],
    ],
  },
  "src/stores/local": {
    index: ["file", "log"],
    log: ["file", "index", "localApi.ts", "read", "recovery"],
    read: ["file", "index", "log"],
    maintenance: ["file", "index", "log", "read", "recovery"],
    recovery: ["file", "index", "log", "maintenance", "read"],
    file: ["index", "log", "maintenance", "read", "recovery"],
    "localApi.ts": ["index", "log", "read"],
    "localStore.ts": ["localApi.ts", "log", "read"],
    "worker.ts": ["file", "localApi.ts", "log", "read", "recovery"],
  },
};

/** Package → the only places that may import it. Types count. */
const packages: Readonly<Record<string, readonly string[]>> = {
  vscode: ["src/extension.ts", "src/platform", "src/services", "src/features"],
  mongodb: ["src/stores/mongodb"],
  "sql-formatter": ["src/features/tracePanel/sqlText.ts"],
  elkjs: ["webview/graph"],
  "@vscode/tree-sitter-wasm": ["src/source"],
  "node:sqlite": ["src/stores/local"],
  "@grpc/grpc-js": ["src/collector"],
  "@modelcontextprotocol/sdk": ["src/toolServer/mcpServer.ts"],
  "jsonc-parser": ["src/source/launchMappings.ts", "src/features/agentTools/agentClients.ts"],
  yaml: ["src/formats", "src/features/traceCompose/composeFile.ts"],
  bson: ["src/formats"],
  "@vscode/webview-ui-toolkit": ["webview/kit/controls.ts"],
  lit: ["webview"],
};

const files = ["src/**/*.ts", "webview/**/*.ts"].flatMap(pattern =>
  globSync(pattern, { cwd: root }),
);

function isIn(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

function listImports(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const pattern =
    /(?:^|\s)(?:import|export)\s(?:[^"';]*?\sfrom\s)?["']([^"']+)["']|\bimport\(["']([^"']+)["']\)/g;
  return [...text.matchAll(pattern)].map(match => (match[1] ?? match[2])!.replace(/^text:/, ""));
}

/** Imports that break the table, as `from → to`. */
function findBroken(file: string, imports: readonly string[]): string[] {
  return imports
    .filter(name => {
      if (!name.startsWith(".")) {
        const homes = Object.entries(packages).find(([each]) => isIn(name, each))?.[1];
        return homes !== undefined && !homes.some(home => isIn(file, home));
      }
      const target = relative(root, normalize(join(root, dirname(file), name)));
      const room = Object.keys(rooms).find(each => isIn(file, each));
      if (room === undefined) return true;
      // A feature is one file or one folder; features never import each other.
      if (room === "src/features" && isIn(target, room)) {
        return featureOf(file) !== featureOf(target);
      }
      return ![room, ...rooms[room]!].some(place => isIn(target, place));
    })
    .map(name => `${file} → ${name}`);
}

/** Imports that break the table of inner rooms, as `from → to`. */
function findBrokenInside(file: string, imports: readonly string[]): string[] {
  const [outer, inner] = Object.entries(innerRooms).find(([each]) => isIn(file, each)) ?? [];
  if (outer === undefined || inner === undefined) return [];
  const roomOf = (path: string): string => {
    const [first] = path.slice(outer.length + 1).split("/");
    return first! in inner ? first! : ".";
  };
  const room = roomOf(file);
  const allowed = inner[room];
  return imports
    .filter(name => name.startsWith("."))
    .map(name => relative(root, normalize(join(root, dirname(file), name))))
    .filter(target => isIn(target, outer) && roomOf(target) !== room)
    .filter(target => allowed?.includes(roomOf(target)) !== true)
    .map(target => `${file} → ${target}`);
}

function featureOf(path: string): string {
  return path.split("/")[2]!.replace(/\.ts$/, "");
}

test("no import leaves the table", () => {
  expect(files.length).toBeGreaterThan(20);
  expect(files.flatMap(file => findBroken(file, listImports(file)))).toEqual([]);
});

test("no import between rooms of a room leaves the table", () => {
  expect(files.flatMap(file => findBrokenInside(file, listImports(file)))).toEqual([]);
  expect(findBrokenInside("webview/kit/x.ts", ["../graph/graph.ts"])).toHaveLength(1);
  expect(findBrokenInside("src/stores/local/index/x.ts", ["../read/traceReader.ts"])).toHaveLength(
    1,
  );
  expect(findBrokenInside("src/formats/otlp/x.ts", ["../sniff.ts"])).toHaveLength(1);
  expect(findBrokenInside("webview/graph/x.ts", ["../words/words.ts"])).toEqual([]);
});

test("no files import each other in a circle", () => {
  const imports = new Map(
    files.map(file => [
      file,
      listImports(file)
        .filter(name => name.startsWith("."))
        .map(name => relative(root, normalize(join(root, dirname(file), name)))),
    ]),
  );
  /** Files whose imports are all followed; what is met again on the way to them is a circle. */
  const done = new Set<string>();
  const circles: string[] = [];
  const follow = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(" → "));
    if (done.has(file) || way.includes(file)) return;
    for (const target of imports.get(file) ?? []) follow(target, [...way, file]);
    done.add(file);
  };
  for (const file of files) follow(file, []);
  expect(circles).toEqual([]);
});

test("every file stands in a room of the table", () => {
  const homeless = files.filter(file => !Object.keys(rooms).some(room => isIn(file, room)));
  expect(homeless).toEqual([]);
});

test("the table refuses what it should refuse", () => {
  expect(findBroken("src/model/x.ts", ["vscode"])).toHaveLength(1);
  expect(findBroken("src/model/x.ts", ["../stores/open.ts"])).toHaveLength(1);
  expect(findBroken("webview/x.ts", ["../src/stores/open.ts"])).toHaveLength(1);
  expect(findBroken("src/features/a.ts", ["./b.ts"])).toHaveLength(1);
  expect(findBroken("webview/timeline/x.ts", ["elkjs/lib/elk-api.js"])).toHaveLength(1);
  expect(findBroken("src/analysis/x.ts", ["../model/trace.ts"])).toHaveLength(0);
});
