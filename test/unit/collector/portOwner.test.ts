/** Who holds a port: asked of this machine, and read from what other systems print. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import {
  findPortOwner,
  parseLsof,
  parseNetstat,
  parseProcNet,
} from "../../../src/collector/portOwner.ts";

const listen = {
  tcp: `require("net").createServer().listen(0, "127.0.0.1", function () { console.log(this.address().port) })`,
  udp: `require("dgram").createSocket("udp6").bind(0, "::1", function () { console.log(this.address().port) })`,
};

test.for(["tcp", "udp"] as const)("a program that holds a %s port is named", async transport => {
  const holder = spawn(process.execPath, ["-e", listen[transport]], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void holder.kill());
  const [line] = (await once(holder.stdout, "data")) as [Buffer];
  const owner = await findPortOwner(Number(line.toString()), transport);
  expect(owner?.pid).toBe(holder.pid);
  expect(owner?.program).toMatch(/node|MainThread/);
});

test("a port that nobody holds has no owner", async () => {
  expect(await findPortOwner(1, "tcp")).toBeUndefined();
});

test("a connection to a port does not hold it", () => {
  const table = [
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
    "   0: 0100007F:10DE 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 31337 1 0 100 0 0 10 0",
    "   1: 0100007F:10DE 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 31338 1 0 20 4 30 10 -1",
    "   2: 0100007F:A10D 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 999 1 0 100 0 0 10 0",
  ].join("\n");
  expect(parseProcNet(table, 4318, "tcp")).toEqual(["31337"]);
});

test("what lsof prints is read", () => {
  expect(parseLsof("p4242\ncjaeger-all-in-one\nf7\n")).toEqual({
    pid: 4242,
    program: "jaeger-all-in-one",
  });
  expect(parseLsof("")).toBeUndefined();
});

test("what netstat prints is read, in any language", () => {
  const output = [
    "  Proto  Lokale Adresse         Remoteadresse          Status           PID",
    "  TCP    127.0.0.1:4317         127.0.0.1:51000        HERGESTELLT      17",
    "  TCP    127.0.0.1:4317         0.0.0.0:0              ABHÖREN          4711",
    "  TCP    [::1]:14317            [::]:0                 ABHÖREN          99",
    "  UDP    127.0.0.1:6831         *:*                                    812",
  ].join("\r\n");
  expect(parseNetstat(output, 4317, "tcp")).toBe(4711);
  expect(parseNetstat(output, 6831, "udp")).toBe(812);
  expect(parseNetstat(output, 4317, "udp")).toBeUndefined();
});
