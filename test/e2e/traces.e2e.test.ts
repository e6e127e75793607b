/**
 * From an empty store to a list that lives: the collector is started from the welcome, programs send, and what they sent
 * is there to be found, grouped, opened, pinned and deleted, by hand and by keyboard alone.
 */

import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findFreePort, waitFor } from "../harness/processes.ts";
import type { Session } from "./driver/session.ts";
import type { ThemeKind, Workbench } from "./driver/workbench.ts";
import { middleOf } from "./support/middleOf.ts";
import { onlyOtlpHttp, openShop } from "./support/shopSession.ts";
import { TracePanel } from "./support/tracePanel.ts";
import { TracesList } from "./support/tracesList.ts";

let session: Session;
let workbench: Workbench;
let port: number;

beforeAll(async () => {
  port = await findFreePort();
  session = await openShop({
    width: 1300,
    height: 900,
    settings: {
      "traceside.collector.autoStart": false,
      "traceside.collector.ports": onlyOtlpHttp(port),
      // Nobody listens there.
      "traceside.stores": [{ kind: "mongodb", name: "far away", url: "mongodb://127.0.0.1:1" }],
      "traceside.storeTimeout": 2,
    },
  });
  ({ workbench } = session);
});

afterAll(async () => {
  await session.close();
});

