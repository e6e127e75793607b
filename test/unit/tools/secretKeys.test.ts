/** Secrets in texts that programs write: what is masked of each, and what is a word like any other. */

import { expect, test } from "vitest";
import { isSecretKey, maskSecrets } from "../../../src/tools/secretKeys.ts";

/** Random letters, as providers make keys of. */
const hex = "5f2c119ab47e03d86c1f5a2b9e7d4c30";
const key = "4eC39HqLyjWDarjtT1zdP7dcVb2Xn8KqRs0Lw6Mz";
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
  // Where commands, statements and connection strings take a secret by its place.
  ["jdbc:oracle:thin:scott/Yukon900@//db:1521/shop", "Yukon"],
  ["Server=db;Uid=sa;Pwd=Yukon 900;Encrypt=yes", "900"],
  ["mysql -u root -pYukon900 shop", "Yukon"],
  ["sshpass -p Yukon900 ssh ann@host", "Yukon"],
  ["deploy --password Yukon900 --region eu", "Yukon"],
  ["redis-cli -h cache -a Yukon900 PING", "Yukon"],
  ["ALTER USER app WITH PASSWORD 'Yukon900'", "Yukon"],
  ["CREATE USER 'app'@'%' IDENTIFIED BY 'Yukon900'", "Yukon"],
  ["AUTH default Yukon900", "Yukon"],
  ["CONFIG SET requirepass Yukon900", "Yukon"],
  // In what programs print of their structures.
  ['{:user=>"ann", :password=>"Yukon900"}', "Yukon"],
  ["['password' => 'Yukon900']", "Yukon"],
  ["<password>Yukon900</password>", "Yukon"],
  ['<add key="ApiKey" value="Yukon900"/>', "Yukon"],
  ['{"name":"Cookie","value":"sid=Yukon900"}', "Yukon"],
  ['{"Set-Cookie":["sid=Yukon900; Path=/"]}', "Yukon"],
  ['{"api_keys":["Yukon900","Yukon901"]}', "Yukon901"],
  ['{"user":"ann","pass":"Yukon900"}', "Yukon"],
  ["username=ann&password%3DYukon900", "Yukon"],
  [`Digest username="ann", response="${hex}"`, hex],
  [`GET /cb?state=1&code=4%2F0AdQt8qh${key}&scope=email`, key],
  [`x-auth-key: ${hex}`, hex],
  // With the beginning that a provider gives its keys.
  ...[`whsec_${key}`, `GOCSPX-${key}`, `1//0g${key}-L9Ir`, `pypi-AgEIcHlwaS5vcmc${key}`].map(own),
  ...[`dckr_pat_${key}`, `shpat_${hex}`, `dapi${hex}`, `glsa_${key}_5f2c119a`].map(own),
  ...[`lin_api_${key}`, `hvs.CAESI${key}`, `gsk_${key}`, `ATATT3xFfGF0${key}`].map(own),
  [`NRAK-${key.toUpperCase()}`, key.toUpperCase()],
  [`AGE-SECRET-KEY-1${key.toUpperCase()}`, key.toUpperCase()],
  [`https://api.telegram.org/bot123456789:AAF${key.slice(0, 32)}/sendMessage`, "AAF4eC"],
  own(`https://discord.com/api/webhooks/123456/${key}`),
  [
    `-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n${key}\n-----END PGP PRIVATE KEY BLOCK-----`,
    key.slice(0, 9),
  ],
  ["eyJhbGciOiJkaXIifQ..48V1_ALb6US04U3b.5eym8TW_c8SuK0lt.XFBoMYUZodetZdvT", "XFBo"],
];

function own(text: string): readonly [string, string] {
  return [text, text.includes(hex) ? hex : key];
}

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
    ...["pk-2024-order-list-for-customers", "rk_daily_report_2024_11_30_eu", "task-sk-orders-17"],
    ...["sk_stage_production_eu_west_1", "npm_config_registry_url_for_builds", "AUTH failed again"],
    ...["hf_transformers_text_generation", `call_${key}`, `trace ${hex}`, `sha256:${hex}${hex}`],
    ...["mysql -p shop", "docker run -p 8080:80 web", "ssh -p 2222 host", "cp -p a.txt b.txt"],
    ...["pass: 12, fail: 3", "token=undefined", '{"token":"","password":null}', "code=404&page=2"],
    ...[
      "git@github.com:acme/shop.git",
      "mailto://ann@shop.test",
      "SELECT password_hash FROM users",
    ],
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
