/** A token: none before the first is given one, the same ever after, and no other is taken. */

import { expect, test } from "vitest";
import { StoredToken } from "../../../src/platform/storedToken.ts";

function createToken(): StoredToken {
  const kept = new Map<string, string>();
  const storage = {
    get: (key: string) => Promise.resolve(kept.get(key)),
    store: (key: string, value: string) => {
      kept.set(key, value);
      return Promise.resolve();
    },
  };
  return new StoredToken(storage, "test");
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
