/** A server of the tests ends with whoever started it, and tells its end. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { isProcessAlive } from "../../../src/base/isProcessAlive.ts";
import { spawnBound } from "../../peers/spawnBound.ts";

const told = `console.log(process.pid); setInterval(() => undefined, 1_000)`;
const node = process.execPath;

async function readPid(server: { readonly stdout: NodeJS.ReadableStream }): Promise<number> {
  const [line] = (await once(createInterface({ input: server.stdout }), "line")) as [string];
  return Number(line);
}

async function expectEnd(pid: number): Promise<void> {
  await expect.poll(() => isProcessAlive(pid), { timeout: 60_000 }).toBe(false);
}

test("one whose starter is killed ends too", async () => {
  const module = new URL("../../peers/spawnBound.ts", import.meta.url).href;
  const program = `
    import { spawnBound } from ${JSON.stringify(module)};
    const server = spawnBound(process.execPath, ["-e", ${JSON.stringify(told)}]);
    server.stdout.pipe(process.stdout);
  `;
  const starter = spawn(node, ["--input-type=module", "-e", program]);
  const pid = await readPid(starter);
  expect(isProcessAlive(pid)).toBe(true);
  starter.kill("SIGKILL");
  await expectEnd(pid);
});

test("one that is stopped has ended", async () => {
  const server = spawnBound(node, ["-e", told]);
  const pid = await readPid(server);
  await server.stop();
  await expectEnd(pid);
});

test("one that ends by itself tells its code", async () => {
  const server = spawnBound(node, ["-e", "process.exit(7)"]);
  expect(await server.ended).toBe(7);
});
