/** Containers: the override file for a compose project, and the collector beyond loopback with its token. */

import { readFile, writeFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findFreePort, waitFor } from "../harness/processes.ts";
import type { Session } from "./driver/session.ts";
import type { Workbench } from "./driver/workbench.ts";
import { onlyOtlpHttp, openShop } from "./support/shopSession.ts";
import { TracesList } from "./support/tracesList.ts";

const deadlineMs = 90_000;
const [outer] = Object.values(networkInterfaces())
  .flat()
  .filter(info => info?.internal === false && info.family === "IPv4");

let session: Session;
let workbench: Workbench;
let port: number;

beforeAll(async () => {
  port = await findFreePort();
  session = await openShop({
    width: 1300,
    height: 900,
    settings: {
      "traceside.collector.autoStart": true,
      "traceside.collector.ports": onlyOtlpHttp(port),
      ...(outer !== undefined && { "traceside.collector.listenOn": [outer.address] }),
    },
  });
  ({ workbench } = session);
});

afterAll(async () => {
  await session.close();
});

test("the chosen services of a compose file get an override that sends here", async () => {
  await writeFile(
    join(session.workspaceFolder, "docker-compose.yml"),
    "services:\n  web:\n    build: .\n  db:\n    image: postgres:17\n",
  );
  await TracesList.open(workbench);
  await workbench.runCommand("Traceside: Trace a Compose Project…");
  await waitFor("the services", deadlineMs, async () =>
    (await workbench.quickInputText()).includes("postgres:17") ? true : undefined,
  );
  await workbench.screenshot("compose-services.png");
  await workbench.page.keyboard.press("Enter");
  const dialog = workbench.page.locator(".monaco-dialog-box");
  await dialog.getByText("docker-compose.traceside.yml").waitFor();
  await workbench.screenshot("compose-question.png");
  await dialog.getByRole("button", { name: "Write" }).click();
  const file = join(session.workspaceFolder, "docker-compose.traceside.yml");
  const text = await waitFor("the override", deadlineMs, () =>
    readFile(file, "utf8").catch(() => undefined),
  );
  expect(text).toContain(`http://host.docker.internal:${port}`);
  expect(text).toContain("OTEL_SERVICE_NAME: web");
  expect(text).not.toContain("db:");
  await workbench.waitForEditor("docker-compose.traceside.yml");
  await workbench.screenshot("compose-written.png");
});

test.skipIf(outer === undefined)("a sender on a named interface shows the token", async () => {
  const post = (headers: Readonly<Record<string, string>>): Promise<Response> =>
    fetch(`http://${outer?.address}:${port}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({
        resourceSpans: [
          {
            scopeSpans: [
              {
                spans: [
                  {
                    traceId: "7bd1a2f2a0f34e6c9d1b6f3d5e8a9c01",
                    spanId: "1bd1a2f2a0f34e6c",
                    name: "from a container",
                    startTimeUnixNano: `${Date.now()}000000`,
                    endTimeUnixNano: `${Date.now() + 5}000000`,
                  },
                ],
              },
            ],
          },
        ],
      }),
    });
  expect((await post({})).status).toBe(401);
  await workbench.runCommand("Traceside: Copy Token for Senders Beyond Loopback");
  const token = await waitFor("the token", deadlineMs, async () => {
    const copied = await workbench.clipboardText();
    return /^[\w-]{43}$/.test(copied) ? copied : undefined;
  });
  expect((await post({ "x-traceside-token": token })).status).toBe(200);
  const list = await TracesList.open(workbench);
  await list.waitForFirst("from a container");
  const tree = workbench.page.locator(".pane .monaco-list-row");
  await tree.filter({ hasText: "Ports" }).locator(".monaco-tl-twistie").click();
  await tree.filter({ hasText: outer?.address ?? "" }).waitFor();
  await workbench.screenshot("exposed-port.png");
});
