/** What servers say may repeat a secret; what is shown of it may not, and stays legible. */

import { expect, test } from "vitest";
import { hideSecrets } from "../../../src/stores/hideSecrets.ts";
import { toStatusFailure } from "../../../src/stores/http/httpFailure.ts";

test.each([
  ["bad password qu#ck!", ["qu#ck!"], "bad password ***"],
  ["/login?pw=qu%23ck%25", ["qu#ck%"], "/login?pw=***"],
  // A short one is hidden where it stands alone, and garbles no other word.
  ["Unescaped 'u' in user", ["u"], "Unescaped '***' in user"],
  ["(p?q) and p?qr", ["p?q"], "(***) and p?qr"],
  ["a.b and axb", ["a.b"], "*** and axb"],
  ["\ud800abcd", ["\ud800abcd"], "***"],
  ["nothing", [""], "nothing"],
  // As servers write what they were sent.
  ['{"password":"a\\"b\\\\c d"}', ['a"b\\c d'], '{"password":"***"}'],
  ["<p>a&amp;b&lt;c&#39;d</p>", ["a&b<c'd"], "<p>***</p>"],
  ["<p>a&amp;b&#x27;d</p>", ["a&b'd"], "<p>***</p>"],
  ["?pw=qu%2fck%3d", ["qu/ck="], "?pw=***"],
  ["pw=a+b%26c", ["a b&c"], "pw=***"],
  ["Authorization: Bearer cGE1NSN3MHJk", ["pa55#w0rd"], "Authorization: Bearer ***"],
])("%j without %j", (text, secrets, expected) => {
  expect(hideSecrets(text, secrets)).toBe(expected);
});

test("a message that is cut in the middle of a secret shows no half of it", () => {
  const secret = "correct-horse-battery-staple";
  const context = { store: "prod", address: "http://h", secrets: [secret] };
  for (const [type, body] of [
    ["text/plain", `${"x".repeat(285)}${secret}`],
    ["text/html", `<title>${"x".repeat(285)}${secret}</title>`],
  ] as const) {
    const answer = { status: 500, contentType: type, bytes: Buffer.from(body), isCut: false };
    const failure = toStatusFailure({ ...answer, retryAfter: undefined }, context);
    expect(JSON.stringify(failure)).not.toContain("correct");
  }
});
