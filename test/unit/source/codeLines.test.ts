/** The lines that explain a span: waits, limits and failures, in several languages, and none that only looks like one. */

import { expect, test } from "vitest";
import { findCodeLines } from "../../../src/source/codeLines.ts";
import type { LineQuestion } from "../../../src/model/lineQuestion.ts";
import type { Place } from "../../../src/source/location.ts";
import { createWorkspace } from "./indexFiles.ts";

const files: Readonly<Record<string, string>> = {
  "/ws/book.go": `package book

var client = &http.Client{Timeout: 40 * time.Millisecond}

func book(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "book")
	mutex.RLock()
	defer mutex.RUnlock()
	if errors.Is(err, context.DeadlineExceeded) {
		span.SetStatus(codes.Error, "late")
	}
	return nil
}

func outer(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	return book(ctx)
}
`,
  "/ws/shop.py": `def timeout_report(names):
    title = ", ".join(names)
    with self.stock_lock:
        return title

class TimeoutBook:
    pass

def answer(form):
    try:
        return save(form)
    except TimeoutError:
        return respond(span, 504), 200

def busy():
    a.wait()
    b.wait()
    c.wait()
    d.wait()
`,
  "/ws/Stock.java": `class Stock {
  int count() {
    synchronized (this) {
      return value.get();
    }
  }
  void clear() {
    lock.unlock();
    names.get(1);
  }
  int ask(String name) {
    if (name == null) throw new NoPrice("no price of " + name);
    return price.get(30, TimeUnit.SECONDS);
  }
}
`,
  "/ws/names.py": `NAME = re.compile(r"^([a-z]+ ?)+$")

def check_name(name):
    title = name.replace("_", " ")
    return NAME.fullmatch(title) is not None

def sign_up(name, password):
    check(name)
    return keep(name, password)

def keep(name, password):
    return hashlib.pbkdf2_hmac("sha512", password, name, 400_000)

def check(name):
    with tracer.start_as_current_span("check"):
        return sorted(name)

def on_parcel(message):
    try:
        ship(message)
    except ValueError:
        parcels.put(message)

bus.subscribe(on_parcel)
bus.subscribe("again", on_parcel)
`,
};
const workspace = await createWorkspace(files);

test.each<{
  readonly at: string;
  readonly asked: LineQuestion<Place>;
  readonly is: readonly string[];
}>([
  { at: "book.go:5", asked: { kind: "waits" }, is: ["mutex.RLock()"] },
  { at: "shop.py:0", asked: { kind: "waits" }, is: ["with self.stock_lock:"] },
  {
    at: "Stock.java:1",
    asked: { kind: "waits" },
    is: ["synchronized (this) { ?", "return value.get(); ?"],
  },
  { at: "Stock.java:6", asked: { kind: "waits" }, is: [] },
  { at: "shop.py:14", asked: { kind: "waits" }, is: [] },
  {
    at: "book.go:5",
    asked: { kind: "limited", above: [{ path: "/ws/book.go", line0: 15 }] },
    is: ["ctx, cancel := context.WithTimeout(ctx, time.Second)"],
  },
  {
    at: "book.go:5",
    asked: { kind: "limited", above: [] },
    is: ["var client = &http.Client{Timeout: 40 * time.Millisecond}"],
  },
  { at: "shop.py:8", asked: { kind: "limited", above: [] }, is: [] },
  {
    at: "Stock.java:10",
    asked: { kind: "limited", above: [] },
    is: ["return price.get(30, TimeUnit.SECONDS);"],
  },
  {
    at: "Stock.java:10",
    asked: { kind: "failed", message: "no price of A7 in this shop" },
    is: ['if (name == null) throw new NoPrice("no price of " + name);'],
  },
  {
    at: "shop.py:8",
    asked: { kind: "failed", status: 504 },
    is: ["return respond(span, 504), 200"],
  },
  { at: "book.go:5", asked: { kind: "failed" }, is: ['span.SetStatus(codes.Error, "late")'] },
  { at: "shop.py:0", asked: { kind: "failed" }, is: [] },
  // A pattern is where it is written, and a text is none.
  {
    at: "names.py:2",
    asked: { kind: "busy" },
    is: ['NAME = re.compile(r"^([a-z]+ ?)+$") ?'],
  },
  // What has a span of its own tells its own time.
  {
    at: "names.py:6",
    asked: { kind: "busy" },
    is: ['return hashlib.pbkdf2_hmac("sha512", password, name, 400_000) ?'],
  },
  { at: "shop.py:0", asked: { kind: "busy" }, is: [] },
  {
    at: "shop.py:0",
    asked: { kind: "retried", above: [{ path: "/ws/names.py", line0: 17 }] },
    is: ["parcels.put(message)"],
  },
  { at: "names.py:2", asked: { kind: "retried", above: [] }, is: [] },
  {
    at: "names.py:17",
    asked: { kind: "registered" },
    is: ["bus.subscribe(on_parcel) ?", 'bus.subscribe("again", on_parcel) ?'],
  },
  { at: "names.py:6", asked: { kind: "registered" }, is: [] },
])("finds where $at $asked.kind", async ({ at, asked, is }) => {
  const [name = "", line0] = at.split(":");
  const lines = await findCodeLines(
    { path: `/ws/${name}`, line0: Number(line0) },
    asked,
    workspace,
  );
  const told = lines.map(line => {
    const text = files[line.path]?.split("\n")[line.line0]?.trim();
    return `${text}${line.isSure ? "" : " ?"}`;
  });
  expect(told).toEqual(is);
});
