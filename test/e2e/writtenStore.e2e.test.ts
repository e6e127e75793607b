/**
 * A store that someone wrote into the settings by hand, with its password in the address: it is asked like any other,
 * what it lacks is said once, and the password is told to nobody.
 */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { BSON, MongoClient } from "mongodb";
import type { Document } from "mongodb";
import { expect, test } from "vitest";
import { readRecordedDocuments } from "../contract/recordedFunboost.ts";
import { describePeer } from "../peers/describePeer.ts";
import { startMongo } from "../peers/mongo.ts";
import { findTask, readRecordedOrder } from "./support/recordedOrder.ts";
import { openShop } from "./support/shopSession.ts";
import { TracePanel } from "./support/tracePanel.ts";

const username = "reader";
const password = "p4ss-wörd";
const order = readRecordedOrder();
const root = findTask(order, "is the root", task => task.id === order.rootTaskId);

const guarded = await startMongo({ auth: { username, password } });

describePeer("a store written by hand", guarded, peer => {
  test("is advised on when it is used, once, and its password stays hidden", async () => {
    const url = peer.url.replace("://", `://${username}:${encodeURIComponent(password)}@`);
    await fill(url);
    const { server, workbench, close } = await openShop({
      settings: { "traceside.stores": [{ kind: "mongodb", name: "written", url }] },
    });
    try {
      const openTrace = async (): Promise<void> => {
        await workbench.runCommand("Traceside: Open Trace by ID…");
        await workbench.typeInInput(order.rootTaskId);
        await TracePanel.find(workbench, root.function);
      };
      await openTrace();
      await workbench.waitForNotification(/^written has no index on /);
      await workbench.runCommand("Notifications: Clear All Notifications");
      await workbench.runCommand("View: Close All Editors");
      await workbench.reloadWindow();
      await openTrace();
      // Longer than the advice waits, which is all that can be said of what does not come.
      await workbench.page.waitForTimeout(6_000);
      expect(await workbench.notifications()).toEqual([]);

      await workbench.setSettings({
        "traceside.stores": [{ kind: "mongodb", name: "written", url: url.replace("@", "@:1,") }],
      });
      await workbench.runCommand("Traceside: Open Trace by ID…");
      await workbench.typeInInput("0190a000-0000-7000-8000-00000000dead");
      const failed = await TracePanel.find(workbench, undefined, "failed");
      const said = [await failed.readText(), await readAll(server.logsDir)].join("\n");
      expect(said).toContain("written");
      for (const secret of [password, encodeURIComponent(password)]) {
        expect(said).not.toContain(secret);
      }
    } finally {
      await close();
    }
  });
});

async function fill(url: string): Promise<void> {
  const client = new MongoClient(url);
  try {
    for (const [collection, text] of readRecordedDocuments()) {
      const lines = text.split("\n").filter(line => line !== "");
      const documents = lines.map(line => BSON.EJSON.parse(line) as Document);
      const target = client.db("funboost_task_status").collection(collection);
      // A test that is tried once more finds the documents of the first time.
      await target.deleteMany();
      await target.insertMany(documents);
    }
  } finally {
    await client.close();
  }
}

async function readAll(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile());
  const texts = files.map(file => readFile(join(file.parentPath, file.name), "utf8"));
  return (await Promise.all(texts)).join("\n");
}
