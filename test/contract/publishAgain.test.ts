/**
 * A task is published once more by a real Funboost and a real Celery: a worker runs it with the same parameters, from the
 * same queue. The documents are as the two store them.
 */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readTaskMessage } from "../../src/formats/tasks/taskMessage.ts";
import { waitFor } from "../harness/processes.ts";
import { runCommand, type PeerUnavailable } from "../peers/cache.ts";
import { findCelery } from "../peers/celery.ts";
import { findFunboost } from "../peers/funboost.ts";

const repository = join(import.meta.dirname, "../..");
const script = join(repository, "media/instrument/runAgain/publish_again.py");
const deadlineMs = 120_000;

interface Project {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly ran: string;
}

const made: string[] = [];
afterAll(async () => {
  for (const folder of made) await rm(folder, { recursive: true, force: true });
});

async function makeProject(name: "funboost" | "celery"): Promise<Project> {
  const directory = await mkdtemp(join(tmpdir(), "traceside-again-"));
  made.push(directory);
  const folder = join(directory, "project");
  await cp(join(repository, "test/peers/publishAgain", name), folder, { recursive: true });
  const [ran, queues] = [join(directory, "ran.ndjson"), directory];
  const env = {
    ...{ RAN: ran, QUEUES: queues, LOG_PATH: directory, PYTHONPATH: folder },
    ...{ PYTHONDONTWRITEBYTECODE: "1", PYTHONIOENCODING: "utf-8" },
  };
  return { folder, env, ran };
}

async function publish(python: string, project: Project, document: object, module: string) {
  const message = readTaskMessage(JSON.stringify(document));
  const file = join(project.folder, "message.json");
  await writeFile(file, JSON.stringify({ ...message, module }));
  const answer = await runCommand(python, [script, file], {
    cwd: project.folder,
    env: project.env,
  });
  // What may be a secret does not stay.
  expect(existsSync(file)).toBe(false);
  return answer;
}

/** Runs a worker until a task has noted what it was called with. */
async function workOnce(
  { folder, env, ran }: Project,
  command: string,
  args: readonly string[],
): Promise<unknown> {
  const worker = spawn(command, args, {
    ...{ cwd: folder, env: { ...process.env, ...env }, stdio: "ignore" },
  });
  try {
    return await waitFor("the task to run", deadlineMs, async () => {
      const text = existsSync(ran) ? await readFile(ran, "utf8") : "";
      return text.endsWith("\n") ? (JSON.parse(text) as unknown) : undefined;
    });
  } finally {
    worker.kill("SIGKILL");
  }
}

function needs(peer: { readonly kind: string } | PeerUnavailable): boolean {
  return peer.kind === "unavailable";
}

const funboost = await findFunboost();
const celery = await findCelery();

describe.skipIf(needs(funboost))("Funboost", () => {
  const python = funboost.kind === "peer" ? funboost.python : "";
  const document = {
    ...{ _id: "5f2b", task_id: "5f2b", queue_name: "again_orders", function: "place_order" },
    params: {
      order_id: { $numberLong: "9007199254740993" },
      items: ["茶壶", { id: 7 }],
      note_of: null,
    },
  };

  test("the task runs with the same parameters", { timeout: 2 * deadlineMs }, async () => {
    const project = await makeProject("funboost");
    const answer = await publish(python, project, document, "shop.tasks");
    expect(answer).toMatchObject({ ok: true });
    expect(answer.ok && answer.stdout).toMatch(/Published to again_orders: task [\w-]{32,36}/);
    const text = await workOnce(project, python, ["worker.py"]).then(() =>
      readFile(project.ran, "utf8"),
    );
    expect(text).toBe('["place_order", 9007199254740993, ["茶壶", {"id": 7}], null]\n');
  });

  test("a queue that the module does not declare is said", { timeout: deadlineMs }, async () => {
    const project = await makeProject("funboost");
    const other = { ...document, queue_name: "again_other" };
    const answer = await publish(python, project, other, "shop.tasks");
    expect(answer.ok ? "" : answer.reason).toContain(
      "Nothing was published: shop.tasks declares no task of the queue again_other.",
    );
  });
});

describe.skipIf(needs(celery))("Celery", () => {
  const python = celery.kind === "peer" ? celery.python : "";
  const document = {
    ...{ _id: "a1", status: "SUCCESS", date_done: { $date: "2026-11-21T11:31:02Z" } },
    ...{ name: "letters.tasks.send", queue: "post" },
    ...{ args: '[{"$numberLong":"9007199254740993"}, "ann"]', kwargs: { copies: 2 } },
  };

  test("the task runs with the same arguments", { timeout: 2 * deadlineMs }, async () => {
    const project = await makeProject("celery");
    const answer = await publish(python, project, document, "letters.tasks");
    expect(answer).toMatchObject({ ok: true });
    const options = ["--pool", "solo", "-Q", "post", "--without-mingle", "--without-gossip"];
    await workOnce(project, python, ["-m", "celery", "-A", "letters.celery", "worker", ...options]);
    expect(await readFile(project.ran, "utf8")).toBe('["send", 9007199254740993, "ann", 2]\n');
  });

  test("a task without an app is published nowhere", { timeout: deadlineMs }, async () => {
    const project = await makeProject("celery");
    await rm(join(project.folder, "letters/celery.py"));
    const answer = await publish(python, project, document, "letters.tasks");
    expect(answer.ok ? "" : answer.reason).toContain(
      "Nothing was published: no Celery app names a broker.",
    );
  });
});
