/** Addresses of stores as people paste them: what is secret in them is parted from the rest, or they are refused. */

import { describe, expect, test } from "vitest";
import { parseStoreAddress } from "../../../src/model/storeAddress.ts";

function read(text: string) {
  const address = parseStoreAddress(text);
  if (address.kind === "bad") return address.fault;
  const { username, password } = address.credentials ?? {};
  return [username, password, address.url, address.hostName];
}

const schemes = ["mongodb", "mongodb+srv", "http", "https"];

describe.each(schemes)("a password in an address of %s may be anything", scheme => {
  test.each([
    ["qu#ck", "qu#ck"],
    ["l/azy", "l/azy"],
    ["wh?t", "wh?t"],
    ["m@il", "m@il"],
    ["@", "@"],
    ["a@b/c?d#e%f:g", "a@b/c?d#e%f:g"],
    ["100%", "100%"],
    ["%zz", "%zz"],
    ["%E0%A4", "%E0%A4"],
    ["p%40ss%2Fw", "p@ss/w"],
    ["12#34", "12#34"],
    ["12/34@56", "12/34@56"],
    ["pärt 漢", "pärt 漢"],
    ["[x]", "[x]"],
    ["a,b:27017,c", "a,b:27017,c"],
    ["?x=1", "?x=1"],
    ["#@#@#", "#@#@#"],
    ["//", "//"],
    ["pa%23ss#", "pa#ss#"],
  ])("%s", (written, password) => {
    const host = scheme === "mongodb" ? "db-1:27017,db-2:27018" : "db-1";
    expect(read(`${scheme}://ann:${written}@${host}/shop?replicaSet=rs`)).toEqual([
      "ann",
      password,
      `${scheme}://${host}/shop?replicaSet=rs`,
      "db-1",
    ]);
  });
});

test.each([
  ["mongodb://127.0.0.1:27017", [undefined, undefined, "mongodb://127.0.0.1:27017", "127.0.0.1"]],
  ["  HTTP://[::1]:9411/zipkin ", [undefined, undefined, "http://[::1]:9411/zipkin", "[::1]"]],
  ["https://t0ken@tempo.corp/", ["t0ken", "", "https://tempo.corp/", "tempo.corp"]],
  [
    "mongodb://%2Ftmp%2Fmongo.sock",
    [undefined, undefined, "mongodb://%2Ftmp%2Fmongo.sock", "%2Ftmp%2Fmongo.sock"],
  ],
  ["mongodb://a\\b:c\\d e@db", ["a\\b", "c\\d e", "mongodb://db", "db"]],
  [
    // As Azure hands them out; the driver would take the first of the later signs for the end of a password.
    "mongodb://acc:kEy==@acc.corp:10255/?ssl=true&appName=@acc@",
    ["acc", "kEy==", "mongodb://acc.corp:10255/?ssl=true&appName=%40acc%40", "acc.corp"],
  ],
])("%s", (text, expected) => {
  expect(read(text)).toEqual(expected);
});

test.each([
  ["http://127.0.0.1:41490\\@jaeger.corp:16686", "characters"],
  ["http:\\\\jaeger.corp", "scheme"],
  ["http://jaeger.corp:16686\\x", "host"],
  ["http://jaeger.corp/a b", "characters"],
  ["http://jaeger.corp/a\\b", "characters"],
  ["http://jae\tger.corp/", "host"],
  ["http://u:p\n@jaeger.corp/", "characters"],
  ["mongodb://db/a\u0007", "characters"],
  ["mongodb://db/shop#x", "host"],
  ["mongodb://", "host"],
  ["http:///x", "host"],
  ["http://a,b/", "host"],
  ["http://h:99999/", "host"],
  ["ftp://ann:pw@h", "scheme"],
  ["ann:pw@h", "scheme"],
  ["mongodb://ann:p@ss/word@", "ambiguous"],
  ["mongodb://ann:pw@", "ambiguous"],
  ["mongodb://ann:pw@/shop", "ambiguous"],
  // Either an application's name or a strange password: nobody guesses.
  ["mongodb://ann:pw@db/?appName=me@corp", "ambiguous"],
  ["http://jaeger.corp/search?tag=a@b", "ambiguous"],
])("%s is refused", (text, fault) => {
  expect(read(text)).toBe(fault);
});

test("a secret belongs to an origin, and to how MongoDB is spoken to", () => {
  const originOf = (text: string): string | undefined => {
    const address = parseStoreAddress(text);
    return address.kind === "address" ? address.origin : undefined;
  };
  expect(originOf("http://u:p@Jaeger.corp:80/base?x")).toBe("http://jaeger.corp");
  expect(originOf("https://jaeger.corp")).not.toBe(originOf("http://jaeger.corp:443"));
  expect(originOf("mongodb://x@A,b:2/db?replicaSet=rs")).toBe("mongodb://a,b:2");
  for (const risky of ["proxyHost=evil", "%70roxyHost=evil", "authMechanism=PLAIN", "tls=false"]) {
    expect(originOf(`mongodb://a/?${risky}`)).not.toBe(originOf("mongodb://a"));
  }
});

test("a hostile address is read in linear time", () => {
  // Steps that grow with the square would not end within the test's time.
  for (const part of ["@", "a@", "a,", "/@", "?a=@", "%", "[", "a:1,"]) {
    parseStoreAddress(`mongodb://u:${part.repeat(10_000)}`);
    parseStoreAddress(`mongodb://u:${part.repeat(10_000)}@h`);
  }
});

test.each([
  [
    "mongodb://db/?proxyHost=corp&proxyPassword=pa55%23&w=1",
    { username: "", password: "", options: { proxyPassword: "pa55#" } },
    "mongodb://db/?proxyHost=corp&w=1",
  ],
  [
    "mongodb+srv://AKIA:s3cret@db.corp/shop?authMechanismProperties=AWS_SESSION_TOKEN:Fwo%2BG",
    {
      ...{ username: "AKIA", password: "s3cret" },
      options: { authMechanismProperties: "AWS_SESSION_TOKEN:Fwo+G" },
    },
    "mongodb+srv://db.corp/shop",
  ],
  [
    "mongodb://a,b/?tlsCertificateKeyFilePassword=x&tls=true",
    { username: "", password: "", options: { tlsCertificateKeyFilePassword: "x" } },
    "mongodb://a,b/?tls=true",
  ],
  [
    "https://tempo.corp/base?API-Key=k3y&orgId=1",
    { username: "", password: "", options: { "API-Key": "k3y" } },
    "https://tempo.corp/base?orgId=1",
  ],
  [
    "http://h/?%70assword=x",
    { username: "", password: "", options: { password: "x" } },
    "http://h/",
  ],
  ["https://h/ui#access_token=x", undefined, "https://h/ui"],
  [
    "mongodb://db/?authMechanismProperties=SERVICE_NAME:mongodb&authSource=admin",
    undefined,
    "mongodb://db/?authMechanismProperties=SERVICE_NAME:mongodb&authSource=admin",
  ],
])("secret parameters are no part of what is saved: %s", (text, credentials, url) => {
  expect(parseStoreAddress(text)).toMatchObject({ kind: "address", url });
  const address = parseStoreAddress(text);
  expect(address.kind === "address" && address.credentials).toEqual(credentials);
});
