/** Hand-overs in code, and what the change that keeps the context makes of them. What runs is in the contract tests. */

import { expect, test } from "vitest";
import { applyEdits } from "../../../src/source/contextLoss/handOver.ts";
import { findHeadersKey, listHandOvers } from "../../../src/source/contextLoss/listHandOvers.ts";
import type { SourceLanguage } from "../../../src/source/languages.ts";

function mend(language: SourceLanguage, text: string, headersKey?: string): string | undefined {
  const options = headersKey === undefined ? {} : { headersKey };
  const [found] = listHandOvers(language, text, { from: 0, to: text.length }, options);
  return found && applyEdits(text, found.fix);
}

test("a pool without the project's module is mended by the standard library", () => {
  expect(mend("python", "import os\n\ndef f(pool):\n    pool.submit(work, 'a, (b')\n")).toBe(
    "import contextvars\nimport functools\nimport os\n\ndef f(pool):\n" +
      "    pool.submit(functools.partial(contextvars.copy_context().run, work), 'a, (b')\n",
  );
});

test("one context for each call of a map", () => {
  expect(mend("python", "def f():\n    pool.map(work, rows)\n")).toContain(
    "pool.map(functools.partial(lambda context, *args: context.copy().run(work, *args), contextvars.copy_context()), rows)",
  );
});

const funboost = `from funboost import boost
from funboost.contrib import OtelBoosterParams

@boost(OtelBoosterParams(queue_name="orders"))
def pay(order_id, amount=1):
    pass

def order():
    pay.push(7, amount=total(1, 2))
`;

test("Funboost's push becomes a publish with the names of the parameters", () => {
  expect(mend("python", funboost)).toContain('pay.publish({"order_id": 7, "amount": total(1, 2)})');
  // Without its tracing there is none to pass by.
  expect(mend("python", funboost.replaceAll("OtelBoosterParams", "BoosterParams"))).toBeUndefined();
  // What is spread only the program knows.
  expect(mend("python", funboost.replace("push(7, ", "push(*ids, "))).toContain("pay.push(*ids");
});

test("a message gets what its consumer looks for", () => {
  const consumer = 'with continued(message.get("headers"), "orders process"):';
  expect(findHeadersKey(consumer, "orders process")).toBe("headers");
  expect(findHeadersKey(consumer, "other")).toBeUndefined();
  const text = "from traceside_otel import traced\n\ndef f():\n    q.put({})\n";
  expect(mend("python", text, "headers")).toBe(
    'from traceside_otel import traced, inject\n\ndef f():\n    q.put({"headers": inject()})\n',
  );
  expect(mend("python", text)).toBeUndefined();
});

test("a goroutine keeps what the request has, but not its end", () => {
  const text = `func serve(w http.ResponseWriter, r *http.Request) {
	go send(context.Background(), 7)
}
`;
  expect(mend("go", text)).toContain("go send(context.WithoutCancel(r.Context()), 7)");
  expect(mend("go", text.replace("r *http.Request", "_ *http.Request"))).toBeUndefined();
});

test("a context that a function makes is handed over below it alone", () => {
  const made = 'func pack() {\n\tctx, end := traceside.Start(context.Background(), "pack")\n';
  expect(mend("go", `${made}\tdefer end(nil)\n}\n`)).toBeUndefined();
  expect(mend("go", `${made}\tsend(context.Background())\n}\n`)).toBe(`${made}\tsend(ctx)\n}\n`);
});

test.each([
  ["python", "def f():\n    Thread(target=carry(work))\n"],
  ["python", "def f():\n    Thread(daemon=True)\n"],
  ["python", "def f():\n    pool.submit(contextvars.copy_context().run, work)\n"],
  ["java", "void f() { new Thread(Context.current().wrap((Runnable) () -> work())); }"],
  ["java", "void f() { ExecutorService p = Context.taskWrapping(q); p.submit(() -> work()); }"],
  ["javascript", "jobs.push(context.bind(context.active(), () => work()));"],
  ["javascript", "names.push(name);"],
  ["ruby", "Thread.new { work }"],
] as const)("in %s nothing is found in %s", (language, text) => {
  expect(listHandOvers(language, text, { from: 0, to: text.length })).toEqual([]);
});

test("a task that begins with an empty context begins with a copy of the current one", () => {
  const text = "async def f():\n    create_task(work(), context=contextvars.Context())\n";
  expect(mend("python", text)).toBe("async def f():\n    create_task(work())\n");
  const kept = "async def f():\n    create_task(work())\n";
  expect(mend("python", kept)).toBeUndefined();
});

test.each([
  ["f.thenApplyAsync(work, pool)", "f.thenApplyAsync(work, $.taskWrapping(pool))"],
  [
    "f.thenRunAsync(() -> work())",
    "f.thenRunAsync(() -> work(), $.taskWrapping(java.util.concurrent.ForkJoinPool.commonPool()))",
  ],
  [
    "f.thenCombineAsync(other, work, pool)",
    "f.thenCombineAsync(other, work, $.taskWrapping(pool))",
  ],
  [
    "clock.schedule(() -> work(), 5, MILLISECONDS)",
    "$.taskWrapping(clock).schedule(() -> work(), 5, MILLISECONDS)",
  ],
])("Java: %s", (text, mended) => {
  expect(mend("java", text)).toBe(mended.replace("$", "io.opentelemetry.context.Context"));
});

test.each<[SourceLanguage, string, string | undefined]>([
  ["python", "jobs.put(order)\ndef work():\n    pack(jobs.get())", "jobs.get()"],
  ["javascript", "jobs.add('pack', { order });\njobs.process(pack);", "jobs.process(pack)"],
  ["go", "orders <- 7\nfor order := range orders {", "range orders"],
  // Nobody takes it here, or it has the context with it.
  ["python", "jobs.put(order)\nother.get()", undefined],
  ["python", "jobs.put(carry(work))\njobs.get()", undefined],
])("a queue is told with where it is taken from: %s %s", (language, text, taken) => {
  const found = listHandOvers(language, text, { from: 0, to: text.indexOf("\n") });
  expect(
    found.flatMap(({ takenAt = [] }) => takenAt.map(at => text.slice(at.from, at.to))),
  ).toEqual(taken === undefined ? [] : [taken]);
});

test("a class that is a thread is handed its work where it is made", () => {
  const text = "class Clerk(threading.Thread):\n    pass\n\ndef f():\n    Clerk(7).start()\n";
  const from = text.indexOf("def f");
  const [found] = listHandOvers("python", text, { from, to: text.length });
  expect(found && text.slice(found.from, found.to)).toBe("Clerk(7)");
});
