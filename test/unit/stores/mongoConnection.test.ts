/** Secret parameters of a connection string reach the driver, and no error of it reaches anyone with them. */

import { expect, test } from "vitest";
import { MongoConnection } from "../../../src/stores/mongodb/mongoConnection.ts";

function connect(url: string, options?: Readonly<Record<string, string>>) {
  const credentials = { username: "", password: "", ...(options && { options }) };
  const connection = new MongoConnection({ name: "m", url, timeoutMs: 100, credentials });
  const { proxyHost, proxyUsername, proxyPassword, dbName } = connection.client.options;
  connection.dispose();
  return { proxyHost, proxyUsername, proxyPassword, dbName };
}

const proxy = "proxyHost=corp&proxyUsername=ann";

test.each(["mongodb://db/", "mongodb://db/shop", "mongodb://a,b/shop"])(
  "of a store whose secrets are kept elsewhere: %s",
  place => {
    const wanted = { proxyHost: "corp", proxyUsername: "ann", proxyPassword: "p&a+5 5" };
    expect(connect(`${place}?${proxy}`, { proxyPassword: "p&a+5 5" })).toMatchObject(wanted);
  },
);

test("behind an address without parameters", () => {
  for (const place of ["mongodb://db", "mongodb://db/", "mongodb://db/shop"]) {
    const options = { proxyHost: "corp", proxyUsername: "ann", proxyPassword: "x" };
    expect(connect(place, options)).toMatchObject(options);
  }
});

test("of a setting that someone wrote by hand", () => {
  expect(connect(`mongodb://db/shop?${proxy}&proxyPassword=pa55`)).toEqual({
    ...{ proxyHost: "corp", proxyUsername: "ann", proxyPassword: "pa55", dbName: "shop" },
  });
});

test("no error repeats them", () => {
  // The driver refuses a password of a proxy without its host, and says what it was given.
  for (const url of [
    "mongodb://db/?proxyPassword=pa55w0rd",
    "mongodb://db/?authMechanismProperties=AWS_SESSION_TOKEN:pa55w0rd,X:y,pa55w0rd",
  ]) {
    let said = "";
    try {
      connect(url);
    } catch (error) {
      said = JSON.stringify(error) + String(error) + String((error as Error).cause);
    }
    expect(said).not.toBe("");
    expect(said).not.toContain("pa55w0rd");
  }
});
