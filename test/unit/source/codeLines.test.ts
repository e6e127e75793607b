/** The lines that explain a span: waits, limits and failures, in several languages, and none that only looks like one. */

import { expect, test } from "vitest";
import { findCodeLines, type LineQuestion } from "../../../src/source/codeLines.ts";
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
};
const workspace = await createWorkspace(files);

test.each<{ readonly at: string; readonly asked: LineQuestion; readonly is: readonly string[] }>([
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
