/** Hand-overs in code, and what the change that keeps the context makes of them. What runs is in the contract tests. */

import { expect, test } from "vitest";
import { applyEdits } from "../../../src/source/contextLoss/handOver.ts";
import { listStartedPrograms } from "../../../src/source/contextLoss/programHandOvers.ts";
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
  ["python", "pending[key] = order\npending.pop(key)", "pending.pop(key)"],
  ["javascript", "berths.set(ship, 7);\nberths.delete(ship);", "berths.delete(ship)"],
  ["go", "d.parcels = append(d.parcels, 7)\nd.parcels, d.old = nil, nil", "parcels, d.old = nil"],
  // A cache is looked at, and not emptied by who does the work.
  ["python", "pending[key] = order\npack(pending.get(key))", undefined],
  ["go", "parcels = append(parcels, 7)\nweigh(parcels[0])", undefined],
  // Nobody takes it here, or it has the context with it.
  ["python", "jobs.put(order)\nother.get()", undefined],
  ["python", "jobs.put(carry(work))\njobs.get()", undefined],
])("a queue is told with where it is taken from: %s %s", (language, text, taken) => {
  const found = listHandOvers(language, text, { from: 0, to: text.indexOf("\n") });
  expect(
    found.flatMap(({ takenAt = [] }) => takenAt.map(at => text.slice(at.from, at.to))),
  ).toEqual(taken === undefined ? [] : [taken]);
});

test.each([
  ["/ws/a.py", "subprocess.run([sys.executable, 'report.py'])", "/ws/report.py"],
  ["/ws/a.mjs", "const child = fork(new URL('./crane.mjs', import.meta.url));", "/ws/crane.mjs"],
  ["/ws/a.mjs", "new Worker('./crane.mjs')", "/ws/crane.mjs"],
  ["/ws/main.go", "exec.Command(os.Args[0], 'child').Run()", "/ws/main.go"],
  ["/ws/main.go", "exec.CommandContext(ctx, './mill').Run()", "/ws/mill/main.go"],
])("a program that another starts: %s %s", (path, text, started) => {
  const list = (written: string): number =>
    listStartedPrograms({ path, text: written }, { from: 0, to: written.length }, started).length;
  expect(list(text)).toBe(1);
  expect(list(`env.TRACEPARENT = header; ${text}`)).toBe(0);
  expect(list("const found = pattern.exec('report crane mill');")).toBe(0);
  expect(listStartedPrograms({ path, text }, { from: 0, to: text.length }, "/ws/b.rb")).toEqual([]);
});

/** The hand-over of the function that begins so, and the file as it is mended. */
function mendIn(language: SourceLanguage, text: string, head: string, headersKey?: string) {
  const from = text.indexOf(head);
  const options = headersKey === undefined ? {} : { headersKey };
  const [found] = listHandOvers(language, text, { from, to: text.length }, options);
  return found && [text.slice(found.from, found.to), applyEdits(text, found.fix)];
}

test("a class that is a thread takes the context of whoever starts it", () => {
  const text = `class Clerk(threading.Thread):
    def run(self):
        pack()

def f():
    Clerk(7).start()
`;
  const [made, mended] = mendIn("python", text, "def f") ?? [];
  expect(made).toBe("Clerk(7)");
  expect(mended).toContain(`    def start(self):
        self.run = functools.partial(contextvars.copy_context().run, self.run)
        super().start()

    def run(self):`);
  const own = text.replace("    def run", "    def start(self):\n        pass\n\n    def run");
  expect(mendIn("python", own, "def f")?.[1]).toBe(own);
});

test("a pool of processes is handed headers, which the project's module alone does", () => {
  const text = "def f():\n    with ProcessPoolExecutor(2) as crew:\n        crew.submit(pack, 7)\n";
  expect(mendIn("python", text, "def f")).toEqual(["crew.submit(pack, 7)", text]);
  const kit = `from traceside_otel import traced\n\n${text}`;
  expect(mendIn("python", kit, "def f")?.[1]).toContain("crew.submit(carry(pack), 7)");
});

test("a queue whose every mention is understood takes the context along", () => {
  const text = `import queue

jobs = queue.Queue()

def work():
    order = jobs.get(timeout=5)  # waits
    pack(order)

def f():
    jobs.put(7)
`;
  expect(mendIn("python", text, "def f")?.[1])
    .toBe(`from opentelemetry.context import attach, get_current
import queue

jobs = queue.Queue()

def work():
    trace_context, order = jobs.get(timeout=5)
    attach(trace_context)  # waits
    pack(order)

def f():
    jobs.put((get_current(), 7))
`);
  for (const other of [
    "order = jobs.get(timeout=5)[0]",
    "pack(jobs.get())",
    "order = take(jobs)",
  ]) {
    const unclear = `${text}\ndef g():\n    ${other}\n`;
    expect(mendIn("python", unclear, "def f")?.[1]).toBe(unclear);
  }
});

