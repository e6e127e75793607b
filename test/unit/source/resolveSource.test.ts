/** What spans say → the places they mean, in order, with the rule that found each. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createEmptyDetail } from "../../../src/model/emptyDetail.ts";
import type { SpanDetail, TaskFacts } from "../../../src/model/spanDetail.ts";
import { getCodeHints, type SpanFacts } from "../../../src/source/codeHints.ts";
import { resolveSource } from "../../../src/source/resolveSource.ts";
import { createWorkspace, readFolder, root } from "./indexFiles.ts";

const orders = `import os


def charge(card):
    return {}[card]


class Orders:
    def place(self, card):
        return charge(card)


@boost("orders_q")
def place_order(card):
    return Orders().place(card)
`;
const mail = `def send(user):
    return user


def charge(card):
    return card
`;
const files = {
  "/ws/shop/orders.py": orders,
  "/ws/shop/mail.py": mail,
  "/ws/services/cart/main.py": "def handle(request):\n    return request\n",
  "/ws/services/mail/main.py": "def handle(request):\n    return request\n",
  "/ws/src/cart.rb": "class Cart\n  def add(item)\n    @items << item\n  end\nend\n",
  "/ws/com/shop/Stock.java":
    "package com.shop;\nclass Stock {\n  static class Inner {\n    void take() {}\n  }\n}\n",
  "/ws/pkg/stock/stock.go": "package stock\n\ntype Stock struct{}\n\nfunc (s *Stock) Take() {}\n",
  "/ws/web/api.py":
    '@app.get("/orders/{id}")\nasync def show(id):\n    with tracer.start_as_current_span("load order"):\n        return id\n',
};
const workspace = await createWorkspace(files, ["/outside/lib.py"]);

interface Span {
  readonly name?: string;
  readonly service?: string;
  readonly queue?: string;
  readonly attributes?: Readonly<Record<string, string | number>>;
  readonly task?: Partial<TaskFacts>;
  readonly stack?: string;
}

function createDetail(span: Span): { detail: SpanDetail; facts: SpanFacts } {
  const attributes = Object.entries(span.attributes ?? {}).map(([key, value]) => ({ key, value }));
  const detail: SpanDetail = {
    spanId: "1",
    traceId: "2",
    attributes,
    resource: [],
    events: [],
    links: [],
    task: span.task && {
      taskId: "t",
      function: "",
      queue: span.queue ?? "",
      state: "",
      ...span.task,
    },
    error:
      span.stack === undefined ? undefined : { type: "KeyError", message: "", stack: span.stack },
    stores: [],
    raw: "",
  };
  return {
    detail,
    facts: { name: span.name ?? "", service: span.service ?? "", queue: span.queue ?? "" },
  };
}

/** `rule path:line`, one-based, with `?` where it is not sure. */
async function find(span: Span): Promise<string[]> {
  const { detail, facts } = createDetail(span);
  const { locations } = await resolveSource(getCodeHints(detail, facts), workspace);
  return locations.map(
    ({ reason, path, line0, isSure }) =>
      `${reason.code} ${path.replace("/ws/", "")}:${line0 + 1}${isSure ? "" : "?"}`,
  );
}

const traceback = (...lines: readonly string[]): string =>
  [
    "Traceback (most recent call last):",
    ...lines.map(line => `  File ${line}\n    code`),
    "KeyError: 1",
  ].join("\n");

test("both generations of code.* name the line", async () => {
  expect(
    await find({
      attributes: {
        "code.filepath": "/app/shop/orders.py",
        "code.lineno": "10",
        "code.function": "place",
        "code.namespace": "shop.orders.Orders",
      },
    }),
  ).toEqual(["codeLine shop/orders.py:10", "qualifiedName shop/orders.py:9"]);
  expect(
    await find({
      attributes: {
        "code.file.path": "/app/shop/orders.py",
        "code.line.number": 9,
        "code.function.name": "shop.orders.Orders.place",
      },
    }),
  ).toEqual(["codeLine shop/orders.py:9"]);
});

test("the line of a decorator leads to the function below it", async () => {
  const attributes = {
    "code.file.path": "/app/shop/orders.py",
    "code.line.number": 13,
    "code.function.name": "shop.orders.place_order",
  };
  expect(await find({ attributes })).toEqual(["codeLine shop/orders.py:14"]);
});

test("a line that has moved is put back to its function", async () => {
  const attributes = {
    "code.file.path": "/app/shop/orders.py",
    "code.line.number": 4_000,
    "code.function.name": "place_order",
  };
  expect(await find({ attributes })).toEqual(["codeMoved shop/orders.py:14"]);
  expect(await find({ attributes: { ...attributes, "code.line.number": 1 } })).toEqual([
    "codeMoved shop/orders.py:14",
  ]);
});