interface SentSpan {
  readonly name: string;
  readonly service: string;
  readonly durationMs?: number;
  readonly isFailed?: boolean;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Sends a trace whose first span is the root, as a hand-made tracer does; answers with its id. */
async function send(...spans: readonly SentSpan[]): Promise<string> {
  const traceId = randomBytes(16).toString("hex");
  const ids = spans.map(() => randomBytes(8).toString("hex"));
  const nowMs = Date.now();
  const body = spans.map(({ name, service, durationMs, isFailed, attributes }, index) => ({
    trace_id: traceId,
    span_id: ids[index],
    ...(index > 0 && { parent_id: ids[0] }),
    name,
    service,
    start_time: nowMs,
    duration_ms: durationMs ?? 10,
    status: isFailed === true ? "error" : "ok",
    attributes,
  }));
  const response = await fetch(`http://127.0.0.1:${port}/spans`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status, await response.text()).toBe(200);
  return traceId;
}

async function readTree(): Promise<string> {
  return workbench.page.locator(".pane", { hasText: "Stores" }).last().innerText();
}

test("an empty list says what to do, and starts the collector", async () => {
  const list = await TracesList.open(workbench);
  await list.welcome.getByText("The collector is off.").waitFor();
  await list.welcome.getByRole("tab", { name: "curl" }).click();
  await list.welcome.getByRole("button", { name: "Copy the line" }).click();
  await waitFor("the line in the clipboard", 60_000, async () =>
    (await workbench.clipboardText()).includes(`http://127.0.0.1:${port}/spans`) ? true : undefined,
  );
  await list.welcome.getByText("Start the Collector").click();
  await list.welcome.getByText("Listening. The first trace will appear here.").waitFor();
  await list.welcome.getByText("Ports on this machine").click();
  await list.welcome.getByText(String(port), { exact: true }).waitFor();
  await workbench.screenshot("traces-welcome.png");
});

test("what a program sends appears by itself, newest first", async () => {
  const list = await TracesList.open(workbench);
  await send({ name: "sync_stock", service: "warehouse", durationMs: 900 });
  await list.waitForNames("sync_stock");
  await send(
    { name: "place_order", service: "orders", durationMs: 300, attributes: { user: "Ann Lee" } },
    {
      ...{ name: "charge", service: "payments", durationMs: 200, isFailed: true },
      attributes: { "session.id": "cart-7" },
    },
  );
  const [first] = await list.waitForNames("place_order", "sync_stock");
  expect(first).toMatch(/^place_order, Failed, 300 ms, 1 error, 2 spans, orders, payments, /);
  for (const user of ["Bob", "Cid"]) {
    await send({ name: "place_order", service: "orders", durationMs: 20, attributes: { user } });
  }
  await list.waitForNames("place_order", "place_order", "place_order", "sync_stock");
});

test("the filter finds by what a trace is, completes from the store, and says what it did not understand", async () => {
  const list = await TracesList.open(workbench);
  await list.filter("status:error ");
  await list.waitForRows("the failed one", rows => rows.length === 1 && /Failed/.test(rows[0]!));
  await list.filter("service:ware");
  await waitFor("the only service that begins so", 60_000, async () =>
    (await list.suggestions.allInnerTexts()).join() === "warehouse" ? true : undefined,
  );
  await workbench.page.keyboard.press("Enter");
  await list.waitForNames("sync_stock");
  await list.filter('user="Ann Lee" ');
  await list.waitForRows("Ann's", rows => rows.length === 1 && /300 ms/.test(rows[0]!));
  await list.filter("duration:>500ms ");
  await list.waitForNames("sync_stock");
  await list.filter("sync ");
  await list.waitForNames("sync_stock");
  await list.filter("place status:bad ");
  await list.frame.getByText("“bad” is no status: error, ok or running.").waitFor();
  await list.waitForNames("place_order", "place_order", "place_order");
  await list.filter("nothing-like-that ");
  await list.notice.getByText("No trace matches.").waitFor();
  await list.notice.getByText("Clear the filter").click();
  await list.waitForRows("all again", rows => rows.length === 4);
});

test("groups tell of each root operation, and unfold", async () => {
  const list = await TracesList.open(workbench);
  await workbench.runCommand("Traceside: Group Traces by Root Operation");
  const [orders, stock] = await list.waitForNames("place_order", "sync_stock");
  expect(orders).toBe("place_order, orders, 3 traces, 1 failed trace, median 20 ms, max 300 ms");
  expect(stock).toContain("1 trace,");
  await list.row("place_order").click();
  await list.waitForRows("its traces under it", rows => rows.length === 5);
  await list.press("ArrowLeft");
  await list.waitForNames("place_order", "sync_stock");
  await workbench.runCommand("Traceside: Group Traces by Session");
  const rows = ["place_order", "place_order", "cart-7 · place_order", "sync_stock"];
  const [, , cart] = await list.waitForNames(...rows);
  expect(cart).toContain("1 trace, 1 failed trace,");
  await list.row("cart-7 · place_order").click();
  await list.waitForRows("its trace under it", all => all.length === 5);
  await list.press("ArrowLeft");
  await list.waitForNames(...rows);
  await workbench.screenshot("traces-sessions.png");
  await list.filter("session:cart-7 ");
  await list.waitForNames("cart-7 · place_order");
  await list.filter("");
  await list.waitForNames(...rows);
  await workbench.runCommand("Traceside: Show Traces One by One");
  await list.waitForRows("the list", rows => rows.length === 4);
});

test("the keyboard alone goes down the list, opens, pins, copies and deletes", async () => {
  const list = await TracesList.open(workbench);
  await list.press("End");
  expect(await list.selectedRow()).toMatch(/^sync_stock/);
  await list.press("Enter");
  await TracePanel.find(workbench, "sync_stock");
  await workbench.runCommand("View: Close All Editors");

  await list.press("Home");
  await list.press("p");
  await list.waitForRows("a pinned one on top", rows => / pinned$/.test(rows[0] ?? ""));
  await list.press("Control+c");
  await waitFor("its id in the clipboard", 60_000, async () =>
    /^[0-9a-f]{32}$/.test(await workbench.clipboardText()) ? true : undefined,
  );
  await list.press("ArrowDown");
  await list.press("Delete");
  await list.waitForRows("one less", rows => rows.length === 3);
  await list.press("/");
  const focused = list.frame.locator("traceside-filter input:focus");
  await focused.waitFor();
});

test("a row's menu copies its id, and a deletion can be undone", async () => {
  const list = await TracesList.open(workbench);
  const traceId = await send({ name: "short_lived", service: "orders" });
  await list.waitForFirst("short_lived");
  await list.row("short_lived").click();
  await TracePanel.find(workbench, "short_lived");
  await list.row("short_lived").click({ button: "right" });
  await workbench.chooseInMenu("Copy Trace ID");
  await waitFor("the id in the clipboard", 60_000, async () =>
    (await workbench.clipboardText()) === traceId ? true : undefined,
  );
  await list.row("short_lived").hover();
  await list.row("short_lived").getByTitle("Delete (Del)").click();
  await list.waitForRows("it gone", rows => !rows.some(row => row.startsWith("short_lived")));
  await list.frame.getByRole("button", { name: "Undo" }).click();
  await list.waitForFirst("short_lived");
  await list.row("short_lived").click();
  await list.press("Delete");
  await list.frame.getByText("1 trace deleted").waitFor();
  await workbench.screenshot("traces-undo.png");
  await list.press("Control+z");
  await list.waitForFirst("short_lived");
  await waitFor("the keyboard on what came back", 60_000, async () =>
    (await list.selectedRow()).startsWith("short_lived, ") ? true : undefined,
  );
  await list.press("Delete");
  await list.waitForRows("it gone", rows => !rows.some(row => row.startsWith("short_lived")));
  await workbench.runCommand("View: Close All Editors");
});

test("two rows that are selected are compared by their menu", async () => {
  const list = await TracesList.open(workbench);
  await send({ name: "compared", service: "orders", durationMs: 20 });
  await list.waitForFirst("compared");
  await send({ name: "compared_too", service: "orders", durationMs: 400 });
  await list.waitForFirst("compared_too");
  await list.press("Home");
  await list.press("Shift+ArrowDown");
  await list.row("compared_too").click({ button: "right" });
  await workbench.chooseInMenu("Compare Selected Traces");
  const panel = await TracePanel.find(workbench, "compared_too");
  await panel.frame
    .locator("traceside-comparison")
    .getByText(/^Against the run of .*longer by/)
    .waitFor();
  await list.press("Delete");
  await list.waitForRows("them gone", rows => !rows.some(row => row.startsWith("compared")));
  await workbench.runCommand("View: Close All Editors");
});

test("what comes while someone reads lies above, and is counted", async () => {
  const list = await TracesList.open(workbench);
  for (let index = 0; index < 40; index += 1) {
    await send({ name: `job_${index}`, service: "jobs", durationMs: index + 1 });
  }
  await list.waitForFirst("job_39");
  await list.frame.locator("traceside-trace-list .scroll").hover();
  await workbench.page.mouse.wheel(0, 600);
  const topOf = async (name: string): Promise<number | undefined> =>
    (await list.row(name).boundingBox())?.y;
  await waitFor("the list to scroll", 60_000, async () =>
    (await list.row("job_20").isVisible()) ? true : undefined,
  );
  const before = await topOf("job_20");
  await send({ name: "newcomer", service: "jobs" });
  await list.pill.getByText("1 new").waitFor();
  expect(await topOf("job_20")).toBe(before);
  await list.waitForFirst("newcomer");
});

test("while paused nothing moves, and afterwards everything is there", async () => {
  const list = await TracesList.open(workbench);
  await workbench.runCommand("Traceside: Pause Live Updates");
  await send({ name: "while_paused", service: "jobs" });
  // Longer than what is sent takes to appear, which is all that can be said of what does not come.
  await workbench.page.waitForTimeout(3_000);
  expect(await list.row("while_paused").count()).toBe(0);
  await workbench.runCommand("Traceside: Resume Live Updates");
  await list.waitForFirst("while_paused");
});

test("the list in every theme", async () => {
  const list = await TracesList.open(workbench);
  await send(
    { name: "place_order", service: "orders", durationMs: 30 },
    { name: "charge", service: "payments", durationMs: 20, isFailed: true },
    { name: "mail", service: "mail", durationMs: 5 },
  );
  await list.waitForFirst("place_order");
  const themes: readonly ThemeKind[] = ["dark", "light", "hc-dark", "hc-light"];
  for (const theme of themes) {
    await workbench.setTheme(theme);
    await workbench.screenshot(`traces-${theme}.png`);
  }
});

test("the stores tell of the collector, of the embedded store, and of one that cannot be reached", async () => {
  await TracesList.open(workbench);
  const tree = workbench.page.locator(".pane .monaco-list-row");
  await tree.filter({ hasText: "Ports" }).locator(".monaco-tl-twistie").click();
  await waitFor("the collector's port", 60_000, async () => {
    const text = await readTree();
    return text.includes("OTLP/HTTP") && text.includes(String(port)) ? true : undefined;
  });
  expect(await readTree()).toMatch(/Received\s*\d+ spans/);
  await tree.filter({ hasText: "far away" }).locator(".monaco-tl-twistie").click();
  await waitFor("the failure", 60_000, async () =>
    (await readTree()).includes("Cannot reach far away") ? true : undefined,
  );
  // Its traces are asked for all the same, and the view says why there are none.
  const store = tree.filter({ hasText: /^\s*far away/ });
  await store.hover();
  await store.getByRole("button", { name: "Show Traces of This Store" }).click();
  const list = await TracesList.open(workbench);
  await list.notice.getByText("Cannot reach far away").waitFor();
  await list.notice.getByText("Show the embedded store").click();
  await list.waitForRows("the traces of the embedded store", rows => rows.length > 3);
});

test("one switch sends the telemetry of new terminals here", async () => {
  await workbench.runCommand("Traceside: Send Telemetry of New Terminals and Debug Sessions Here");
  await workbench.openTerminalAndRun("env | grep ^OTEL_ | sort");
  const shown = await workbench.waitForTerminalText("OTEL_TRACES_EXPORTER=otlp");
  expect(shown).toContain(`OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:${port}`);
  expect(shown).toContain("OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf");
  expect(shown).toContain("OTEL_LOGS_EXPORTER=otlp");
  await workbench.runCommand("Terminal: Kill the Active Terminal Instance");
  await workbench.runCommand(
    "Traceside: Stop Sending Telemetry of New Terminals and Debug Sessions Here",
  );
  await workbench.openTerminalAndRun("env | grep -c ^OTEL_EXPORTER; echo counted");
  expect(await workbench.waitForTerminalText(/^counted/m)).toMatch(/^0$/m);
  await workbench.runCommand("Terminal: Kill the Active Terminal Instance");
});

test("all but the pinned go at once, after a question", async () => {
  const list = await TracesList.open(workbench);
  await workbench.runCommand("Traceside: Delete All Traces…");
  const dialog = workbench.page.locator(".monaco-dialog-box");
  await dialog.getByText("The pinned one stays.").waitFor();
  await dialog.getByRole("button", { name: "Delete" }).click();
  const rows = await list.waitForRows("only what was pinned", each => each.length === 1);
  expect(rows[0]).toMatch(/ pinned$/);
});

test("the page asked for nothing that its content policy forbids", () => {
  const refused = workbench.consoleMessages().filter(each => /Content Security Policy/.test(each));
  expect(refused).toEqual([]);
});

test("a click looks at a trace in the one preview tab, and Enter keeps it", async () => {
  const list = await TracesList.open(workbench);
  await workbench.executeCommand("workbench.action.closeAllEditors");
  await send({ name: "GET /stock", service: "warehouse", durationMs: 40 });
  await list.waitForFirst("GET /stock");
  const tabs = workbench.page.locator(".tabs-container .tab");
  const preview = tabs.locator(".monaco-icon-label.italic");
  // Until the trace is read a tab is called by its path, in which a slash is another letter.
  const waitForTab = (name: RegExp): Promise<void> =>
    preview.filter({ hasText: name }).waitFor({ timeout: 60_000 });

  await list.row("GET /stock").click();
  await waitForTab(/GET [/\u2215]stock · /);
  await list.row("place_order").click();
  await waitForTab(/place_order · /);
  await list.press("Home");
  await waitForTab(/GET [/\u2215]stock · /);
  await expect.poll(() => tabs.count()).toBe(1);
  await expect.poll(() => list.frame.evaluate(() => document.hasFocus())).toBe(true);
  await workbench.screenshot("traces-preview.png");

  await list.press("Enter");
  await waitFor("a tab that stays", 60_000, async () =>
    (await preview.count()) === 0 ? true : undefined,
  );
  await list.row("place_order").click();
  await waitForTab(/place_order · /);
  await expect.poll(() => tabs.count()).toBe(2);
});

test("a click is for the row that was pressed, also where a new one has come in between", async () => {
  const list = await TracesList.open(workbench);
  await workbench.executeCommand("workbench.action.closeAllEditors");
  const { mouse } = workbench.page;
  const { x, y } = await middleOf(list.row("GET /stock"));
  await mouse.move(x, y);
  await mouse.down();
  await send({ name: "GET /shelves", service: "warehouse", durationMs: 30 });
  await list.row("GET /shelves").waitFor({ timeout: 60_000 });
  await mouse.up();
  const tab = workbench.page.locator(".tabs-container .tab").filter({ hasText: "\u2215stock · " });
  await tab.waitFor({ timeout: 60_000 });
});
