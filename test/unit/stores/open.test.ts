/** What stands in the settings becomes stores, or says why it cannot. */

import { expect, test } from "vitest";
import { badAddressReasons } from "../../../src/model/storeAddress.ts";
import { checkStoreConfigs } from "../../../src/stores/open.ts";

const url = "mongodb://127.0.0.1";

/** `name`, or `name: why it cannot be used`. */
function check(value: unknown): string[] {
  return checkStoreConfigs(value, ["local"]).map(checked => {
    if (checked.kind === "config") return checked.config.name;
    const { failure } = checked.error;
    return failure.code === "storeMisconfigured" ? `${checked.name}: ${failure.reason}` : "?";
  });
}

test.each([
  ["a list", [{ kind: "mongodb", name: "a", url }], ["a"]],
  [
    "one name twice",
    [
      { kind: "mongodb", name: "a", url },
      { kind: "mongodb", name: "a", url },
    ],
    ["a", "a: another store has this name"],
  ],
  [
    "the embedded store's name",
    [{ kind: "mongodb", name: "local", url }],
    ["local: another store has this name"],
  ],
  ["another kind", [{ kind: "oracle", name: "a" }], ["a: kind “oracle” is not known"]],
  [
    "another address",
    [{ kind: "mongodb", name: "a", url: "http://x" }],
    ["a: url: it must begin with mongodb:// or mongodb+srv://"],
  ],
  [
    "addresses that others would read in another way",
    ["http://127.0.0.1:1\\@jaeger.corp", "http://jaeger.corp/a b", "http://jaeger.corp\n/"].map(
      address => ({ kind: "jaeger", name: "a", url: address }),
    ),
    Array.from({ length: 3 }, () => `a: url: ${badAddressReasons.characters}`),
  ],
  [
    "a backslash before a MongoDB server",
    [{ kind: "mongodb", name: "a", url: "mongodb://other\\@127.0.0.1" }],
    [`a: url: ${badAddressReasons.characters}`],
  ],
  [
    "a password that nobody can part from the host",
    [{ kind: "mongodb", name: "a", url: "mongodb://ann:qu@ck/br@" }],
    [`a: url: ${badAddressReasons.ambiguous}`],
  ],
  [
    "no objects",
    [null, 3, { kind: "mongodb", url }],
    ["?: it has no name", "?: it has no name", "?: it has no name"],
  ],
  ["no list", { kind: "mongodb", name: "a", url }, ["a"]],
  ["a word", "x", ["?: it has no name"]],
  ["nothing", [], []],
])("%s", (_, value, expected) => {
  expect(check(value)).toEqual(expected);
});
