/**
 * Instrument Project: puts a small module into the workspace that makes the program's work visible: for Funboost the
 * parents of its tasks, for other programs spans of OpenTelemetry. Nothing that exists is overwritten unasked.
 */

import * as vscode from "vscode";
import type { Disposable } from "../base/disposables.ts";
import { commands, type InstrumentKit } from "../manifest.ts";
import { registerCommands } from "../platform/commands.ts";
import type { Log } from "../platform/log.ts";
import { askModal, showReport, type Action } from "../platform/report.ts";

interface Kit {
  readonly label: string;
  readonly detail: string;
  /** The module, below `media/instrument`: one file that stands alone, so that what two need stands in both. */
  readonly source: string;
  /** Where it goes, below the folder that holds the marker. */
  readonly target: string;
  /** A file that tells where in the workspace such a program is. */
  readonly marker: string;
  /** The advice on what to do next. */
  readonly next: string;
  readonly actions: readonly Action[];
}

export interface InstrumentServices {
  readonly log: Log;
  readonly extensionUri: vscode.Uri;
}

export function registerInstrumentProject({ log, extensionUri }: InstrumentServices): Disposable {
  return registerCommands(log, {
    [commands.instrumentProject]: kit => instrumentProject(extensionUri, kit),
  });
}

/** Settles with the module's place, or without a value when the user gives up. */
async function instrumentProject(
  extensionUri: vscode.Uri,
  asked: InstrumentKit | undefined,
): Promise<vscode.Uri | undefined> {
  const { t } = vscode.l10n;
  const kits = createKits();
  const kit = asked === undefined ? await chooseKit(kits) : kits[asked];
  const folder = kit && (await chooseFolder(kit));
  if (kit === undefined || folder === undefined) return undefined;
  const source = vscode.Uri.joinPath(extensionUri, "media", "instrument", kit.source);
  const bytes = await vscode.workspace.fs.readFile(source);
  const target = vscode.Uri.joinPath(folder, kit.target);
  const present = await readIfPresent(target);
  const isSame = present !== undefined && Buffer.compare(present, bytes) === 0;
  if (present !== undefined && !isSame) {
    const replace = t("Replace");
    const answer = await askModal(
      t("{0} is there already, and differs.", kit.target),
      t("Replace it with the module of this version of Traceside?"),
      [replace],
    );
    if (answer !== replace) return undefined;
  }
  if (!isSame) await vscode.workspace.fs.writeFile(target, bytes);
  await vscode.window.showTextDocument(target, { preview: false });
  void showReport({ text: kit.next, lines: [], actions: kit.actions }, "info");
  return target;
}

