/** What files declare: definitions in every language, tasks in every form, spans and routes. */

import { beforeAll, expect, test } from "vitest";
import { join } from "node:path";
import type { SymbolIndex } from "../../../src/source/symbolIndex.ts";
import { indexFiles, readFolder, root } from "./indexFiles.ts";

const files = readFolder(join(root, "test/fixtures/source"));
let index: SymbolIndex;
beforeAll(async () => {
  index = await indexFiles(files);
});

/** The fixture says behind each declaration which queue it is; the function below it is the task. */
function listDeclared(): { queue: string; function: string; line0: number }[] {
  const lines = files["/ws/tasks/forms.py"]!.split("\n");
  return lines.flatMap((line, row) => {
    const queue = /^\s*(?:@|\)).*# (\S+)$/.exec(line)?.[1];
    if (queue === undefined) return [];
    const line0 = lines.findIndex(
      (other, index) => index > row && /^\s*(?:async )?def /.test(other),
    );
    return [{ queue, function: /def (\w+)/.exec(lines[line0]!)![1]!, line0 }];
  });
}

test("every form of declaration is found, with its queue, at the line of the function", () => {
  const declared = listDeclared();
  expect(declared.length).toBeGreaterThan(30);
  const found = index
    .listTasks()
    .filter(
      task =>
        task.path === "/ws/tasks/forms.py" && declared.some(({ line0 }) => line0 === task.line0),
    )
    .map(task => ({ queue: task.queue, function: task.function, line0: task.line0 }));
  expect(found.sort((a, b) => a.line0 - b.line0)).toEqual(declared);
});

test.each([
  ["called_q", "plain_function"],
  ["params_called_q", "plain_function"],
  ["built_q", "plain_function"],
  ["in_function_q", "plain_function"],
])("the call form of %s leads to the function it is given", (queue, name) => {
  const line0 = files["/ws/tasks/forms.py"]!.split("\n").indexOf(`def ${name}(x):`);
  expect(index.findTasksByQueue(queue)).toEqual([
    expect.objectContaining({ path: "/ws/tasks/forms.py", function: name, line0, queue }),
  ]);
});

test("a function given from another file is found there", () => {
  expect(index.findTasksByQueue("consumer_q")).toEqual([
    expect.objectContaining({ path: "/ws/tasks/plain.py", function: "done_elsewhere", line0: 0 }),
  ]);
});

test("a queue name known in part matches as a pattern, where no exact one does", () => {
  const [task] = index.findTasksByQueue("production_env_q");
  expect(task).toMatchObject({ function: "with_environment", queue: "*_env_q", isPattern: true });
  expect(index.findTasksByQueue("host_10.0.0.1_q").map(other => other.queue)).toEqual(["host_*_q"]);
  expect(index.findTasksByQueue("env_q")).toEqual([]);
  expect(index.findTasksByQueue("")).toEqual([]);
});

test("decorators that declare no task declare none", () => {
  const names = index.listTasks().map(task => task.function);
  expect(names).not.toContain("no_task");
  expect(names).not.toContain("show_order");
});

test("Celery's tasks are found by the names they are registered under", () => {
  expect(index.findTasksByName("tasks.celery_tasks.charge")).toEqual([
    expect.objectContaining({ function: "charge", line0: 6 }),
  ]);
  expect(index.findTasksByName("billing.refund")).toEqual([
    expect.objectContaining({ function: "refund", queue: "billing" }),
  ]);
  // A given name replaces the module's.
  expect(index.findTasksByName("tasks.celery_tasks.refund")).toEqual([]);
  expect(index.findTasksByName("celery_tasks.notify")).toHaveLength(1);
});

test("a changed file changes the answers, and a removed one takes its own away", async () => {
  const names = "/ws/names.py";
  const task = "/ws/task.py";
  const texts = {
    [names]: 'Q = "first_q"\n',
    [task]: "from names import Q\n\n@boost(Q)\ndef run(x): ...\n",
  };
  const changing = await indexFiles(texts);
  expect(changing.findTasksByQueue("first_q")).toHaveLength(1);
  const changed = await indexFiles({ [names]: 'Q = "second_q"\n' });
  expect(changed.fileCount).toBe(1);
  const { readFileFacts } = await import("../../../src/source/readFileFacts.ts");
  const { Grammars } = await import("../../../src/source/grammars.ts");
  const { grammarsPath } = await import("./indexFiles.ts");
  const facts = await readFileFacts(new Grammars(grammarsPath), names, 'Q = "second_q"\n');
  changing.setFile(names, facts!);
  expect(changing.findTasksByQueue("first_q")).toHaveLength(0);
  expect(changing.findTasksByQueue("second_q")).toHaveLength(1);
  changing.removeFile(task);
  expect(changing.findTasksByQueue("second_q")).toHaveLength(0);
  expect(changing.findSymbols("run")).toHaveLength(0);
  expect(changing.fileCount).toBe(1);
});

