/** Secrets in what a task was called with, by their names and by their looks. */

import { expect, test } from "vitest";
import { hideSecrets, isSecretName } from "../../../src/base/secretText.ts";

test.each([
  ...[
    "password",
    "user_password",
    "passwd",
    "pwd",
    "apiKey",
    "api_key",
    "X-Api-Key",
    "accessToken",
  ],
  ...[
    "client_secret",
    "Authorization",
    "Cookie",
    "privateKey",
    "card_number",
    "cvc",
    "credentials",
  ],
])("%s is a secret", name => {
  expect(isSecretName(name)).toBe(true);
});

test.each(["order_id", "author", "passenger", "compass", "pinned", "items", "key", "path", "spin"])(
  "%s is none",
  name => {
    expect(isSecretName(name)).toBe(false);
  },
);

test("they are hidden wherever they are, and nothing else is", () => {
  const parameters = {
    order_id: 7,
    login: { user: "ann", password: { nested: "x" } },
    headers: ["Bearer abc.def", "text/html"],
    store: "mongodb://ann:pa55@db/shop",
    jwt: "eyJhbGciOi.eyJzdWIi.c2ln",
  };
  expect(hideSecrets(parameters)).toEqual({
    order_id: 7,
    login: { user: "ann", password: "•••" },
    headers: ["•••", "text/html"],
    store: "•••",
    jwt: "•••",
  });
  expect(hideSecrets("hunter2", "db_password")).toBe("•••");
});
