/** What a program printed, out of what terminals and keepers of logs made of it. */

import { describe, expect, it, test } from "vitest";
import { getPrinted, listPrinted, stripPrinted } from "../../../src/base/printedText.ts";

describe("what stands before a line", () => {
  it.each([
    ["docker compose", "cart-1  | hello", "hello"],
    ["docker compose with a timestamp", "cart-1 | 2026-04-01T00:00:00.123456789Z hello", "hello"],
    ["an empty line of docker compose", "cart-1  | ", ""],
    ["Kubernetes", "2026-04-01T00:00:00.5Z stderr F hello", "hello"],
    ["kubectl", "[pod/cart-0/app] hello", "hello"],
    ["journald", "Apr 12 10:00:00 pos-7 cart@2.service[8]: hello", "hello"],
    ["a service of docker", "cart.1.x7k2@node-1    | hello", "hello"],
    ["foreman", "10:00:00 web.1  | hello", "hello"],
    ["PM2", "0|cart  | hello", "hello"],
    ["Heroku", "2026-04-01T00:00:00.123+00:00 app[web.1]: hello", "hello"],
    ["GitHub's command line", "build\tRun tests\t2026-04-01T00:00:00.1234567Z hello", "hello"],
    ["GitLab", "2026-04-01T00:00:00.123456Z 00O hello", "hello"],
    ["syslog with ISO time", "2026-04-01T00:00:00.123+02:00 pos-7 cart: hello", "hello"],
  ])("is taken away: %s", (_name, line, printed) => {
    expect(stripPrinted(line).plain).toBe(printed);
  });

  it.each([
    ["a table, whose cell may be an id", "4f1d2c3b5a697887 | GET /"],
    ["a table with a UUID", "7ff6270e-5669-4ee4-8c48-d5b9ba39e3d9 | GET /"],
    ["Funboost's own time", "2025-12-25 14:00:12-(192.168.1.20,dev-box)-[p1_t2] - hello"],
    ["a logger's time", "2026-04-01 10:00:00 INFO hello"],
    ["a logger's time and name", "2026-04-01 10:00:00 cart: hello"],
    ["a logger's clock", "10:00:00 | INFO | hello"],
    ["JSON", '{"a": "b | c"}'],
  ])("stays: %s", (_name, line) => {
    expect(stripPrinted(line).plain).toBe(line);
  });
});

test("offsets lead back behind prefixes and colours", () => {
  const text = "\u001b[36mcart-1  | \u001b[0mone\n\u001b[36mcart-1  | \u001b[0mtwo\u001b[1m!";
  const { plain, toOriginal } = stripPrinted(text);
  expect(plain).toBe("one\ntwo!");
  const original = Array.from(plain, (_, offset) => text[toOriginal(offset)]).join("");
  expect(original).toBe(plain);
});

test("each source's lines come together, parts of lines in one", () => {
  const log = [
    ...["cart-1  | a", "till-1  | x", "cart-1  | b"],
    ...["2026-04-01T00:00:00Z stdout P c", "2026-04-01T00:00:00Z stdout F d"],
  ];
  expect(listPrinted(log.join("\n"))).toEqual(["a\nb\n", "x\n", "cd\n"]);
  expect(listPrinted("a\nb")).toEqual([]);
});

test("a record of JSON holds a line, of Docker's a part of one", () => {
  expect(getPrinted({ log: "a", stream: "stdout" })).toBe("a");
  expect(getPrinted({ log: "a", kubernetes: {} })).toBe("a\n");
  expect(getPrinted({ MESSAGE: "a", message: 1 })).toBe("a\n");
  expect(getPrinted({ text: "a" })).toBeUndefined();
});
