/**
 * Records the fixtures in `test/fixtures/funboost/`, the sample's log and the sample trace, from one
 * run of the sample shop with a real Funboost and a real server. Names of the recording machine
 * become neutral ones, the same everywhere; nothing else is changed.
 *
 *     node test/peers/recordFunboost.ts
 */
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Document } from "mongodb";
import { BSON, MongoClient } from "mongodb";
import { runCommand } from "./cache.ts";
import type { WorkloadRun } from "./funboost.ts";
import { findFunboost, runWorkload, shopSource, taskDatabase } from "./funboost.ts";
import { startMongo } from "./mongo.ts";

const fixtures = join(import.meta.dirname, "../fixtures/funboost");
const samples = join(import.meta.dirname, "../../media/samples");

/** Lists every `def` of the shop: the line of the `def` itself and of its first decorator. */
const listFunctions = `
import ast, json, pathlib, sys
root = pathlib.Path(sys.argv[1])
print(json.dumps({
    node.name: {
        "file": path.relative_to(root).as_posix(),
        "line": node.lineno,
        "decoratorLine": node.decorator_list[0].lineno if node.decorator_list else None,
    }
    for path in sorted(root.rglob("*.py"))
    for node in ast.walk(ast.parse(path.read_text("utf-8")))
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
}))
`;

interface FunctionPlace {
  readonly file: string;
  readonly line: number;
  readonly decoratorLine: number | null;
}

async function record(
  run: WorkloadRun,
  collections: ReadonlyMap<string, readonly Document[]>,
): Promise<void> {
  const scrub = await createScrubber(run);
  await rm(fixtures, { recursive: true, force: true });
  await mkdir(join(fixtures, "documents"), { recursive: true });
  await mkdir(join(fixtures, "logs"));

  const lines: string[] = [];
  for (const [collection, documents] of collections) {
    const ofCollection = documents.map(document => scrub(toLine(document)));
    lines.push(...ofCollection);
    await writeFile(join(fixtures, "documents", `${collection}.ndjson`), joinLines(ofCollection));
  }
  for (const file of await readdir(run.logDir)) {
    // One file a queue; the rest is Funboost's greeting and its settings.
    if (!/funboost\.shop_\w+(\.error)?\.log$/.test(file)) continue;
    const text = await readFile(join(run.logDir, file), "utf8");
    await writeFile(
      join(fixtures, "logs", file.replace(/^\d{4}-\d\d-\d\d\.\d{4}\./, "")),
      dropSettings(scrub(text)),
    );
  }

  const consoles = await Promise.all(run.consoleFiles.map(file => readFile(file, "utf8")));
  const log = dropStart(scrub(mergeRecords(consoles)));
  await mkdir(join(samples, "shop", "logs"), { recursive: true });
  await writeFile(join(samples, "shop", "logs", "orders.log"), log);
  await writeFile(join(samples, "shop-trace.ndjson"), joinLines(sortByStart(lines)));
  await writeFile(
    join(fixtures, "expected.json"),
    `${JSON.stringify(await describeTasks(run, collections), undefined, 2)}\n`,
  );
  await writeFile(join(fixtures, "README.md"), describeFixtures(run));
}

async function readCollections(url: string): Promise<ReadonlyMap<string, readonly Document[]>> {
  const client = new MongoClient(url, { promoteValues: false });
  try {
    const database = client.db(taskDatabase);
    const names = (await database.listCollections({}, { nameOnly: true }).toArray())
      .map(({ name }) => name)
      .sort();
    const found = new Map<string, readonly Document[]>();
    for (const name of names) {
      found.set(name, await database.collection(name).find().sort({ time_start: 1 }).toArray());
    }
    return found;
  } finally {
    await client.close();
  }
}

function toLine(document: Document): string {
  return BSON.EJSON.stringify(document, { relaxed: true });
}

function sortByStart(lines: readonly string[]): readonly string[] {
  const startOf = (line: string) => (JSON.parse(line) as { time_start: number }).time_start;
  return [...lines].sort((a, b) => startOf(a) - startOf(b));
}

function joinLines(lines: readonly string[]): string {
  return lines.map(line => `${line}\n`).join("");
}

/** Neutral names for this machine's: paths, host name and address. */
async function createScrubber(run: WorkloadRun): Promise<(text: string) => string> {
  const funboost = await findFunboost();
  const environment = funboost.kind === "peer" ? join(run.sitePackages, "../../..") : "";
  const replacements: readonly (readonly [string | RegExp, string])[] = [
    [run.sitePackages, "/srv/shop/.venv/lib/python3/site-packages"],
    [environment, "/srv/shop/.venv"],
    [run.shopDirectory, "/srv/shop"],
    [run.logDir, "/var/log/shop"],
    [/-\(\d+\.\d+\.\d+\.\d+,[^)]*\)-/g, "-(10.0.0.5,shop-host)-"],
    [`"host_name":"${hostname()}"`, '"host_name":"shop-host"'],
    [`"host_process":"${hostname()} - `, '"host_process":"shop-host - '],
    [/mongodb:\/\/127\.0\.0\.1:\d+/g, "mongodb://127.0.0.1:27017"],
    [/File "\/(?!srv\/shop\/)[^"]*\/lib\/python3[^/]*\//g, 'File "/usr/lib/python3/'],
  ];
  return text =>
    replacements.reduce(
      (scrubbed, [from, to]) => (from === "" ? scrubbed : scrubbed.replaceAll(from, to)),
      text,
    );
}

