/** Secrets in texts that programs write: what is masked of each, and what is a word like any other. */

import { expect, test } from "vitest";
import { isSecretKey, maskSecrets } from "../../../src/tools/secretKeys.ts";

const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N";

/** Each with what must not be left of it. */
const secrets: readonly (readonly [text: string, secret: string])[] = [
  ["authorization=Basic dXNlcjpwYXNzd29yZA==", "dXNl"],
  ["Proxy-Authorization: Basic abc", "abc"],
  ['headers {"Authorization":"Digest username=ann, response=6629fae4"}', "6629"],
  ["Cookie: sessionid=5f2c11; csrftoken=zz81", "zz81"],
  ["Set-Cookie: sid=s%3A5f2c11; Path=/", "5f2c11"],
  ['{"password":"two words","tier":1}', "words"],
  [String.raw`{\"api_key\":\"two words\"}`, "words"],
  ["https://shop.test/cb?access_token=5f2c11&page=2", "5f2c11"],
  ["https://s3.test/k?X-Amz-Signature=5f2c11&X-Amz-Credential=ann%2F2026", "ann%2F"],
  ["https://blob.test/c?sv=2020&sig=5f2c11%3D&se=2027", "5f2c11"],
  ["AccountKey=5f2c11==;EndpointSuffix=core", "5f2c11"],
  ["aws_secret_access_key = 5f2c11", "5f2c11"],
  ["refreshToken=5f2c11", "5f2c11"],
  ["run --token=5f2c11", "5f2c11"],
  ["curl -u ann:5f2c11 https://shop.test", "5f2c11"],
  [`sent ${jwt}`, "eyJ"],
  ["glpat-5f2c115f2c115f2c1155", "5f2c11"],
  ["-----BEGIN RSA PRIVATE KEY-----\nMIIE5f2c11\n-----END RSA PRIVATE KEY-----", "5f2c11"],
  ["https://hooks.slack.com/services/T000/B000/5f2c115f2c11", "5f2c11"],
];

test.each(secrets)("%s", (text, secret) => {
  expect(maskSecrets(text)).toContain("(masked)");
  expect(maskSecrets(text)).not.toContain(secret);
});

test("what stands beside a secret stays, and words are no secrets", () => {
  expect(maskSecrets('{"password":"two words","tier":1}')).toBe('{"password":"(masked)","tier":1}');
  expect(maskSecrets("https://shop.test/cb?token=5f2c11&page=2")).toContain("&page=2");
  const words = [
    ...["GET /tokens/17", "max_tokens=100", "input_tokens: 52", "password reset sent"],
    ...["Basic authentication failed", "secretary: Ann", "token bucket is empty", "key=17"],
    ...["signature verification failed", "https://shop.test/a@b", "design=new"],
  ];
  for (const text of words) expect(maskSecrets(text)).toBe(text);
});

test("names of attributes", () => {
  for (const key of ["db.connection_string", "DB_PASSWORD", "accountKey", "x-csrf-token", "sig"]) {
    expect(isSecretKey(key), key).toBe(true);
  }
  for (const key of ["gen_ai.usage.input_tokens", "design", "session.id", "tokenizer"]) {
    expect(isSecretKey(key), key).toBe(false);
  }
});
