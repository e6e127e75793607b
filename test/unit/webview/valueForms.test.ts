/** In which form a value is shown, and what a statement looks like: nothing but white space may change. */

import { describe, expect, it } from "vitest";
import { readSql } from "../../../src/features/tracePanel/sqlText.ts";
import { findProgramFrame, readStack } from "../../../webview/detail/stackLines.ts";
import { isWide, languageOf, readForm, readJson } from "../../../webview/detail/valueForms.ts";

describe("readForm", () => {
  const rows: readonly (readonly [string, string | number | boolean, string])[] = [
    ["http.request.body", '{"order": {"id": 7}}', "tree"],
    ["messages", "[1, 2]", "tree"],
    ["log", "[info] ready]", "text"],
    ["db.query.text", "select * from carts where id = $1", "sql"],
    ["db.statement", "GET cart:7", "text"],
    ["anything", "SELECT id FROM carts", "sql"],
    ["note", "Select an item from the list", "text"],
    ["note", "UPDATE carts SET n = 1", "sql"],
    ["url.full", "https://shop.example/cart?id=7", "link"],
    ["url.template", "https://shop.example/{id} is gone", "text"],
    ["message", "javascript:alert(1)", "text"],
    ["created_at", 1_700_000_000, "moment"],
    ["order.createdAt", 1_700_000_000_000, "moment"],
    ["event.time", "1700000000000000000", "moment"],
    ["sent", "2026-03-01T10:00:00.5+01:00", "moment"],
    ["db.response_time", 1_700_000_000, "text"],
    ["order.id", 1_700_000_000, "text"],
    ["local", "2026-03-01 10:00", "text"],
    ["exception.stacktrace", "Error: no\n    at place (/shop/orders.ts:12:5)", "stack"],
    ["ok", true, "text"],
  ];
  it.each(rows)("%s = %s is %s", (key, value, kind) => {
    expect(readForm(key, value).kind).toBe(kind);
  });

  it("tells units of a time by their size", () => {
    const forms = [1_700_000_000, 1_700_000_000_000, "1700000000000000", "1700000000000000000"];
    for (const value of forms) {
      expect(readForm("ts", value)).toMatchObject({ unixMs: 1_700_000_000_000 });
    }
  });

  it("keeps integers that no number holds", () => {
    expect(readJson('{"id": 12345678901234567890, "n": 5}')).toEqual({
      id: "12345678901234567890",
      n: 5,
    });
  });

  it("gives long values the whole width, and an editor their language", () => {
    expect(isWide(readForm("k", "short"))).toBe(false);
    expect(isWide(readForm("k", "x".repeat(80)))).toBe(true);
    expect(languageOf(readForm("k", '{"a": 1}'))).toBe("json");
    expect(languageOf(readForm("k", "<order><id>7</id></order>"))).toBe("xml");
    expect(languageOf(readForm("k", "query Cart { id }"))).toBe("graphql");
    expect(languageOf(readForm("db.statement", "SELECT 1 FROM t"))).toBe("sql");
  });
});

describe("readSql", () => {
  const statements: readonly (readonly [string, string])[] = [
    [
      "postgresql",
      `SELECT o.id, count(*) FROM "order" o WHERE o.tags @> $1::jsonb AND a ->> 'k' = 'it''s' GROUP BY 1`,
    ],
    ["mysql", "SELECT `o`.`id` FROM `orders` AS `o` WHERE `o`.`at` > ? LIMIT 5"],
    ["mssql", "SELECT TOP 5 [id] FROM [dbo].[orders] WITH (NOLOCK) WHERE n = @p1"],
    ["sqlite", "INSERT OR REPLACE INTO carts (id, n) VALUES (?, ?2) ON CONFLICT DO NOTHING"],
    ["postgresql", "SELECT 1 FROM t WHERE a = %s AND b = %(name)s"],
    ["", "SELECT * FROM carts WHERE id IN (1, 2.5e3) -- all\n"],
    ["oracle", "SELECT * FROM (((("],
    ["nosuch", "UPDATE t SET a = 'unclosed"],
  ];
  it.each(statements)("%s: changes nothing but white space in %s", (system, text) => {
    const whole = readSql(text, system)
      .map(([, each]) => each)
      .join("");
    expect(whole.replaceAll(/\s/g, "")).toBe(text.replaceAll(/\s/g, ""));
  });

  it("lays out in lines and tells words apart by dialect", () => {
    const tokens = readSql("SELECT count(id) FROM carts WHERE name = 'a' AND n > $1", "postgresql");
    expect(tokens.map(([, text]) => text).join("")).toBe(
      "SELECT\n  count(id)\nFROM\n  carts\nWHERE\n  name = 'a'\n  AND n > $1",
    );
    const kinds = Object.fromEntries(tokens.map(([kind, text]) => [text, kind]));
    expect(kinds).toMatchObject({
      SELECT: "keyword",
      AND: "keyword",
      count: "function",
      carts: "text",
      "'a'": "string",
      $1: "parameter",
    });
    const column = readSql("SELECT o.user FROM orders o", "postgresql");
    expect(column).toContainEqual(["text", "user"]);
    const isKeyword = (system: string): boolean =>
      readSql("SELECT a FROM t FOR UPDATE NOLOCK", system).some(
        ([kind, text]) => text === "NOLOCK" && kind === "keyword",
      );
    expect(isKeyword("nosuch")).toBe(false);
  });
});

it("finds the program's own frame of a stack", () => {
  const own = (stack: string): string | undefined =>
    findProgramFrame(readStack(stack))?.text.trim();
  expect(
    own(
      'Traceback:\n  File "/shop/app.py", line 3, in main\n  File "/shop/cart.py", line 9, in pay\n  File "/usr/lib/python3.12/json/decoder.py", line 1, in x',
    ),
  ).toBe('File "/shop/cart.py", line 9, in pay');
  expect(
    own(
      "Error\n  at x (/a/node_modules/y/z.js:1:1)\n  at pay (/shop/cart.ts:9:1)\n  at main (/shop/app.ts:1:1)",
    ),
  ).toBe("at pay (/shop/cart.ts:9:1)");
  expect(own("Error: no frames")).toBeUndefined();
});
