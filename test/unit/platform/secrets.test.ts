/** A store's credentials are for its own servers, whoever else takes its name. */

import { expect, test } from "vitest";
import type { SecretStorage } from "vscode";
import { parseStoreAddress } from "../../../src/model/storeAddress.ts";
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
  const moved = { ...own, url: "mongodb://oth#er@DB-1:27017,db-2:27017/shop" };
  expect(await secrets.read(moved)).toEqual(credentials);
});

test.each([
  ["mongodb://elsewhere:27017"],
  ["mongodb://db-1:27017"],
  ["mongodb://db-1:27017,db-2:27017@elsewhere"],
  ["mongodb+srv://db-1:27017,db-2:27017"],
  ["mongodb://db-1:27017,db-2:27017/?proxyHost=elsewhere"],
  ["mongodb://db-1:27017,db-2:27017/?%70roxyHost=elsewhere"],
  ["mongodb://db-1:27017,db-2:27017/?authMechanism=PLAIN"],
  ["db-1:27017,db-2:27017"],
  [""],
])("a store of the same name at %s gets nothing and changes nothing", async url => {
  const { secrets } = createSecrets();
  await secrets.write(own, credentials);
  const other = { name: own.name, url };
  expect(await secrets.read(other)).toBeUndefined();
  await secrets.write(other, { username: "mallory", password: "x" });
  await secrets.write(other, undefined);
  expect(await secrets.read(own)).toEqual(credentials);
});

test.each([
  ["http://127.0.0.1:41490\\@jaeger.corp:16686"],
  ["http://127.0.0.1:41490/@jaeger.corp:16686/\\"],
  ["http://127.0.0.1:41490#@jaeger.corp:16686/ "],
  ["http://jaeger.corp:16686@127.0.0.1:41490"],
  ["http://jaeger.corp:16686#@127.0.0.1:41490"],
  ["http://jaeger.corp:16686?@127.0.0.1:41490"],
  ["http://jaeger.corp:16686\t@127.0.0.1:41490"],
  ["http://jaeger.corp:16687"],
  ["https://jaeger.corp:16686"],
  ["http:/\\jaeger.corp:16686"],
])("what is sent to %j is never another server's secret", async url => {
  const { secrets } = createSecrets();
  const jaeger = { name: "jaeger", url: "http://jaeger.corp:16686/base" };
  await secrets.write(jaeger, credentials);
  const found = await secrets.read({ name: "jaeger", url });
  const address = parseStoreAddress(url);
  const goesTo = address.kind === "address" ? new URL(address.url).origin : "nowhere";
  expect(found).toEqual(goesTo === "http://jaeger.corp:16686" ? credentials : undefined);
  expect(address.kind === "bad" || goesTo === address.origin).toBe(true);
});

test("without credentials nothing is kept", async () => {
  const { secrets, kept } = createSecrets();
  await secrets.write(own, credentials);
  await secrets.write(own, undefined);
  expect(kept.size).toBe(0);
});
