/** Rows of tools that call the parts of a span something else: each is read whole. */

import { expect, it } from "vitest";
import { detailOf, snapshot } from "./fileSnapshot.ts";
import { listRenamedSamples } from "./renamedSamples.ts";

const draw = (...drawn: readonly string[]): string => drawn.join("\n");

it.each([
  ["Weave", ["plan 0+900000", "  openai.chat error !: quota 100000+300000"]],
  ["Braintrust", ["plan 0+900000", "  ask error !: quota 100000+300000"]],
  ["Helicone", ["/v1/chat error !:  0+900000"]],
  ["Airflow", ["extract #etl ok 0+900000", "load #etl error !:  100000+300000"]],
  ["Prefect", ["(flow-1) extract ok 0+900000", "(flow-1) load error !: quota 100000+300000"]],
  ["RQ", ["till.pay consumer error !ValueError: quota 0+900000"]],
  ["BullMQ", ["pay consumer error !: quota 0+900000"]],
  ["Flower", ["till.pay consumer ok 0+900000", "  till.ask consumer error !: quota 100000+300000"]],
  ["Lightstep", ["pay #till server error !:  0+900000", "  ask #till 100000+300000"]],
  ["Next.js", ["hot-reloader 0+900000", "  compile 100000+300000"]],
  [
    "Instana",
    ["node.http.server #till server 0+900000", "  redis #till client error !:  100000+300000"],
  ],
  [
    ".NET activities",
    ["GET /till server ok 0+900000", "  ask client error !: quota 100000+300000"],
  ],
  ["Serilog", ["HTTP GET #till server error !:  0+900000"]],
  ["GitLab", ["build ok 0+900000", "test error !: quota 100000+300000"]],
  ["PostHog", ["plan 0+900000", "  ask error !: quota 100000+300000"]],
])("of %s", (name, drawn) => {
  const sample = listRenamedSamples().get(name);
  expect(snapshot(sample)).toBe(draw(`${name} @ 2026-03-01T10:00:00.000Z`, ...drawn));
});

it("a trace of Playwright has the calls that it tells before and after", () => {
  expect(snapshot(listRenamedSamples().get("Playwright"))).toBe(
    draw(
      "Playwright @ 1970-01-01T00:00:01.000Z",
      "! 2 of 2 spans have no trace id; they are drawn as one trace",
      "! the times count from an unknown moment, not from 1970",
      "Page.goto 0+900000",
      "  page.click error !: quota 100000+300000",
    ),
  );
});

it("the nodes of Prefect's graph lie in the task that ran them, not below what they waited for", () => {
  const node = (id: string, more: object): readonly [string, object] => [
    id,
    {
      ...{ id, kind: "task-run", label: id, parents: [], encapsulating: [] },
      ...{ start_time: "2026-03-01T10:00:00Z", end_time: "2026-03-01T10:00:01Z", ...more },
    },
  ];
  const nodes = [
    node("load", { state_type: "COMPLETED" }),
    node("pay", { state_type: "COMPLETED", parents: [{ id: "load" }] }),
    node("ask", { state_type: "FAILED", encapsulating: [{ id: "pay" }] }),
  ];
  expect(snapshot({ start_time: "2026-03-01T10:00:00Z", nodes, states: [] })).toBe(
    draw(
      "Prefect @ 2026-03-01T10:00:00.000Z",
      "! 3 of 3 spans have no trace id; they are drawn as one trace",
      "load ok 0+1000000",
      "pay ok 0+1000000",
      "  ask error !:  0+1000000",
    ),
  );
});

it("a table of Flower tells how long a task ran, and not when it ended", () => {
  const table = `uuid,name,state,received,started,runtime\nu1,pay,SUCCESS,1772359200,1772359200,0.25\n`;
  expect(snapshot(table)).toBe(
    draw("Flower @ 2026-03-01T10:00:00.000Z", "pay consumer ok 0+250000"),
  );
});

it("a job of BullMQ that names its parent is in the parent's trace", () => {
  const job = (id: string, name: string, parent?: string) => ({
    ...{ id, name, data: {}, opts: {}, timestamp: 1_772_359_200_000 },
    ...{ processedOn: 1_772_359_200_000, finishedOn: 1_772_359_200_250 },
    ...(parent !== undefined && { parent: { id: parent, queueKey: "bull:tills" } }),
  });
  expect(snapshot([job("1", "pay"), job("2", "ask", "1"), job("3", "send", "2")])).toBe(
    draw(
      "BullMQ @ 2026-03-01T10:00:00.000Z",
      "pay consumer 0+250000",
      "  ask consumer 0+250000",
      "    send consumer 0+250000",
    ),
  );
});

it("what went in and came out is kept, and the queue is one", () => {
  const [weave, bull] = ["Weave", "BullMQ"].map(name => listRenamedSamples().get(name));
  expect(detailOf(weave, "plan")).toMatchObject({ parameters: { q: 1 }, result: "done" });
  expect(detailOf(bull, "pay")).toMatchObject({
    parameters: { to: "x" },
    error: { stack: "Error: quota\n    at pay (/till.js:1:1)" },
  });
});
