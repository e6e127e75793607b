/**
 * Run This Task Again and Stop There: publishes a task of Funboost or Celery with the parameters that its store knows, to
 * its queue, after these were shown and the user has agreed, and sets a breakpoint at its line. The workspace's Python
 * publishes it in a terminal, with the project's own declaration of the task.
 */

import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import * as vscode from "vscode";
import { hideSecrets } from "../../base/secretText.ts";
import { readTaskMessage, type TaskMessage } from "../../formats/tasks/taskMessage.ts";
import { askModal, showReport } from "../../platform/report.ts";
import { runInTerminal } from "../../platform/terminalTask.ts";
import { findFolder, findPython, isThere, listFolders } from "../../services/projectFolders.ts";
import { toCondition } from "../../source/breakpointPlace.ts";
import { findPythonModule, listPositional, type PythonModule } from "../../source/pythonModule.ts";
import {
  addBreakpoint,
  findPlace,
  showPlace,
  type BreakpointSpan,
  type Place,
  type SpanBreakpointServices,
} from "./spanPlace.ts";

/** Files by which a project's folder is known: tasks are published from where the project is run. */
const projectMarkers = [
  ...["funboost_config.py", "manage.py", "pyproject.toml", "setup.cfg", "requirements.txt"],
];
/** The rest is known by its length. */
const MAX_SHOWN = 1_200;
/** A breakpoint by so many parameters is of one order alone. */
const MAX_CONDITIONS = 4;

interface Publisher {
  readonly python: string;
  readonly folder: vscode.Uri;
  readonly module: PythonModule;
  /** Folders that Python imports from. */
  readonly paths: readonly string[];
}

export async function runTaskAgain(
  services: SpanBreakpointServices,
  span: BreakpointSpan,
): Promise<void> {
  const { t } = vscode.l10n;
  if (!vscode.workspace.isTrusted) {
    await inform(t("Tasks are published in trusted workspaces only."));
    return;
  }
  const { name } = span.facts;
  const message = readTaskMessage(span.detail.raw);
  if (message === undefined) {
    await inform(t("“{0}” is no task of Funboost or Celery whose parameters are all known.", name));
    return;
  }
  const place = await findPlace(services, span);
  if (place === undefined || !place.uri.path.endsWith(".py")) {
    await inform(t("No line is certain for “{0}”.", name));
    return;
  }
  const publisher = await findPublisher(place, message);
  if (!(await isAgreed(message, place, publisher))) return;
  await showPlace(place);
  addBreakpoint(place, createCondition(place));
  await publish(services, message, publisher);
}

async function isAgreed(
  message: TaskMessage,
  place: Place,
  { python, folder }: Publisher,
): Promise<boolean> {
  const { t } = vscode.l10n;
  const { task, queue } = message;
  const question =
    queue === ""
      ? t("Publish “{0}” again, to the default queue?", task)
      : t("Publish “{0}” again, to the queue “{1}”?", task, queue);
  const where = `${vscode.workspace.asRelativePath(place.uri)}:${String(place.line0 + 1)}`;
  const detail = [
    describeParameters(message, place.head),
    t("A worker that runs in the debugger stops at {0}.", where),
    ...(vscode.debug.activeDebugSession === undefined ? [t("No debug session runs here.")] : []),
    t("It is published by {0} in {1}.", python, folder.fsPath),
  ];
  const yes = t("Publish");
  return (await askModal(question, detail.join("\n\n"), [yes])) === yes;
}

/** Secrets stay hidden: what is shown may be seen by others. */
function describeParameters(message: TaskMessage, head: string): string {
  const names = listPositional(head);
  const shown =
    message.kind === "funboost"
      ? hideSecrets(message.parameters)
      : {
          args: message.args.map((value, at) => hideSecrets(value, names[at])),
          kwargs: hideSecrets(message.kwargs),
        };
  const text = JSON.stringify(shown, undefined, 2);
  if (text.length <= MAX_SHOWN) return text;
  return `${text.slice(0, MAX_SHOWN)}…\n${vscode.l10n.t("{0} characters in all", text.length)}`;
}

function createCondition({ uri, known }: Place): string | undefined {
  const conditions = known
    .map(parameter => toCondition(uri.path, parameter))
    .filter(condition => condition !== undefined)
    .slice(0, MAX_CONDITIONS);
  return conditions.length === 0 ? undefined : conditions.join(" and ");
}

async function findPublisher({ uri }: Place, message: TaskMessage): Promise<Publisher> {
  const workspace = vscode.workspace.getWorkspaceFolder(uri)?.uri ?? vscode.Uri.joinPath(uri, "..");
  const around = listFolders(uri, workspace);
  const module = await findPythonModule(
    uri.path,
    path => isThere(uri.with({ path }), "__init__.py"),
    message.kind === "celery" ? message.task : "",
  );
  const root = uri.with({ path: module.root });
  const folder = (await findFolder(around, projectMarkers)) ?? root;
  const paths = [...new Set([folder, root, workspace].map(({ fsPath }) => fsPath))];
  return { python: await findPython(around), folder, module, paths };
}

async function publish(
  { publisherScript }: SpanBreakpointServices,
  message: TaskMessage,
  { python, folder, module, paths }: Publisher,
): Promise<void> {
  // Nobody else may read it: parameters may be secrets, which is why they are no argument of the program either.
  const directory = await mkdtemp(join(tmpdir(), "traceside-task-"));
  try {
    await chmod(directory, 0o700);
    const file = join(directory, "message.json");
    await writeFile(file, JSON.stringify({ ...message, module: module.name }), { mode: 0o600 });
    const inheritedPath = process.env["PYTHONPATH"] ?? "";
    await runInTerminal({
      ...{ name: message.task, type: "traceside.publish", folder },
      command: [python, publisherScript, file],
      env: {
        PYTHONPATH: [...paths, ...(inheritedPath === "" ? [] : [inheritedPath])].join(delimiter),
        PYTHONIOENCODING: "utf-8",
      },
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function inform(text: string): Promise<void> {
  await showReport({ text, lines: [], actions: [] }, "info");
}
