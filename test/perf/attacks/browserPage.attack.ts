/** A page of another origin in a real Chromium asks the read API by images, scripts and frames: none is answered. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { launchChromium } from "../../harness/chromium.ts";
import type { Attack } from "./attack.ts";

const paths = ["/api/services", "/api/traces?service=x", "/api/traces/1", "/funboost/trace/x"];

export const attack: Attack = {
  name: "a page of another origin in Chromium makes no read route work",
  maxSeconds: 120,
  async run({ ports, openWindow, report }) {
    const window = await openWindow();
    await window.until(({ phase }) => phase.kind === "receiving");
    const base = `http://localhost:${ports.otlpHttp}`;
    const tags = paths.flatMap(path => [
      `<img src="${base}${path}">`,
      `<script src="${base}${path}"></script>`,
      `<iframe src="${base}${path}"></iframe>`,
    ]);
    const page = `<!DOCTYPE html>${tags.join("\n")}`;
    const other = createServer((_request, response) => {
      response.setHeader("Content-Type", "text/html").end(page);
    }).listen(0, "localhost");
    await once(other, "listening");
    const browser = await launchChromium();
    try {
      const tab = await browser.newPage();
      const statuses: number[] = [];
      tab.on("response", answer => {
        if (answer.url().startsWith(base)) statuses.push(answer.status());
      });
      await tab.goto(`http://localhost:${(other.address() as AddressInfo).port}/`);
      report("asked by the page", statuses.length, "requests");
      assert.ok(statuses.length >= paths.length, `${statuses.length} requests were answered`);
      assert.deepEqual([...new Set(statuses)], [403]);
      // Who types the address into a browser, and who is no browser, are served.
      const typed = await tab.goto(`${base}/api/services`);
      assert.equal(typed?.status(), 200);
      const own = await tab.evaluate(async url => (await fetch(url)).status, "/api/services");
      assert.equal(own, 200);
      assert.equal((await fetch(`${base}/api/services`)).status, 200);
    } finally {
      await browser.close();
      other.close();
    }
  },
};
