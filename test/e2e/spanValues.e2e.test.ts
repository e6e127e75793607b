/** Values that can be read, the order of the detail, a search in a large trace and a graph seen from afar, in all themes. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSession, type Session } from "./driver/session.ts";
import type { Workbench } from "./driver/workbench.ts";
import { TracePanel } from "./support/tracePanel.ts";

const CALLS = 700;
const needle = 'C:\\shop\\"cart"';

/** A request with one slow query, and more calls than a screen holds; the last knows what nobody else does. */
function writeTrace(): string {
  const start = Date.UTC(2026, 0, 5, 9) * 1_000_000;
  const value = (text: unknown): object =>
    typeof text === "number" ? { intValue: String(text) } : { stringValue: text };
  const span = (
    id: number,
    name: string,
    fromMs: number,
    lengthMs: number,
    attributes: Readonly<Record<string, unknown>> = {},
    rest: object = {},
  ): object => ({
    traceId: "7b3e".padEnd(32, "0"),
    spanId: id.toString(16).padStart(16, "0"),
    ...(id > 1 && { parentSpanId: (id > 60 ? 3 : 1).toString(16).padStart(16, "0") }),
    name,
    kind: 3,
    startTimeUnixNano: String(BigInt(start) + BigInt(Math.round(fromMs * 1e6))),
    endTimeUnixNano: String(BigInt(start) + BigInt(Math.round((fromMs + lengthMs) * 1e6))),
    attributes: Object.entries(attributes).map(([key, each]) => ({ key, value: value(each) })),
    ...rest,
  });
  const statement =
    "SELECT o.id, o.total, count(*) AS n FROM orders o JOIN items i ON i.order_id = o.id WHERE o.user = $1 AND o.state IN ('open', 'paid') GROUP BY o.id, o.total ORDER BY o.total DESC LIMIT 20";
  const stack =
    'Traceback (most recent call last):\n  File "/home/me/shop/orders.py", line 42, in load_open_orders_of_the_customer\n    rows = pool.fetch(statement)\n  File "/usr/lib/python3.12/site-packages/asyncpg/pool.py", line 630, in fetch\n    raise TimeoutError\nTimeoutError';
  const spans = [
    span(1, "GET /checkout", 0, 900),
    span(
      2,
      "orders.repository.load_open_orders_of_the_customer",
      10,
      300,
      {
        "db.system.name": "postgresql",
        "db.query.text": statement,
        "url.full": "https://shop.example/orders?user=7",
        created_at: 1_767_603_600,
        "request.body": '{"user": {"id": 7, "tags": ["new", "eu"]}, "note": "{\\"inner\\": true}"}',
        "exception.stacktrace": stack,
      },
      { status: { code: 2, message: "timed out" } },
    ),
    ...Array.from({ length: CALLS }, (_, i) =>
      span(
        i + 3,
        i % 12 === 0 ? `shop.warehouse.reserve_item_${i}` : "SELECT",
        320 + i / 2,
        0.4,
        i === CALLS - 1 ? { path: needle } : {},
      ),
    ),
  ];
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });
}

let session: Session;
let workbench: Workbench;
let home: string;
let panel: TracePanel;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "traceside-values-"));
  await writeFile(join(home, "checkout.otlp.json"), writeTrace());
  session = await openSession({ workspaceFolder: home, width: 1600, height: 1000 });
  ({ workbench } = session);
  await workbench.openFile("checkout.otlp.json");
  await workbench.runCommandAndPick("View: Reopen Editor With...", "Trace (Traceside)");
  panel = await TracePanel.find(workbench, "checkout");
});

afterAll(async () => {
  await session.close();
  await rm(home, { recursive: true, force: true });
});

test("a statement, a document and a stack can be read, in every theme", async () => {
  await panel.press("Home");
  await panel.press("ArrowDown");
  await panel.waitForDetail("orders.repository");
  await panel.frame.locator("traceside-sql .keyword", { hasText: "ORDER" }).first().waitFor();
  for (const theme of ["light", "dark", "hc-dark"] as const) {
    await workbench.setTheme(theme);
    await workbench.screenshot(`span-values-${theme}.png`);
  }
  const attributes = panel.frame.locator("traceside-attributes").first();
  await attributes.scrollIntoViewIfNeeded();
  expect(await attributes.locator("traceside-sql .sql").innerText()).toContain(
    "\nFROM\n  orders o",
  );
  await attributes.locator("traceside-value .key", { hasText: "inner" }).waitFor();
  await attributes.locator("a", { hasText: "https://shop.example" }).waitFor();
  await attributes.locator("traceside-stack .own", { hasText: "orders.py" }).waitFor();
  await workbench.screenshot("span-values-attributes.png");
});

test("equal children are one line", async () => {
  await panel.press("Home");
  await panel.waitForDetail("GET /checkout");
  const group = panel.frame.locator("traceside-relatives .spanRow[aria-expanded]").first();
  await group.locator("text=×").first().waitFor();
  await group.click();
  await panel.frame.locator("traceside-relatives .equal .spanRow").first().waitFor();
  await workbench.screenshot("span-children.png");
});

test("a value of the last of many spans is found", async () => {
  await panel.press("/");
  await panel.frame.locator("traceside-timeline-find input").fill(needle);
  await panel.frame
    .locator("traceside-timeline-find output")
    .getByText(/^1 (?:of 1|match)$/)
    .waitFor({ timeout: 60_000 });
  await panel.press("Escape");
});

test("a graph seen from afar keeps names, colours and errors", async () => {
  await panel.frame.getByRole("radio", { name: "Every span" }).click();
  await panel.frame.locator("traceside-graph [role=treeitem]").nth(30).waitFor();
  await panel.frame.getByRole("button", { name: "Show the whole graph" }).click();
  await panel.frame.locator("traceside-graph .labels text.failed").first().waitFor();
  for (const theme of ["light", "dark"] as const) {
    await workbench.setTheme(theme);
    await workbench.screenshot(`graph-far-${theme}.png`);
  }
  await panel.frame.locator("traceside-graph .labels text.failed").first().waitFor();
});

test("? shows the keys and Escape closes them; a click writes times in UTC", async () => {
  await panel.press("?");
  const keys = panel.frame.locator("traceside-keys dialog");
  await keys.getByText("Next or previous error").waitFor();
  await workbench.screenshot("keys.png");
  await workbench.page.keyboard.press("Escape");
  await keys.waitFor({ state: "hidden" });
  await panel.frame.locator("traceside-header button.fact").first().click();
  await panel.frame.locator("traceside-header button.fact", { hasText: "UTC" }).waitFor();
});