function createKits(): Readonly<Record<InstrumentKit, Kit>> {
  const { t } = vscode.l10n;
  const installFirst = t("Install its packages; how to use it stands at the top of the file.");
  const copyInstall = (command: string): Action => ({
    title: t("Copy Install Command"),
    run: () => vscode.env.clipboard.writeText(command),
  });
  const spans = t("Spans of OpenTelemetry for your functions, threads and messages");
  return {
    funboost: {
      label: t("Python: Funboost tasks"),
      detail: t("Which task published which: parents for the results in MongoDB"),
      source: "funboost/traceside_funboost.py",
      target: "traceside_funboost.py",
      marker: "funboost_config.py",
      next: t(
        "Use TracedBoosterParams from {0} where you use BoosterParams. The lines to change stand at the top of the file.",
        "traceside_funboost.py",
      ),
      actions: [
        {
          title: t("Find My Tasks"),
          run: () =>
            vscode.commands.executeCommand("workbench.action.findInFiles", {
              query: "BoosterParams\\(|@boost\\(|@task_deco\\(",
              isRegex: true,
              filesToInclude: "**/*.py",
              triggerSearch: true,
            }),
        },
      ],
    },
    run: {
      label: t("Any command: a span for its process"),
      detail: t("`traceside run -- command` hands its trace on to what it starts"),
      source: "run/traceside",
      target: "bin/traceside",
      marker: "{Makefile,package.json,pyproject.toml,go.mod}",
      next: t("Run your command with it: node bin/traceside run -- COMMAND"),
      actions: [],
    },
    python: {
      label: t("Python: OpenTelemetry"),
      detail: spans,
      source: "python/traceside_otel.py",
      target: "traceside_otel.py",
      marker: "{pyproject.toml,requirements.txt,setup.py}",
      next: installFirst,
      actions: [
        copyInstall("pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http"),
      ],
    },
    pytest: {
      label: t("Python: tests of pytest"),
      detail: t("A trace of each test, named as the test"),
      source: "python/traceside_pytest.py",
      target: "traceside_pytest.py",
      marker: "{conftest.py,pytest.ini,tox.ini}",
      next: t("Name it in conftest.py: {0}", 'pytest_plugins = ["traceside_pytest"]'),
      actions: [
        copyInstall("pip install pytest opentelemetry-sdk opentelemetry-exporter-otlp-proto-http"),
      ],
    },
    node: {
      label: t("Node: OpenTelemetry"),
      detail: t("Spans of OpenTelemetry for your functions and messages, and a trace of each test"),
      source: "node/traceside.mjs",
      target: "traceside.mjs",
      marker: "package.json",
      next: installFirst,
      actions: [
        copyInstall(
          "npm install @opentelemetry/sdk-node @opentelemetry/auto-instrumentations-node",
        ),
      ],
    },
    go: {
      label: t("Go: OpenTelemetry"),
      detail: t(
        "Spans of OpenTelemetry for your functions and goroutines, and a trace of each test",
      ),
      source: "go/traceside.go",
      target: "traceside/traceside.go",
      marker: "go.mod",
      next: installFirst,
      actions: [
        copyInstall(
          "go get go.opentelemetry.io/otel/sdk go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp",
        ),
      ],
    },
    java: {
      label: t("Java: OpenTelemetry"),
      detail: spans,
      source: "java/Traceside.java",
      target: "src/main/java/Traceside.java",
      marker: "{pom.xml,build.gradle,build.gradle.kts}",
      next: installFirst,
      actions: [],
    },
    junit: {
      label: t("Java: tests of JUnit"),
      detail: t("A trace of each test, named as the test"),
      source: "junit/TracesideTests.java",
      target: "src/test/java/TracesideTests.java",
      marker: "{pom.xml,build.gradle,build.gradle.kts}",
      next: installFirst,
      actions: [],
    },
  };
}

/** Lists the kits whose programs are in the workspace first. */
async function chooseKit(kits: Readonly<Record<InstrumentKit, Kit>>): Promise<Kit | undefined> {
  const found = await Promise.all(
    Object.values(kits).map(async kit => ({ kit, isHere: (await findMarker(kit)) !== undefined })),
  );
  const sorted = found.toSorted((a, b) => Number(b.isHere) - Number(a.isHere));
  const chosen = await vscode.window.showQuickPick(
    sorted.map(({ kit, isHere }) => ({
      label: kit.label,
      description: isHere ? vscode.l10n.t("in this workspace") : "",
      detail: kit.detail,
      kit,
    })),
    { title: vscode.l10n.t("Instrument Project"), matchOnDetail: true },
  );
  return chosen?.kit;
}

/** Where such a program lies, else the folder of the user's choice. */
async function chooseFolder(kit: Kit): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const marker = await findMarker(kit);
  if (marker !== undefined) return vscode.Uri.joinPath(marker, "..");
  if (folders.length <= 1) return folders[0]?.uri;
  return (
    await vscode.window.showWorkspaceFolderPick({
      placeHolder: vscode.l10n.t("Which project is it for?"),
    })
  )?.uri;
}

/** The one nearest to the top. */
async function findMarker({ marker }: Kit): Promise<vscode.Uri | undefined> {
  const found = await vscode.workspace.findFiles(
    `**/${marker}`,
    "**/{.venv,venv,node_modules,target,build}/**",
    50,
  );
  const depth = (uri: vscode.Uri): number => uri.path.split("/").length;
  return found.toSorted((a, b) => depth(a) - depth(b))[0];
}

async function readIfPresent(uri: vscode.Uri): Promise<Uint8Array | undefined> {
  try {
    return await vscode.workspace.fs.readFile(uri);
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === "FileNotFound") return undefined;
    throw error;
  }
}
