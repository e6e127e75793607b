/**
 * Builds what ships: the extension host and its workers (cjs, node), the pages and the host of exported ones (iife).
 * `--production` minifies, `--watch` rebuilds.
 */

import * as esbuild from "esbuild";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";

const isProduction = process.argv.includes("--production");
const isWatch = process.argv.includes("--watch");
const require = createRequire(import.meta.url);

/** `import text from "text:PACKAGE/FILE"` gives the file's text: webview workers must be embedded, not loaded. */
const textPlugin = {
  name: "text",
  setup(build) {
    build.onResolve({ filter: /^text:/ }, args => ({
      path: require.resolve(args.path.slice("text:".length)),
      namespace: "text",
    }));
    build.onLoad({ filter: /.*/, namespace: "text" }, async args => ({
      contents: await readFile(args.path, "utf8"),
      loader: "text",
    }));
  },
};

/** `import text from "worker:./FILE.ts"` gives a worker of our own, bundled, as text, for the same reason. */
const workerPlugin = {
  name: "worker",
  setup(build) {
    build.onResolve({ filter: /^worker:/ }, args => ({
      path: join(args.resolveDir, args.path.slice("worker:".length)),
      namespace: "worker",
    }));
    build.onLoad({ filter: /.*/, namespace: "worker" }, async args => {
      const { outputFiles, metafile } = await esbuild.build({
        ...page,
        sourcemap: false,
        entryPoints: [args.path],
        write: false,
      });
      const watchFiles = Object.keys(metafile.inputs).map(file => resolve(file));
      return { contents: outputFiles[0].text, loader: "text", watchFiles };
    });
  },
};

/** Dynamic imports that become a file of their own, so that what they weigh is paid on first use. */
const lazyModules = {
  "mongodb/mongoStore.ts": "./mongodb.cjs",
  "/sqlText.ts": "./sqlText.cjs",
  "/mcpServer.ts": "./mcpServer.cjs",
  "/composeFile.ts": "./composeFile.cjs",
};
const lazyPlugin = {
  name: "lazy",
  setup(build) {
    build.onResolve({ filter: /\.ts$/ }, args => {
      const lazy = Object.entries(lazyModules).find(([end]) => args.path.endsWith(end));
      return args.kind === "dynamic-import" && lazy ? { path: lazy[1], external: true } : undefined;
    });
  },
};

/**
 * Says when building begins and when every bundle has been built, with errors as `FILE:LINE:COLUMN: error: TEXT`, for
 * the problem matcher in `.vscode/tasks.json`.
 */
let building = 0;
function createTellPlugin() {
  // The first build of each bundle is counted before any of them begins, so that the end is the end of all.
  let isCounted = true;
  return {
    name: "tell",
    setup(build) {
      build.onStart(() => {
        if (isCounted) isCounted = false;
        else if (building++ === 0) console.log("[watch] build started");
      });
      build.onEnd(({ errors, warnings }) => {
        for (const [kind, messages] of Object.entries({ error: errors, warning: warnings })) {
          for (const { text, location: at } of messages) {
            const place = at ? `${at.file}:${at.line}:${at.column + 1}` : "?:1:1";
            console.log(`${place}: ${kind}: ${text}`);
          }
        }
        if (--building === 0) console.log("[watch] build finished");
      });
    },
  };
}

const common = {
  bundle: true,
  minify: isProduction,
  sourcemap: !isProduction,
  logLevel: "warning",
  legalComments: "none",
  metafile: true,
  plugins: [textPlugin],
};

const host = {
  ...common,
  platform: "node",
  format: "cjs",
  target: "node22",
  external: ["vscode"],
  // Its main file loads its parts in a way that no bundler can follow.
  alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
};

const page = { ...common, platform: "browser", format: "iife", target: "chrome128" };

const builds = [
  {
    ...host,
    entryPoints: ["src/extension.ts"],
    outfile: "dist/extension.cjs",
    plugins: [textPlugin, lazyPlugin],
  },
  // Heavy or threaded parts are files of their own, loaded on first use.
  { ...host, entryPoints: ["src/stores/mongodb/mongoStore.ts"], outfile: "dist/mongodb.cjs" },
  { ...host, entryPoints: ["src/features/tracePanel/sqlText.ts"], outfile: "dist/sqlText.cjs" },
  {
    ...host,
    entryPoints: ["src/features/traceCompose/composeFile.ts"],
    outfile: "dist/composeFile.cjs",
  },
  { ...host, entryPoints: ["src/stores/local/worker.ts"], outfile: "dist/localWorker.cjs" },
  { ...host, entryPoints: ["src/stores/file/fileWorker.ts"], outfile: "dist/fileWorker.cjs" },
  { ...host, entryPoints: ["src/features/traceLogs/logWorker.ts"], outfile: "dist/logWorker.cjs" },
  {
    ...host,
    entryPoints: ["src/collectorWorker.ts"],
    outfile: "dist/collectorWorker.cjs",
    plugins: [textPlugin, lazyPlugin],
  },
  { ...host, entryPoints: ["src/toolServer/mcpServer.ts"], outfile: "dist/mcpServer.cjs" },
  // For a shell, not for the editor; it is no part of the package of the extension.
  {
    ...host,
    entryPoints: ["src/tracesideCheck.ts"],
    outfile: "dist/tracesideCheck.cjs",
    banner: { js: "#!/usr/bin/env node" },
  },
  { ...host, entryPoints: ["src/source/indexWorker.ts"], outfile: "dist/indexWorker.cjs" },
  {
    ...page,
    entryPoints: ["webview/panel/main.ts"],
    outfile: "dist/webview.js",
    plugins: [textPlugin, workerPlugin],
  },
  { ...page, entryPoints: ["webview/graph/elkText.ts"], outfile: "dist/elkWorker.js" },
  { ...page, entryPoints: ["webview/traces/main.ts"], outfile: "dist/traces.js" },
  { ...page, entryPoints: ["webview/exported/exportedHost.ts"], outfile: "dist/exportedHost.js" },
];

const treeSitterFiles = [
  "tree-sitter.wasm",
  "tree-sitter-python.wasm",
  "tree-sitter-typescript.wasm",
  "tree-sitter-tsx.wasm",
  "tree-sitter-javascript.wasm",
  "tree-sitter-go.wasm",
  "tree-sitter-java.wasm",
  "tree-sitter-c-sharp.wasm",
  "tree-sitter-php.wasm",
  "tree-sitter-ruby.wasm",
  "tree-sitter-rust.wasm",
  "tree-sitter-cpp.wasm",
];

await mkdir("dist/grammars", { recursive: true });
for (const file of treeSitterFiles) {
  await copyFile(`node_modules/@vscode/tree-sitter-wasm/wasm/${file}`, `dist/grammars/${file}`);
}

// The sample shop uses the module that Instrument Project puts into projects.
await copyFile(
  "media/instrument/funboost/traceside_funboost.py",
  "media/samples/shop/traceside_funboost.py",
);

if (isWatch) {
  building = builds.length;
  console.log("[watch] build started");
  for (const options of builds) {
    const plugins = [...options.plugins, createTellPlugin()];
    await (await esbuild.context({ ...options, plugins, logLevel: "silent" })).watch();
  }
} else {
  await mkdir("dist/meta", { recursive: true });
  await Promise.all(
    builds.map(async options => {
      const { metafile } = await esbuild.build(options);
      // What each bundle holds: the third-party notices are written from it.
      await writeFile(`dist/meta/${basename(options.outfile)}.json`, JSON.stringify(metafile));
    }),
  );
}
