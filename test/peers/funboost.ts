/**
 * A real Funboost for the tests: a Python environment with the package from PyPI, kept in the cache,
 * and one run of the sample shop in it, whose results land in the given server. The broker is
 * Funboost's SQLite queue, so nothing else is needed. Knows nothing of how traces are read.
 */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { MongoClient } from "mongodb";
import type { PeerUnavailable } from "./cache.ts";
import { runCommand, say } from "./cache.ts";
import type { MongoPeer } from "./mongo.ts";
import { findPythonEnvironment } from "./pythonEnvironment.ts";

/** The Python environment that has Funboost. */
export interface FunboostPeer {
  readonly kind: "peer";
  readonly python: string;
  readonly sitePackages: string;
  readonly version: string;
}

/** What one order of the sample shop left behind. */
export interface WorkloadRun {
  readonly kind: "run";
  readonly traceId: string;
  readonly rootTaskId: string;
  /** Function name to the ids of its tasks, in the order they were published. */
  readonly taskIds: Readonly<Record<string, readonly string[]>>;
  readonly version: string;
  readonly sitePackages: string;
  /** The copy of the shop that ran: its paths stand in the logs. */
  readonly shopDirectory: string;
  /** Funboost's own log files, one a queue. */
  readonly logDir: string;
  /** What the worker and the order printed: all queues in one, in the order it happened, coloured. */
  readonly consoleFiles: readonly string[];
  /** Removes the copy of the shop, its queues and its logs. */
  remove(): Promise<void>;
}

export const taskDatabase = "funboost_task_status";
export const shopSource = join(import.meta.dirname, "../../media/samples/shop");
const mixin = join(import.meta.dirname, "../../media/instrument/funboost/traceside_funboost.py");

const name = "Funboost";
const requirements = join(import.meta.dirname, "funboost", "requirements.txt");
const startTimeoutMs = 180_000;
const workTimeoutMs = 180_000;

/** One order is this many tasks; all of them end but the report, whose worker is killed. */
const tasksOfOneOrder = 20;

export async function findFunboost(): Promise<FunboostPeer | PeerUnavailable> {
  const made = await findPythonEnvironment({ name, folder: "funboost", requirements });
  if (made.kind === "unavailable") return made;

  const { python } = made;
  const facts = await runCommand(python, [
    "-c",
    "import importlib.metadata as m, sysconfig;" +
      "print(m.version('funboost')); print(sysconfig.get_paths()['purelib'])",
  ]);
  if (!facts.ok) return { kind: "unavailable", name, reason: facts.reason };
  const [version = "", sitePackages = ""] = facts.stdout.trim().split(/\r?\n/);
  return { kind: "peer", python, sitePackages, version };
}

/** Places one order in the sample shop and waits until all is done that will ever be done. */
export async function runWorkload(mongo: MongoPeer): Promise<WorkloadRun | PeerUnavailable> {
  const funboost = await findFunboost();
  if (funboost.kind === "unavailable") return funboost;

  // A copy, because Funboost writes files of its own into the project that it runs in.
  const directory = await mkdtemp(join(tmpdir(), "traceside-shop-"));
  const shopDirectory = join(directory, "shop");
  const logDir = join(directory, "logs");
  const queues = join(directory, "queues");
  await cp(shopSource, shopDirectory, { recursive: true });
  // The build puts it there too, but a recording needs no build.
  await cp(mixin, join(shopDirectory, basename(mixin)));
  await Promise.all([mkdir(logDir), mkdir(queues)]);
  const env = getShopEnvironment(mongo, shopDirectory, logDir, queues);
  const workerFile = join(directory, "worker.out");
  const orderFile = join(directory, "order.out");

  say("Running the sample shop with a real Funboost…");
  const worker = start(funboost.python, "worker.py", shopDirectory, env, workerFile);
  const client = new MongoClient(mongo.url);
  try {
    await waitFor(
      "the worker to listen to its last queue",
      startTimeoutMs,
      async () => (await readFile(workerFile, "utf8")).includes("开始消费 shop_orders"),
      worker,
    );
    const order = start(funboost.python, "order.py", shopDirectory, env, orderFile);
    await waitForEnd(order, startTimeoutMs);
    const rootTaskId = /task ([0-9a-f-]{36})/.exec(await readFile(orderFile, "utf8"))?.[1];
    if (rootTaskId === undefined) throw new Error("The order printed no task id.");

    let tasks: readonly TaskFacts[] = [];
    await waitFor(
      "every task of the order to end",
      workTimeoutMs,
      async () => {
        tasks = await readTasks(client);
        const ended = tasks.filter(task => task.run_status === "finish").length;
        return tasks.length === tasksOfOneOrder && ended === tasksOfOneOrder - 1;
      },
      worker,
    );
    return {
      kind: "run",
      traceId: rootTaskId.replaceAll("-", ""),
      rootTaskId,
      taskIds: groupIds(tasks),
      version: funboost.version,
      sitePackages: funboost.sitePackages,
      shopDirectory,
      logDir,
      consoleFiles: [orderFile, workerFile],
      remove: () => rm(directory, { recursive: true, force: true }),
    };
  } finally {
    // In the middle of its report, as a crash would: the task stays "running" in the store.
    worker.kill("SIGKILL");
    await client.close();
  }
}

export function getShopEnvironment(
  mongo: MongoPeer,
  projectDirectory: string,
  logDir: string,
  queues: string,
): Readonly<Record<string, string>> {
  return {
    SHOP_MONGO_URL: mongo.url,
    SHOP_QUEUES: queues,
    LOG_PATH: logDir,
    PYTHONPATH: projectDirectory,
    PYTHONDONTWRITEBYTECODE: "1",
    PYTHONIOENCODING: "utf-8",
    PYTHONUNBUFFERED: "1",
    TZ: "UTC",
  };
}

function start(
  python: string,
  script: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
  outputFile: string,
): ChildProcess {
  const output = openSync(outputFile, "w");
  const child = spawn(python, [script], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  return child;
}

async function waitForEnd(child: ChildProcess, timeoutMs: number): Promise<void> {
  const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  const [code] = (await once(child, "exit")) as [number | null];
  clearTimeout(timer);
  if (code !== 0) throw new Error(`The process ended with exit code ${String(code)}.`);
}

async function waitFor(
  what: string,
  timeoutMs: number,
  isSo: () => Promise<boolean>,
  worker: ChildProcess,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await isSo())) {
    if (worker.exitCode !== null) throw new Error(`The worker ended; waited for ${what}.`);
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms for ${what}.`);
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}

interface TaskFacts {
  readonly task_id: string;
  readonly function: string;
  readonly run_status: string;
  readonly publish_time: number;
}

async function readTasks(client: MongoClient): Promise<readonly TaskFacts[]> {
  const database = client.db(taskDatabase);
  const collections = await database.listCollections({}, { nameOnly: true }).toArray();
  const found = await Promise.all(
    collections.map(({ name }) => database.collection<TaskFacts>(name).find().toArray()),
  );
  return found.flat().sort((a, b) => a.publish_time - b.publish_time);
}

function groupIds(tasks: readonly TaskFacts[]): Record<string, readonly string[]> {
  const ids: Record<string, string[]> = {};
  for (const task of tasks) (ids[task.function] ??= []).push(task.task_id);
  return ids;
}
