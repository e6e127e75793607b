/** A store's credentials are for its own servers, whoever else takes its name. */

import { expect, test } from "vitest";
import type { SecretStorage } from "vscode";
import { StoreSecrets } from "../../../src/platform/secrets.ts";

function createSecrets(): { secrets: StoreSecrets; kept: Map<string, string> } {
  const kept = new Map<string, string>();
  const storage: Pick<SecretStorage, "get" | "store" | "delete"> = {
    get: key => Promise.resolve(kept.get(key)),
    store: (key, value) => Promise.resolve(void kept.set(key, value)),
    delete: key => Promise.resolve(void kept.delete(key)),
  };
  return { secrets: new StoreSecrets(storage as SecretStorage), kept };
}

const credentials = { username: "reader", password: "s3cret" };
const own = { name: "mongo", url: "mongodb://db-1:27017,db-2:27017/?replicaSet=rs" };

test("credentials are kept for a store and its servers, whatever else stands in its address", async () => {
  const { secrets } = createSecrets();
  await secrets.write(own, credentials);
  expect(await secrets.read(own)).toEqual(credentials);
  const moved = { ...own, url: "mongodb://other@DB-1:27017,db-2:27017/shop" };
  expect(await secrets.read(moved)).toEqual(credentials);
});

test.each([
  ["mongodb://elsewhere:27017"],
  ["mongodb://db-1:27017"],
  ["mongodb://db-1:27017,db-2:27017@elsewhere"],
  ["mongodb+srv://db-1:27017,db-2:27017"],
])("a store of the same name at %s gets nothing", async url => {
  const { secrets } = createSecrets();
  await secrets.write(own, credentials);
  expect(await secrets.read({ name: own.name, url })).toBeUndefined();
});

test("without credentials nothing is kept", async () => {
  const { secrets, kept } = createSecrets();
  await secrets.write(own, credentials);
  await secrets.write(own, undefined);
  expect(kept.size).toBe(0);
});
