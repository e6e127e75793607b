/**
 * A real MongoDB-compatible server, filled with what a real Funboost wrote: added by the wizard, asked for a trace; and
 * every way in which it cannot be asked, with the way out of it. The sample trace is never imported here, so what is
 * found was found in MongoDB.
 */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { BSON, MongoClient } from "mongodb";
import type { Document } from "mongodb";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readRecordedDocuments } from "../contract/recordedFunboost.ts";
import { findFreePort, waitFor } from "../harness/processes.ts";
import { describePeer } from "../peers/describePeer.ts";
import { startMongo } from "../peers/mongo.ts";
import type { MongoPeer } from "../peers/mongo.ts";
import type { Session } from "./driver/session.ts";
import type { Workbench } from "./driver/workbench.ts";
import { drawRecorded, drawRows, findTask, readRecordedOrder } from "./support/recordedOrder.ts";
import { openShop } from "./support/shopSession.ts";
import { TracePanel } from "./support/tracePanel.ts";

const database = "funboost_task_status";
const username = "reader";
const password = "s3cr#t-päss";
const wrongPassword = "n0t-the-w0rd";

const order = readRecordedOrder();
const root = findTask(order, "is the root", task => task.id === order.rootTaskId);
const failed = findTask(order, "failed", task => task.status === "error");
const bareId = "0190a000-0000-7000-8000-0000000000b0";
const unknownId = "0190a000-0000-7000-8000-00000000dead";

const open = await startMongo();
const guarded = await startMongo({ auth: { username, password } });

describePeer("MongoDB in VS Code", open, peer => {
  describePeer("with a guarded one", guarded, guardedPeer => {
    describeWith(peer, guardedPeer);
  });
});

async function fill(url: string): Promise<void> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 10_000 });
  try {
    for (const [collection, text] of readRecordedDocuments()) {
      const lines = text.split("\n").filter(line => line !== "");
      await client
        .db(database)
        .collection(collection)
        .insertMany(lines.map(line => BSON.EJSON.parse(line) as Document));
    }
  } finally {
    await client.close();
  }
}

function withCredentials(url: string, secret: string): string {
  return url.replace("://", `://${username}:${encodeURIComponent(secret)}@`);
}

