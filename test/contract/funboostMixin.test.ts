/**
 * The Python module that gives Funboost tasks their parents, on the real package: what is asserted is
 * what the real package stored, for every way of publishing.
 */
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runCommand } from "../peers/cache.ts";
import { findFunboost, getShopEnvironment, shopSource, taskDatabase } from "../peers/funboost.ts";
import { startMongo } from "../peers/mongo.ts";

const repository = join(import.meta.dirname, "../..");
const mixin = join(repository, "media/instrument/funboost/traceside_funboost.py");

/** How many documents `check_mixin.py` leaves behind when nothing was lost. */
const taskCount = 45;

interface Task {
  readonly _id: string;
  readonly task_id: string;
  readonly function: string;
  readonly queue_name: string;
  readonly params: { readonly label?: string; readonly left?: number };
  readonly msg_dict: {
    readonly extra: {
      readonly trace_id?: string;
      readonly parent_task_id?: string;
      readonly depth?: number;
      readonly continues_task_id?: string;
    };
  };
}

interface Report {
  readonly ids: Readonly<Record<string, string>>;
  readonly published: number;
}

const mongo = await startMongo();
const funboost = await findFunboost();
const missing = [mongo, funboost].find(peer => peer.kind === "unavailable");

describe("links between tasks", () => {
  let directory: string;
  let tasks: readonly Task[];
  let report: Report;

  beforeAll(async () => {
    if (mongo.kind !== "peer" || funboost.kind !== "peer") return;
    directory = await mkdtemp(join(tmpdir(), "traceside-mixin-"));
    const project = join(directory, "project");
    const logs = join(directory, "logs");
    const queues = join(directory, "queues");
    await Promise.all([mkdir(project), mkdir(logs), mkdir(queues)]);
    await cp(mixin, join(project, "traceside_funboost.py"));
    await cp(join(shopSource, "funboost_config.py"), join(project, "funboost_config.py"));
    await cp(
      join(repository, "test/peers/funboost/check_mixin.py"),
      join(project, "check_mixin.py"),
    );
    const result = await runCommand(funboost.python, ["check_mixin.py", String(taskCount)], {
      cwd: project,
      env: getShopEnvironment(mongo, project, logs, queues),
    });
    if (!result.ok) throw new Error(result.reason);
    report = JSON.parse(/RESULT (\{.*\})/.exec(result.stdout)?.[1] ?? "{}") as Report;
    tasks = await readTasks(mongo.url);
  }, 600_000);

  beforeEach(context => {
    if (missing?.kind === "unavailable") context.skip(`${missing.name}: ${missing.reason}`);
  });

  afterAll(async () => {
    if (missing === undefined) await rm(directory, { recursive: true, force: true });
  });

  const extraOf = (label: string) => {
    const found = tasks.filter(task => task.params.label === label && task.function === "leaf");
    expect(found, label).toHaveLength(1);
    return found[0]?.msg_dict.extra;
  };
  const traceOf = (id: string | undefined) => id?.replaceAll("-", "");
  const idOf = (name: string) => report.ids[name];

  test("no task is lost", () => {
    expect(tasks).toHaveLength(taskCount);
  });

  test("a first task begins a trace that bears its own id", () => {
    const root = tasks.find(task => task.task_id === idOf("sync_root"));
    expect(root?.msg_dict.extra).toMatchObject({
      trace_id: traceOf(idOf("sync_root")),
      depth: 0,
    });
    expect(root?.msg_dict.extra).not.toHaveProperty("parent_task_id");
  });

  test.each([
    "push",
    "delay",
    "publish",
    "publish json",
    "own id",
    "options",
    "context thread",
    "carried thread",
    "carried pool 1",
    "carried pool 2",
  ])("%s, in a task: the child knows its parent", label => {
    const parent = idOf("sync_root");
    expect(extraOf(label)).toMatchObject({
      trace_id: traceOf(parent),
      parent_task_id: parent,
      depth: 1,
    });
  });

  test("a bare thread pool loses the parent and nothing else", () => {
    const extra = extraOf("bare pool");
    expect(extra).toMatchObject({ depth: 0 });
    expect(extra).not.toHaveProperty("parent_task_id");
  });

  test("a trace id that the user gave stays", () => {
    expect(extraOf("given trace")).toMatchObject({
      trace_id: "mine",
      parent_task_id: idOf("sync_root"),
      depth: 1,
    });
  });

  test("a function timeout runs the task in another thread, which knows it too", () => {
    expect(extraOf("under a timeout")).toMatchObject({ parent_task_id: idOf("timed_root") });
  });

  test.each(
    ["a", "b"].flatMap(name =>
      [
        "aio_push",
        "aio_publish",
        "aio_publish json",
        "push in coroutine",
        "gathered 0",
        "gathered 1",
        "gathered 2",
      ].map(way => ({ name, way })),
    ),
  )("$way, in coroutine $name beside another: the right parent", ({ name, way }) => {
    const [word = "", index] = way.split(/ (?=\d)/);
    const label = index === undefined ? `${word} ${name}` : `${word} ${name} ${index}`;
    const parent = idOf(`async_root ${name}`);
    expect(extraOf(label)).toMatchObject({
      trace_id: traceOf(parent),
      parent_task_id: parent,
      depth: 1,
    });
  });

  test("children of a task without the module share its trace", () => {
    const parent = idOf("stock_root");
    const stock = tasks.find(task => task.task_id === parent);
    expect(stock?.msg_dict.extra).not.toHaveProperty("trace_id");
    for (const label of ["from stock 1", "from stock 2"]) {
      expect(extraOf(label)).toMatchObject({
        trace_id: traceOf(parent),
        parent_task_id: parent,
        depth: 1,
      });
    }
  });

  test("a message from a publisher without the module begins a trace", () => {
    const task = tasks.find(({ params }) => params.label === "bare message");
    expect(task?.msg_dict.extra).toMatchObject({ trace_id: traceOf(task?.task_id), depth: 0 });
  });

  test("a dead letter keeps the link of the message that died", () => {
    const [died, taken] = ["dies", "take_dead"].map(name =>
      tasks.find(task => task.function === name),
    );
    expect(taken?.task_id).toBe(died?.task_id);
    expect(taken?.msg_dict.extra).toMatchObject({
      parent_task_id: idOf("sync_root"),
      depth: 1,
      trace_id: traceOf(idOf("sync_root")),
    });
  });

  test("a chain that grows too deep goes on in a new trace that names the task it continues", () => {
    const chain = tasks
      .filter(task => task.function === "deep")
      .sort((a, b) => (b.params.left ?? 0) - (a.params.left ?? 0));
    expect(chain.map(task => task.msg_dict.extra.depth)).toEqual([0, 1, 2, 3, 4, 5, 0, 1]);
    const [last, next] = chain.slice(5, 7);
    expect(next?.msg_dict.extra).toMatchObject({
      continues_task_id: last?.task_id,
      trace_id: traceOf(next?.task_id),
    });
    expect(next?.msg_dict.extra).not.toHaveProperty("parent_task_id");
  });

  test("the user's own publisher class still runs", () => {
    // Every leaf but the bare message, which goes past it by design.
    const leaves = tasks.filter(task => task.function === "leaf").length;
    expect(report.published).toBe(leaves - 1);
  });
});

afterAll(async () => {
  if (mongo.kind === "peer") await mongo.stop();
});

async function readTasks(url: string): Promise<readonly Task[]> {
  const client = new MongoClient(url);
  try {
    const database = client.db(taskDatabase);
    const collections = await database.listCollections({}, { nameOnly: true }).toArray();
    const found = await Promise.all(
      collections.map(({ name }) => database.collection<Task>(name).find().toArray()),
    );
    return found.flat();
  } finally {
    await client.close();
  }
}