test("a file without a line, a language without a grammar, a file outside", async () => {
  expect(
    (
      await find({ attributes: { "code.filepath": "shop/orders.py", "code.function": "charge" } })
    )[0],
  ).toBe("codeFunction shop/orders.py:4");
  expect(
    (
      await find({
        attributes: {
          "code.filepath": "/app/src/cart.rb",
          "code.lineno": 90,
          "code.function": "add",
        },
      })
    )[0],
  ).toBe("codeMoved src/cart.rb:2");
  expect(
    await find({ attributes: { "code.filepath": "/outside/lib.py", "code.lineno": 3 } }),
  ).toEqual(["codeLine /outside/lib.py:3"]);
});

test("the stack that a library's span carries leads to the caller", async () => {
  const stack = traceback(
    '"/app/shop/orders.py", line 10, in place',
    '"/usr/lib/python3/site-packages/redis/client.py", line 5, in get',
  );
  expect(
    await find({ name: "GET", attributes: { "db.system": "redis", "code.stacktrace": stack } }),
  ).toEqual(["calledFrom shop/orders.py:10"]);
});

test("a task is its declaration, at the line of its function", async () => {
  expect(await find({ queue: "orders_q", task: { function: "place_order" } })).toEqual([
    "taskDeclared shop/orders.py:14",
  ]);
});

test("a queue alone is enough, and a renamed function is a guess", async () => {
  expect(await find({ name: "orders_q process", queue: "orders_q" })).toEqual([
    "queueDeclared shop/orders.py:14",
  ]);
  expect(await find({ queue: "orders_q", task: { function: "old_name" } })).toEqual([
    "queueDeclared shop/orders.py:14?",
  ]);
});

test("of functions that the queue names twice none is sure, nor another that is called so", async () => {
  const declared = '@boost(BoosterParams(queue_name="crates"))\ndef halve(crate):\n    pass\n';
  const crates = await createWorkspace({
    "/ws/shop/test_crates.py": declared,
    "/ws/shop/test_more_crates.py": declared,
    "/ws/shop/weights.py": "class Weight:\n    def halve(self):\n        pass\n",
  });
  const task = { taskId: "1", function: "halve", queue: "crates", state: "finish" };
  const hints = getCodeHints(
    { ...createEmptyDetail("1", "2"), task },
    { name: "halve", service: "", queue: "crates" },
  );
  const { locations } = await resolveSource(hints, crates);
  expect(locations.map(({ path, line0, isSure }) => [path.slice(9), line0, isSure])).toEqual([
    ["test_crates.py", 1, false],
    ["test_more_crates.py", 1, false],
    ["weights.py", 1, false],
  ]);
});

test("a failed task leads to its function first, and to the raising line after it", async () => {
  const stack = traceback(
    '"/app/site-packages/funboost/consumers/base_consumer.py", line 9, in _run',
    '"/app/shop/orders.py", line 15, in place_order',
    '"/app/shop/orders.py", line 5, in charge',
  );
  expect(await find({ queue: "orders_q", task: { function: "place_order" }, stack })).toEqual([
    "taskDeclared shop/orders.py:14",
    "raisedAt shop/orders.py:5",
  ]);
});

test("the error's stack tells functions of one name apart", async () => {
  const stack = traceback('"/app/shop/mail.py", line 6, in charge');
  expect(await find({ queue: "q", task: { function: "charge" } })).toEqual([
    "oneOfSeveral shop/orders.py:4?",
    "oneOfSeveral shop/mail.py:5?",
  ]);
  expect(await find({ queue: "q", task: { function: "charge" }, stack })).toEqual([
    "stackFunction shop/mail.py:5",
    "raisedAt shop/mail.py:6",
    "oneOfSeveral shop/orders.py:4?",
  ]);
});

test("a failed span that is no task leads to the raising line first, and to its function after it", async () => {
  const stack = traceback(
    '"/app/shop/orders.py", line 15, in place_order',
    '"/app/shop/orders.py", line 5, in charge',
  );
  const attributes = { "code.function": "place_order", "code.filepath": "/app/shop/orders.py" };
  const [first, second] = await find({ name: "place", attributes, stack });
  expect(first).toBe("raisedAt shop/orders.py:5");
  expect(second).toMatch(/ shop\/orders\.py:14$/);
});

test("a failed span of which only the stack is known leads to the raising line", async () => {
  const stack = traceback('"/app/shop/orders.py", line 5, in charge');
  expect(await find({ name: "POST /orders", stack })).toEqual(["raisedAt shop/orders.py:5"]);
});

test("a method is found by its class's file, and by its class", async () => {
  expect(
    (
      await find({
        queue: "q",
        task: { function: "place", file: "/app/shop/orders.py", className: "Orders" },
      })
    )[0],
  ).toBe("classFile shop/orders.py:9");
  expect((await find({ queue: "q", task: { function: "place", className: "Orders" } }))[0]).toBe(
    "qualifiedName shop/orders.py:9",
  );
});