function describeWith(peer: MongoPeer, guardedPeer: MongoPeer): void {
  let session: Session;
  let workbench: Workbench;

  beforeAll(async () => {
    await fill(peer.url);
    await fill(withCredentials(guardedPeer.url, password));
    session = await openShop({ width: 1600, height: 1400 });
    ({ workbench } = session);
  });

  afterAll(async () => {
    await session.close();
  });

  /** The wizard to its last question; what comes then is the test's. */
  const addStore = async (address: string, name: string): Promise<void> => {
    await workbench.runCommand("Traceside: Add Trace Store…");
    await workbench.pickItem("Funboost in MongoDB");
    await waitForInput("(2/3)");
    await workbench.typeInInput(address);
    await waitForInput("(3/3)");
    await workbench.typeInInput(name);
  };

  const waitForInput = (text: string): Promise<string> =>
    waitFor(`an input that says ${text}`, 30_000, async () => {
      const box = workbench.page.locator(".quick-input-widget:visible");
      const shown = (await box.count()) === 0 ? "" : await box.innerText();
      return shown.includes(text) ? shown : undefined;
    });

  const findStatus = (text: string): Locator =>
    workbench.page.locator("#workbench\\.parts\\.statusbar").getByText(text).first();

  const waitForStatus = (text: string): Promise<void> => findStatus(text).waitFor();

  const waitForIndexes = (): Promise<true> =>
    waitFor("an index on every queue's collection", 30_000, async () => {
      const client = new MongoClient(peer.url);
      try {
        const all = await Promise.all(
          [...new Set(order.tasks.map(({ collection }) => collection))].map(each =>
            client.db(database).collection(each).indexes(),
          ),
        );
        const isThere = all.every(indexes => indexes.some(({ key }) => "trace_id" in key));
        return isThere ? true : undefined;
      } finally {
        await client.close();
      }
    });

  const openTrace = async (text: string): Promise<void> => {
    await workbench.runCommand("Traceside: Open Trace by ID…");
    await workbench.typeInInput(text);
  };

  const expectTrace = async (): Promise<TracePanel> => {
    const panel = await TracePanel.find(workbench, root.function);
    const rows = await panel.waitForRows(order.tasks.length);
    expect(drawRows(rows)).toEqual([drawRecorded(order)]);
    return panel;
  };

  const readSettings = async (): Promise<string> =>
    readFile(join(session.server.userDataDir, "User/settings.json"), "utf8");

  // Before and not after, so that the picture of a failure shows what failed.
  beforeEach(async () => {
    await workbench.runCommand("View: Close All Editors");
  });

  describe("a server that answers", () => {
    test("is added by the wizard, and shows the recorded trace of a task id", async () => {
      await addStore(peer.url, "shop");
      await waitForStatus("shop is connected.");
      expect(await readSettings()).toContain(peer.url.slice(0, -1));
      // Funboost makes none of the indexes that a trace is found by; the wizard offers them.
      await workbench.waitForNotification(/shop has no index on .*trace_id/);
      await workbench.clickNotificationButton("Create Indexes…");
      await workbench.page
        .locator(".monaco-dialog-box")
        .getByText("Create", { exact: true })
        .click();
      await waitForIndexes();
      await openTrace(failed.id);
      const panel = await expectTrace();
      await panel.waitForSelectedRow("the failed task", ({ label }) => /, error(,|$)/.test(label));
      const detail = await panel.waitForDetail(failed.function, failed.id);
      expect(detail).toContain("Known to shop");
      await panel.press("Enter");
      await workbench.waitForEditor(failed.file, failed.line);
    });

    test("tells of an id that it does not know, with who was asked and a way out", async () => {
      await openTrace(unknownId);
      const panel = await TracePanel.find(workbench, undefined, "failed");
      const text = await panel.readText();
      expect(text).toContain(`“${unknownId}” was not found in any store.`);
      expect(text).toMatch(/shop: not found/);
      expect(text).toMatch(/local: not found/);
      await workbench.screenshot("unknown-id.png");
      await panel.runAction("Add Trace Store…");
      await waitForInput("(1/3)");
      await workbench.page.keyboard.press("Escape");
    });

    test("has a task of which no time was kept: a panel all the same", async () => {
      const client = new MongoClient(peer.url);
      const document = { _id: bareId, function: root.function, queue_name: root.queue };
      try {
        const tasks = client.db(database).collection<{ _id: string }>(root.collection);
        await tasks.insertOne(document);
      } finally {
        await client.close();
      }
      await openTrace(bareId);
      const panel = await TracePanel.find(workbench);
      const [row] = await panel.waitForRows(1);
      expect(row).toMatchObject({ name: root.function, isSelected: true });
      await panel.waitForNodes(1);
      await panel.waitForDetail(root.function, bareId);
      await workbench.screenshot("bare-task.png");
    });

    test("is not asked for a text without an id", async () => {
      await workbench.runCommand("Traceside: Open Trace by ID…");
      await workbench.typeInInput("what happened here", { accept: false });
      await waitForInput("There is no id in this text.");
      await workbench.page.keyboard.press("Escape");
    });
  });

  describe("a server that demands a password", () => {
    beforeAll(async () => {
      await workbench.setSettings({ "traceside.stores": undefined });
    });

    test("refuses a wrong one in words, and takes the right one by “Set Credentials…”", async () => {
      await addStore(withCredentials(guardedPeer.url, wrongPassword), "guarded");
      const refusal = await waitForInput("Set Credentials…");
      expect(refusal).toMatch(/guarded refused the credentials/);
      await workbench.screenshot("wrong-password.png");
      await workbench.pickItem("Set Credentials…");
      await waitForInput("(1/2)");
      await workbench.typeInInput(username);
      await waitForInput("(2/2)");
      await workbench.typeInInput(password);
      await waitForStatus("guarded is connected.");
      await openTrace(order.traceId);
      const panel = await expectTrace();
      expect(await panel.readText()).not.toContain(password);
    });

    test("whose password was changed is told of in the panel, with the way out", async () => {
      await workbench.runCommand("Traceside: Set Store Credentials…");
      await workbench.pickItem("guarded");
      await waitForInput("(1/2)");
      await workbench.typeInInput(username);
      await waitForInput("(2/2)");
      await workbench.typeInInput(wrongPassword);
      await waitForInput("refused the credentials");
      await workbench.pickItem("Add Anyway");
      await openTrace(failed.id);
      const panel = await TracePanel.find(workbench, undefined, "failed");
      expect(await panel.readText()).toMatch(/guarded refused the credentials/);
      // The word of the connection before this one must not be taken for the next one's.
      await findStatus("guarded is connected.").waitFor({ state: "detached" });
      await panel.runAction("Set Credentials of guarded…");
      await waitForInput("(1/2)");
      await workbench.typeInInput(username);
      await waitForInput("(2/2)");
      await workbench.typeInInput(password);
      await waitForStatus("guarded is connected.");
      await panel.runAction("Try Again");
      await expectTrace();
    });

    test("and its password are in no setting, in no log and not on the page", async () => {
      await openTrace(order.traceId);
      const panel = await expectTrace();
      const written = [
        await readSettings(),
        await readFiles(session.server.logsDir),
        await readFiles(join(session.server.userDataDir, "User/workspaceStorage")),
        await panel.frame.content(),
        await panel.readText(),
        workbench.consoleMessages().join("\n"),
      ].join("\n");
      for (const secret of [password, wrongPassword].flatMap(each => [
        each,
        encodeURIComponent(each),
      ])) {
        expect(written.includes(secret), secret).toBe(false);
      }
      expect(written).toContain("guarded");
    });
  });

  describe("a server that is not there", () => {
    test("is told of, in the wizard and in the panel, with a way out", async () => {
      const port = await findFreePort();
      await workbench.setSettings({ "traceside.stores": undefined, "traceside.storeTimeout": 2 });
      await addStore(`mongodb://127.0.0.1:${String(port)}`, "gone");
      await waitForInput("Add Anyway");
      await workbench.pickItem("Add Anyway");
      await openTrace(failed.id);
      const panel = await TracePanel.find(workbench, undefined, "failed");
      const text = await panel.readText();
      expect(text).toContain("was not found, but not every store could be asked");
      expect(text).toMatch(/Cannot reach gone|gone did not answer/);
      expect(text).toContain("local: not found");
      await workbench.screenshot("dead-server.png");
      // The store comes back under the same name: the same panel shows the trace.
      await workbench.setSettings({
        "traceside.stores": [{ kind: "mongodb", name: "gone", url: peer.url }],
      });
      await panel.runAction("Try Again");
      await expectTrace();
    });
  });
}

/** All that stands in the files of a folder. */
async function readFiles(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile());
  const texts = files.map(entry => readFile(join(entry.parentPath, entry.name), "utf8"));
  return (await Promise.all(texts)).join("\n");
}
