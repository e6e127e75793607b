/** The MongoDB store where it cannot answer: a dead server, a wrong password, a wrong address; and no secret is told. */

import { afterAll, expect, it } from "vitest";
import { openMongoStore, type MongoStoreOptions } from "../../src/stores/mongodb/mongoStore.ts";
import type { TraceStore } from "../../src/model/traceStore.ts";
import { startMongo } from "../peers/mongo.ts";
import { describePeer } from "../peers/describePeer.ts";
import { failureOf } from "./madeUpServer.ts";

const never = new AbortController().signal;
const password = "s3cr#t/päss";
const peer = await startMongo({ auth: { username: "reader", password } });

describePeer("a MongoDB store that cannot answer", peer, ({ url: guardedUrl }) => {
  const stores: TraceStore[] = [];
  const open = (
    options: Pick<MongoStoreOptions, "url"> & Partial<MongoStoreOptions>,
  ): TraceStore => {
    const store = openMongoStore({ name: "mongo", timeoutMs: 20_000, ...options });
    stores.push(store);
    return store;
  };
  afterAll(() => {
    for (const store of stores) store.dispose();
  });

  it("names a dead server's address, without the credentials", async () => {
    const store = open({ url: "mongodb://bob:hush%21hush@127.0.0.1:1/", timeoutMs: 4_000 });
    const failure = await failureOf(store.findId("A", never));
    expect(failure).toMatchObject({ code: "storeUnreachable", address: "127.0.0.1:1" });
  });

  it("comes back when the server does", async () => {
    const second = await startMongo();
    if (second.kind === "unavailable") throw new Error(second.reason);
    const store = open({ url: second.url, timeoutMs: 4_000 });
    expect(await store.findId("A", never)).toEqual([]);
    await second.stop();
    expect(await failureOf(store.findId("A", never))).toMatchObject({ code: "storeUnreachable" });
  });

  it("takes credentials apart from the url, and tells a wrong password from a dead server", async () => {
    const store = open({ url: guardedUrl, credentials: { username: "reader", password } });
    expect(await store.findId("A", never)).toEqual([]);
    const wrong = open({
      url: guardedUrl,
      credentials: { username: "reader", password: "guess!" },
    });
    expect(await failureOf(wrong.findId("A", never))).toMatchObject({
      code: "storeUnauthorized",
    });
    const nobody = open({ url: guardedUrl });
    expect(await failureOf(nobody.findId("A", never))).toMatchObject({
      code: "storeUnauthorized",
    });
  });

  it("never tells a secret", async () => {
    const urls = [
      "mongodb://us%20er:p%40ss-word@127.0.0.1:1/?authMechanism=NOPE",
      "mongodb://us%20er:p%40ss-word@127.0.0.1:1,",
      "mongodb://us%20er:p%40ss-word@127.0.0.1:1/?tls=maybe",
      "mongodb://us%20er:p@ss-word@127.0.0.1:1/",
      "http://us%20er:p%40ss-word@127.0.0.1:1/",
      "mongodb://us%20er:p%40ss-word@127.0.0.1:1/",
      guardedUrl.replace("//", "//us%20er:p%40ss-word@"),
    ];
    for (const url of urls) {
      const told = await Promise.resolve()
        .then(() => open({ url, timeoutMs: 1_000 }).findId("A", never))
        .then(
          () => "no error",
          (error: unknown) => errorText(error),
        );
      expect(told).toContain("TraceError");
      for (const secret of ["ss-word", "us%20er", "us er"]) {
        expect(told, url).not.toContain(secret);
      }
    }
  });

  it("says what is wrong with a connection string before it connects", async () => {
    for (const wrong of ["mongodb://127.0.0.1:1/?nonsense=1", "mongodb://", "127.0.0.1:1"]) {
      const opened = Promise.resolve().then(() => open({ url: wrong }));
      expect(await failureOf(opened)).toMatchObject({ code: "storeMisconfigured" });
    }
  });
});

/** Everything that an error could show to anyone. */
function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const causes = error.cause === undefined ? "" : errorText(error.cause);
  return [error.name, error.message, error.stack, JSON.stringify(error), causes].join("\n");
}
