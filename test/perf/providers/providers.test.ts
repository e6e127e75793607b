/**
 * The places that clicks on the corpus's recorded spans get in a real VS Code, once with no language extension
 * answering and once with VS Code's own and one for Python; `providers.bench.ts` opens the window and prints the counts.
 */

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import * as vscode from "vscode";
import { SourceOpener } from "../../../src/features/openSource/openSource.ts";
import { createLog } from "../../../src/platform/log.ts";
import { createEmptyDetail } from "../../../src/model/emptyDetail.ts";
import { SpanKind } from "../../../src/model/span.ts";
import type { RecordedRun } from "../../corpus/recordedRuns.ts";
import { figuresFile } from "./figuresFile.ts";

interface PythonSymbol {
  readonly name: string;
  readonly kind: "class" | "function" | "variable";
  readonly from: number;
  readonly line: number;
  readonly to: number;
  readonly children: readonly PythonSymbol[];
}

const repo = process.env["TRACESIDE_REPO"] ?? "";
const folder = (): vscode.Uri => vscode.workspace.workspaceFolders![0]!.uri;
const asked = /^vscode\.execute(?:Workspace|Document)SymbolProvider$/;
const kinds = {
  class: vscode.SymbolKind.Class,
  function: vscode.SymbolKind.Function,
  variable: vscode.SymbolKind.Variable,
};

describe("clicks on recorded spans", function () {
  this.timeout(600_000);
  const owned: { dispose(): unknown }[] = [];
  const figures: Record<string, number> = {};
  let source: SourceOpener;

  before(() => {
    source = new SourceOpener({
      log: createLog(),
      workerPath: join(repo, "dist/indexWorker.cjs"),
      grammarsPath: join(repo, "dist/grammars"),
    });
    owned.push(source);
  });

  after(async () => {
    for (const each of owned) each.dispose();
    const text = JSON.stringify(figures);
    await vscode.workspace.fs.writeFile(
      vscode.Uri.joinPath(folder(), figuresFile),
      new TextEncoder().encode(text),
    );
  });

  it("are judged where no language extension answers", async () => {
    const { executeCommand } = vscode.commands;
    Object.assign(vscode.commands, {
      executeCommand: (command: string, ...more: unknown[]) =>
        asked.test(command) ? Promise.resolve(undefined) : executeCommand(command, ...more),
    });
    try {
      await judgeAll(source, "without a language extension", figures);
    } finally {
      Object.assign(vscode.commands, { executeCommand });
    }
  });

  it("are judged where language extensions answer", async () => {
    owned.push(...registerPython());
    await judgeAll(source, "with language extensions", figures);
  });
});

async function judgeAll(
  source: SourceOpener,
  title: string,
  figures: Record<string, number>,
): Promise<void> {
  const recordings = await vscode.workspace.findFiles("recordings/*.json");
  const count = (verdict: string): void => {
    figures[`${title}: ${verdict}`] = (figures[`${title}: ${verdict}`] ?? 0) + 1;
  };
  for (const uri of recordings.sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const run = JSON.parse(
      new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)),
    ) as RecordedRun;
    for (const span of run.spans) {
      const kind = SpanKind[span.kind];
      const facts = { name: span.name, service: run.framework, queue: "", kind };
      const attributes = Object.entries(span.attributes).map(([key, value]) => ({ key, value }));
      const detail = { ...createEmptyDetail("1", "2"), attributes };
      const signal = AbortSignal.timeout(60_000);
      const places = await source.findCandidates(detail, facts, signal);
      const [first] = places;
      const path = span.at.slice(0, span.at.lastIndexOf(":"));
      const isAt = ({ path: found, line0 }: { path: string; line0: number }): boolean =>
        `${found}:${line0 + 1}`.endsWith(`${run.framework}/${span.at}`);
      if (first === undefined) count("nothing");
      else if (isAt(first)) count("right");
      else if (first.isSure && !first.path.endsWith(`/${path}`)) count("sure and wrong");
      else if (places.some(isAt)) count("in list");
      else count(first.path.endsWith(`/${path}`) ? "near" : "wrong");
      if (places.some(({ reason }) => reason.includes("language"))) {
        count("of a language extension");
      }
    }
  }
}

/** A language extension for Python, which answers from Python's own parser. */
function registerPython(): readonly vscode.Disposable[] {
  const script = join(repo, "test/perf/providers/pythonSymbols.py");
  const files = JSON.parse(
    execFileSync("python3", [script, folder().fsPath], { encoding: "utf8" }),
  ) as Record<string, readonly PythonSymbol[]>;
  const range = (from: number, to: number): vscode.Range => new vscode.Range(from, 0, to, 1_000);
  const toSymbol = (symbol: PythonSymbol): vscode.DocumentSymbol => {
    const { name, kind, from, line, to, children } = symbol;
    const made = new vscode.DocumentSymbol(
      name,
      "",
      kinds[kind],
      range(from, to),
      range(line, line),
    );
    made.children = children.map(toSymbol);
    return made;
  };
  const list = (
    symbols: readonly PythonSymbol[],
    owner: string,
    path: string,
  ): readonly vscode.SymbolInformation[] =>
    symbols.flatMap(({ name, kind, from, to, children }) => [
      new vscode.SymbolInformation(
        name,
        kinds[kind],
        owner,
        new vscode.Location(vscode.Uri.file(path), range(from, to)),
      ),
      ...list(children, name, path),
    ]);
  const all = Object.entries(files).flatMap(([path, symbols]) => list(symbols, "", path));
  return [
    vscode.languages.registerDocumentSymbolProvider("python", {
      provideDocumentSymbols: ({ uri }) => (files[uri.fsPath] ?? []).map(toSymbol),
    }),
    vscode.languages.registerWorkspaceSymbolProvider({
      provideWorkspaceSymbols: query =>
        all.filter(({ name }) => name.toLowerCase().includes(query.toLowerCase())),
    }),
  ];
}
