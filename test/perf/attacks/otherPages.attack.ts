/** What a page in a browser can make this machine ask, and parameters of thousands of digits: refused, and at no cost. */

import assert from "node:assert/strict";
import { request } from "node:http";
import type { Attack } from "./attack.ts";

export const attack: Attack = {
  name: "other pages and endless parameters are refused by the read API",
  maxSeconds: 60,
  async run({ ports, openWindow, report }) {
    const window = await openWindow();
    await window.until(({ phase }) => phase.kind === "receiving");
    const ask = (path: string, headers: Record<string, string> = {}): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        request({ host: "127.0.0.1", port: ports.otlpHttp, path, headers }, answer => {
          answer.resume();
          resolve(answer.statusCode);
        })
          .on("error", reject)
          .end();
      });
    for (const site of ["cross-site", "same-site"]) {
      const headers = { "Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors" };
      for (const path of ["/api/services", "/funboost/trace/x", "/api/traces?service=x"]) {
        assert.equal(await ask(path, headers), 403, `${site} ${path}`);
      }
    }
    const traces = "/api/traces?service=x";
    assert.equal(await ask(`${traces}&start=1e300`), 400);
    const startMs = performance.now();
    for (let time = 0; time < 20; time += 1) {
      assert.equal(await ask(`${traces}&minDuration=${"1".repeat(15_000)}`), 400);
    }
    report("a duration of 15,000 digits", (performance.now() - startMs) / 20, "ms");
  },
};