const recordHead = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/;
const taskRecordHead = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d-\(.*? - funboost\./;

/** A record is its first line and whatever follows it up to the next: tracebacks, mostly. */
function splitRecords(text: string): readonly string[] {
  const records: string[] = [];
  for (const line of text.replaceAll(/\u001b\[[0-9;]*m/g, "").split("\n")) {
    if (recordHead.test(line) || records.length === 0) records.push(line);
    else records.push(`${records.pop() ?? ""}\n${line}`);
  }
  return records.map(record => record.trimEnd());
}

function isSetting(record: string): boolean {
  return / - (__init__|_build_logger|_at_exit|custom_init) - /.test(record);
}

function dropSettings(text: string): string {
  return joinLines(splitRecords(text).filter(record => record !== "" && !isSetting(record)));
}

/** A reader of the sample's log wants to see tasks at once, not the workers' start. */
function dropStart(log: string): string {
  const lines = log.split("\n");
  const first = lines.findIndex(line => / - [A-Z]+ - (?!no_task_id)\S+ - /.test(line));
  return lines.slice(Math.max(0, first)).join("\n");
}

/** All queues in one log, in the order of time; where two are of one second, the earlier file first. */
function mergeRecords(texts: readonly string[]): string {
  const records = texts
    .flatMap(splitRecords)
    .filter(record => taskRecordHead.test(record) && !isSetting(record));
  return joinLines(
    records.sort((a, b) =>
      a.slice(0, 19) < b.slice(0, 19) ? -1 : Number(a.slice(0, 19) > b.slice(0, 19)),
    ),
  );
}

async function describeTasks(
  run: WorkloadRun,
  collections: ReadonlyMap<string, readonly Document[]>,
): Promise<unknown> {
  const funboost = await findFunboost();
  if (funboost.kind === "unavailable") throw new Error(funboost.reason);
  const listed = await runCommand(funboost.python, ["-c", listFunctions, shopSource]);
  if (!listed.ok) throw new Error(listed.reason);
  const places = JSON.parse(listed.stdout) as Record<string, FunctionPlace>;

  const tasks = [...collections].flatMap(([collection, documents]) =>
    documents.map(document => ({ collection, task: JSON.parse(toLine(document)) as RecordedTask })),
  );
  tasks.sort((a, b) => a.task.time_start - b.task.time_start);
  return {
    traceId: run.traceId,
    rootTaskId: run.rootTaskId,
    recordedProject: "/srv/shop",
    tasks: tasks.map(({ collection, task }) => ({
      id: task.task_id,
      function: task.function,
      queue: task.queue_name,
      collection,
      parent: task.msg_dict.extra.parent_task_id,
      traceId: task.msg_dict.extra.trace_id,
      depth: task.msg_dict.extra.depth,
      status: task.run_status === "running" ? "running" : task.success ? "ok" : "error",
      runTimes: task.run_times,
      exception: task.exception,
      hasTraceAtTopLevel: task.trace_id !== undefined,
      ...places[task.function],
    })),
  };
}

function describeFixtures(run: WorkloadRun): string {
  return `# One order, recorded

What Funboost ${run.version} really wrote while \`media/samples/shop\` worked off one order, on its
SQLite broker, with results kept in FerretDB 1.24.2 (MongoDB 7.0 wire protocol).

- \`documents/<collection>.ndjson\`: the collections of database \`${taskDatabase}\`, one document a
  line, relaxed extended JSON.
- \`logs/\`: Funboost's log files, one a queue, without the lines that list its settings.
- \`expected.json\`: what a reader must find: one entry a task, with the file and line of its \`def\`
  in \`media/samples/shop\`, taken from the source by Python's own parser.

The same run is \`media/samples/shop/logs/orders.log\` (all queues in one log, from
the first task on) and \`media/samples/shop-trace.ndjson\` (all documents in one file).

Host name, address and paths of the recording machine were replaced: the project lay at \`/srv/shop\`
on \`shop-host\`. Nothing else was changed. In it: one task without any trace context
(\`resize_image\`), one that succeeded on its second run (\`charge_card\`), one that failed for good
(\`print_label\` of the kettle), one whose worker was killed while it ran (\`rebuild_report\`), two
queues that share a collection (\`shop_warehouse\`), and two functions that keep the trace ids at the
top level of the document too (\`send_receipt\`, \`archive_receipt\`).

Record anew with \`node test/peers/recordFunboost.ts\`, after any change to the sample shop.
`;
}

/** What of a recorded document the expectations are made of. */
interface RecordedTask {
  readonly task_id: string;
  readonly function: string;
  readonly queue_name: string;
  readonly run_status: string;
  readonly success: boolean;
  readonly run_times: number;
  readonly exception: string;
  readonly time_start: number;
  readonly trace_id?: string;
  readonly msg_dict: {
    readonly extra: {
      readonly trace_id?: string;
      readonly parent_task_id?: string;
      readonly depth?: number;
    };
  };
}

const mongo = await startMongo();
if (mongo.kind === "unavailable") throw new Error(`${mongo.name}: ${mongo.reason}`);
try {
  const run = await runWorkload(mongo);
  if (run.kind === "unavailable") throw new Error(`${run.name}: ${run.reason}`);
  await record(run, await readCollections(mongo.url));
  await run.remove();
} finally {
  await mongo.stop();
}
