/** The MCP server's token: none before a client is given one, the same ever after, and no other is taken. */

import { expect, test } from "vitest";
import { McpToken } from "../../../src/features/agentTools/mcpToken.ts";

function createToken(): McpToken {
  const kept = new Map<string, string>();
  return new McpToken({
    get: key => Promise.resolve(kept.get(key)),
    store: (key, value) => {
      kept.set(key, value);
      return Promise.resolve();
    },
  });
}

test("only the token that was given is taken", async () => {
  const token = createToken();
  expect(await token.check("")).toBe(false);
  expect(await token.check("undefined")).toBe(false);
  const text = await token.get();
  expect(text).toMatch(/^[\w-]{43}$/);
  expect(await token.get()).toBe(text);
  expect(await token.check(text)).toBe(true);
  expect(await token.check(`${text}x`)).toBe(false);
});