test("Celery's span names are paths", async () => {
  expect(
    (
      await find({
        name: "run/shop.mail.send",
        attributes: { "celery.task_name": "shop.mail.send" },
      })
    )[0],
  ).toBe("qualifiedName shop/mail.py:1");
  expect((await find({ name: "run/shop.mail.charge" }))[0]).toBe("qualifiedName shop/mail.py:5");
});

test.each([
  ["com.shop.Stock$Inner.take", "qualifiedName com/shop/Stock.java:4"],
  ["github.com/me/app/pkg/stock.(*Stock).Take", "qualifiedName pkg/stock/stock.go:5"],
  ["shop.orders.Orders.place", "qualifiedName shop/orders.py:9"],
  ["Orders.place", "qualifiedName shop/orders.py:9"],
  ["shop.Stock/Take", "rpcHandler pkg/stock/stock.go:5"],
])("an operation named %s is that function", async (name, expected) => {
  expect((await find({ name }))[0]).toBe(expected);
});

test("of functions alike, that of the worker's script and of the service's folder come first", async () => {
  expect((await find({ name: "handle", service: "mail-service" }))[0]).toBe(
    "oneOfSeveral services/mail/main.py:1?",
  );
  expect((await find({ name: "handle", service: "cart" }))[0]).toBe(
    "oneOfSeveral services/cart/main.py:1?",
  );
  expect(
    (await find({ queue: "q", task: { function: "charge", script: "/app/shop/mail.py" } }))[0],
  ).toBe("oneOfSeveral shop/mail.py:5?");
});

test("routes lead to their handlers, span names to where the span is started", async () => {
  expect(
    (
      await find({
        name: "GET /orders/{id}",
        attributes: { "http.route": "/orders/{id}", "http.request.method": "GET" },
      })
    )[0],
  ).toBe("routeDeclared web/api.py:2");
  expect(await find({ name: "load order" })).toEqual(["spanStarted web/api.py:3"]);
});

test("where nothing is found, what was tried is named", async () => {
  const { detail, facts } = createDetail({
    name: "absent_q process",
    queue: "absent_q",
    attributes: { "code.filepath": "/app/absent.py" },
    stack: traceback('"/app/gone.py", line 1, in f'),
    task: { function: "absent" },
  });
  const { locations, tried } = await resolveSource(getCodeHints(detail, facts), workspace);
  expect(locations).toEqual([]);
  expect(tried.map(attempt => attempt.code)).toEqual([
    "file",
    "queue",
    "taskName",
    "function",
    "stack",
  ]);
});

test("a span of a database is not taken for a function that happens to be called so", async () => {
  expect(await find({ name: "charge", attributes: { "db.system": "redis" } })).toEqual([]);
});

const sample = join(root, "media/samples/shop-trace.ndjson");
test("every task of the sample trace leads to the function that it ran", async () => {
  const shop = readFolder(join(root, "media/samples/shop"));
  const shopWorkspace = await createWorkspace(shop);
  const documents = readFileSync(sample, "utf8")
    .split("\n")
    .filter(line => line !== "")
    .map(
      line =>
        JSON.parse(line) as { function: string; queue_name: string; script_name_long: string },
    );
  expect(documents.length).toBeGreaterThan(5);
  for (const document of documents) {
    const { detail, facts } = createDetail({
      name: document.function,
      queue: document.queue_name,
      task: { function: document.function, script: document.script_name_long },
    });
    const [first] = (await resolveSource(getCodeHints(detail, facts), shopWorkspace)).locations;
    expect(first).toMatchObject({ isSure: true, reason: { code: "taskDeclared" } });
    expect(shop[first!.path]!.split("\n")[first!.line0]).toContain(`def ${document.function}(`);
  }
});

test("of two spans alike, that in a language of the runtime is meant, and the other is never sure", async () => {
  const workspace = await createWorkspace({
    "/ws/pay/charge.js": 'tracer.startActiveSpan("charge", span => span.end());\n',
    "/ws/till/charge.py":
      'def pay():\n    with tracer.start_as_current_span("charge"):\n        pass\n',
    "/ws/till/refund.py":
      'def back():\n    with tracer.start_as_current_span("refund"):\n        pass\n',
  });
  const look = async (name: string, language: string) => {
    const { detail, facts } = createDetail({ name, service: "", queue: "" });
    const resource = [{ key: "telemetry.sdk.language", value: language }];
    return (await resolveSource(getCodeHints({ ...detail, resource }, facts), workspace)).locations;
  };
  expect((await look("charge", "nodejs"))[0]?.path).toBe("/ws/pay/charge.js");
  expect((await look("charge", "python"))[0]?.path).toBe("/ws/till/charge.py");
  expect(await look("refund", "python")).toMatchObject([{ isSure: true }]);
  expect(await look("refund", "go")).toMatchObject([{ isSure: false }]);
});