const channel = `package shop

var orders = make(chan int, 8)

func work() {
	for order := range orders {
		charge(context.Background(), order)
	}
}

func place(ctx context.Context) {
	_, end := traceside.Span(ctx, "place")
	defer end(nil)
	orders <- 7
}
`;

test("a channel takes the context along, and the span's own, which its function threw away", () => {
  const [, mended] = mendIn("go", channel, "func place") ?? [];
  for (const line of [
    "var orders = make(chan carried[int], 8)",
    "\tfor each := range orders {\n\t\tctx, order := each.ctx, each.value\n\t\tcharge(ctx, order)",
    "\tctx, end := traceside.Span(ctx",
    "\torders <- carried[int]{context.WithoutCancel(ctx), 7}",
    "type carried[T any] struct {",
  ]) {
    expect(mended).toContain(line);
  }
  const handed = `${channel}\nfunc start() { go serve(orders) }\n`;
  expect(mendIn("go", handed, "func place")?.[1]).toBe(handed);
});

test.each<[SourceLanguage, string, string, string]>([
  [
    ...(["go", "func late(ctx context.Context) {"] as const),
    '\n\t_, end := Span(ctx, "late")\n\ttime.AfterFunc(5, func() { charge(context.Background()) })\n}\n',
    'ctx, end := Span(ctx, "late")\n\ttime.AfterFunc(5, func() { charge(context.WithoutCancel(ctx)) })',
  ],
  [
    ...(["java", "void f() { "] as const),
    "timer.schedule(new TimerTask() { public void run() { pack(); } }, 5); }",
    "new TimerTask() { private final $Context traceContext = $Context.current(); public void run() { try ($Scope scope = traceContext.makeCurrent()) { pack(); } } }, 5)",
  ],
  [
    ...(["java", "void f() { "] as const),
    "ForkJoinPool.commonPool().submit(() -> pack()); }",
    "$Context.taskWrapping(ForkJoinPool.commonPool()).submit(() -> pack())",
  ],
  [
    ...(["python", "def f():"] as const),
    "\n    done.add_done_callback(tell)\n",
    "done.add_done_callback(functools.partial(contextvars.copy_context().run, tell))",
  ],
])("%s: %s%s", (language, head, rest, mended) => {
  const [, text] = mendIn(language, head + rest, head) ?? [];
  expect(text).toContain(mended.replaceAll("$", "io.opentelemetry.context."));
});

test.each<[SourceLanguage, string, string]>([
  ["python", 'store.rpush("orders", body)', 'body = store.blpop("orders", 5)'],
  [
    "python",
    "sqs.send_message(QueueUrl=url, MessageBody=body)",
    "sqs.receive_message(QueueUrl=url)",
  ],
  ["javascript", "box.postMessage({ order: 7 })", 'parentPort.on("message", weigh)'],
  ["javascript", 'placed.emit("order", 7)', 'on(placed, "order")'],
  ["javascript", "pending.push(7)", "pending.splice(0)"],
  ["java", "orders.put(7)", "orders.take()"],
])("%s: %s is taken by %s, and how its context gets there only its author knows", (...row) => {
  const [language, put, taken] = row;
  const text = `${put}\n${taken}\n`;
  const found = listHandOvers(language, text, { from: 0, to: put.length + 1 });
  expect(found.map(({ kind, fix }) => [kind, fix])).toContainEqual(["queue", []]);
  const without = `${put}\nother\n`;
  expect(listHandOvers(language, without, { from: 0, to: put.length + 1 })).toEqual([]);
});

test("a method that goes by the context of its value is told where it is called", () => {
  const text = `type desk struct{ ctx context.Context }

func (d *desk) charge(order int) { weigh(d.ctx, order) }
func (d *desk) close(order int) { stop(order) }

func f() {
	front.close(7)
	front.charge(7)
}
`;
  expect(mendIn("go", text.replace(") { weigh", ") {\n\tweigh"), "func f")?.[0]).toBe(
    "front.charge(7)",
  );
});

test("a consumer that continues from headers of any form misses them in what is sent", () => {
  const consumer = 'ctx, end := traceside.Continue(ctx, headers, "orders process")';
  const key = findHeadersKey(consumer, "orders process");
  expect(findHeadersKey(consumer, "other")).toBeUndefined();
  const text = "func place() {\n\tpublish(message{value: 7})\n}\n";
  expect(mendIn("go", text, "func place", key)).toEqual(["publish(message{value: 7})", text]);
  const kept = text.replace("7}", "7, headers: Inject(ctx)}");
  expect(mendIn("go", kept, "func place", key)).toBeUndefined();
});