test("circles of imports, aliases and base classes end", async () => {
  const circular = await indexFiles({
    "/ws/a.py": "from b import Q\nfrom b import *\n\n@boost(Q)\ndef fa(x): ...\n",
    "/ws/b.py":
      "from a import Q\nfrom a import *\nX = Y\nY = X\nclass A(A): ...\n@boost(A.q)\ndef fb(x): ...\n",
  });
  expect(circular.listTasks().map(task => task.queue)).toEqual(["", ""]);
});

/** `owner.name:line`, one-based. */
async function listSymbols(path: string, text: string): Promise<string[]> {
  const single = await indexFiles({ [path]: text });
  return single
    .readSymbols(path)
    .map(({ owner, name, line0 }) => `${owner === "" ? "" : `${owner}.`}${name}:${line0 + 1}`);
}

test("TypeScript, TSX and JavaScript", async () => {
  const cart = `export class CartService {
  addItem = (item: string): void => {};

  async checkout(id: number): Promise<number> {
    return id;
  }
}
export const priceOf = (item: string): number => item.length;
export function register(): void {
  function inner() {}
}
abstract class Base { abstract run(): void }
`;
  expect(await listSymbols("/ws/cart.ts", cart)).toEqual([
    "CartService:1",
    "CartService.addItem:2",
    "CartService.checkout:4",
    "priceOf:8",
    "register:9",
    "register.inner:10",
    "Base:12",
  ]);
  const badge = `export function Badge({ count }: { readonly count: number }) {
  return <b title="items">{count}</b>;
}
`;
  expect(await listSymbols("/ws/badge.tsx", badge)).toEqual(["Badge:1"]);
  const plain = `exports.formatPrice = function (cents) {
  return cents / 100;
};
class Basket {
  total() {}
  clear = () => {};
}
const helpers = { round: value => Math.round(value) };
function* walk() {}
`;
  expect(await listSymbols("/ws/plain.js", plain)).toEqual([
    "formatPrice:1",
    "Basket:4",
    "Basket.total:5",
    "Basket.clear:6",
    "round:8",
    "walk:9",
  ]);
});

test("Go and Java", async () => {
  const go = `package cart

type Cart[T any] struct{ items []T }

func (c *Cart[T]) Add(item T) {}

func New() int { return 0 }
`;
  expect(await listSymbols("/ws/cart.go", go)).toEqual(["Cart:3", "Cart.Add:5", "New:7"]);
  const java = `package com.shop;
public class Orders {
  Orders() {}
  @Override
  public String toString() { return ""; }
  static class Inner { void place(int id) {} }
  record Line(int id) {}
}
`;
  expect(await listSymbols("/ws/com/shop/Orders.java", java)).toEqual([
    "Orders:2",
    "Orders.Orders:3",
    "Orders.toString:5",
    "Orders.Inner:6",
    "Orders.Inner.place:6",
    "Orders.Line:7",
  ]);
});

test("a broken file gives what can be read of it", async () => {
  const broken =
    "def fine(x):\n    return 1\n\n@boost('half_q'\ndef half(x):\n  (((\n\ndef also_fine(): ...\n";
  expect(await listSymbols("/ws/broken.py", broken)).toContain("fine:1");
});

test("places that start spans and declare routes", async () => {
  const marks = await indexFiles({
    "/ws/a.py": `with tracer.start_as_current_span("charge card"):\n    pass\n\n@app.get("/orders/{order_id}")\ndef show(order_id): ...\n@app.route('/users/<int:id>/')\ndef user(id): ...\n`,
    "/ws/b.ts": `tracer.startActiveSpan("cart checkout", span => span.end());\nrouter.post("/cart/:id/items", add);\ncache.get("key");\n`,
    "/ws/c.go": `package c\nfunc f() {\n\tctx, span := tracer.Start(ctx, "go work")\n\tmux.HandleFunc("POST /pay/{id}", pay)\n}\n`,
    "/ws/D.java": `class D {\n  @WithSpan("java work")\n  void w() {}\n  @PostMapping("/stock/{sku}")\n  void s() {}\n}\n`,
  });
  const starts = ["charge card", "cart checkout", "go work", "java work"];
  expect(starts.map(name => marks.findSpanStarts(name))).toEqual([
    [{ path: "/ws/a.py", line0: 0, isExact: true }],
    [{ path: "/ws/b.ts", line0: 0, isExact: true }],
    [{ path: "/ws/c.go", line0: 2, isExact: true }],
    [{ path: "/ws/D.java", line0: 1, isExact: true }],
  ]);
  const find = (text: string, method?: string): string[] =>
    marks
      .findRoutes({
        routes: [{ text, isConcrete: false }],
        ...(method !== undefined && { method }),
      })
      .map(({ path, line0 }) => `${path}:${line0 + 1}`);
  expect(find("/orders/{id}", "GET")).toEqual(["/ws/a.py:5"]);
  expect(find("/orders/{id}", "POST")).toEqual([]);
  expect(find("/users/{id}")).toEqual(["/ws/a.py:7"]);
  // Under a prefix that is declared elsewhere.
  expect(find("/api/v1/cart/{id}/items", "post")).toEqual(["/ws/b.ts:2"]);
  expect(find("/pay/:id", "POST")).toEqual(["/ws/c.go:4"]);
  expect(find("/stock/{sku}", "POST")).toEqual(["/ws/D.java:5"]);
});
