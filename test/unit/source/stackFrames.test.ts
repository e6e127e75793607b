/** Stacks as the runtimes print them → frames, the program's own first, innermost first. The stacks up to PHP's were printed by real programs. */

import { expect, test } from "vitest";
import { getBareName, parseFrame, parseStack } from "../../../src/source/stackFrames.ts";

const python = `Traceback (most recent call last):
  File "/app/shop/orders.py", line 7, in place
    charge(x)
  File "/app/shop/orders.py", line 2, in charge
    return {}[x]
           ~~^^^
KeyError: 'a'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/run.py", line 3, in <module>
    try: Orders().place("a")
         ^^^^^^^^^^^^^^^^^^^
  File "/app/shop/orders.py", line 9, in place
    raise ValueError("no card") from error
ValueError: no card
`;
const node = `TypeError: bad
    at file:///app/run.mjs:1:102
    at Array.map (<anonymous>)
    at async Orders.place (file:///app/run.mjs:1:84)
    at Function.start [as run] (/app/src/index.js:3:20)
    at Object.<anonymous> (C:\\work\\app\\a.ts:10:1)
    at node:internal/main:12:3
    at process.processTicksAndRejections (node:internal/process/task_queues:104:5)`;
const go = `goroutine 1 [running]:
runtime/debug.Stack()
\t/usr/local/go/src/runtime/debug/stack.go:26 +0x5e
main.(*Orders).Place.func1(...)
\t/app/gs/main.go:10
main.(*Orders).Place(0x579578?, 0x27d51d4e61e0?)
\t/app/gs/main.go:12 +0x13
main.main()
\t/app/gs/main.go:16 +0x1d
`;
const java = `Exception in thread "main" java.lang.IllegalStateException: no
\tat com.shop.O$Inner.place(O.java:1)
\tat com.shop.O.lambda$main$0(O.java:4)
\tat java.base/jdk.internal.reflect.NativeMethodAccessorImpl.invoke0(Native Method)
Caused by: java.lang.RuntimeException: c
\tat com.shop.O.main(O.java:7)
`;
const rust = `thread 'main' (12229) panicked at o.rs:1:54:
index out of bounds: the len is 0 but the index is 3
stack backtrace:
   5: <alloc::vec::Vec<T,A> as core::ops::index::Index<I>>::index
             at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/alloc/src/vec/mod.rs:3804:9
   6: o::place
             at ./o.rs:1:54
   7: o::main
             at ./o.rs:2:13
`;
const dotnet = `System.InvalidOperationException: no stock
   at Shop.Orders.Place(Int32 id) in /src/Shop/Orders.cs:line 12
   at Shop.Program.<Main>$(String[] args) in C:\\src\\Shop\\Program.cs:line 3
   at System.Threading.Tasks.Task.Run()`;
const dotnetInGerman = `System.Exception: nein
   bei Shop.Orders.Place(Int32 id) in /src/Shop/Orders.cs:Zeile 12`;
const ruby = `/app/orders.rb:12:in 'Orders#place': no stock (RuntimeError)
\tfrom /app/orders.rb:15:in 'Array#each'
\tfrom /app/main.rb:2:in '<main>'`;
const oldRuby =
  "/app/orders.rb:12:in `block in place': no stock (RuntimeError)\n\tfrom /app/main.rb:2:in `<main>'";
const php = `Exception: no stock in /app/src/Orders.php:3
Stack trace:
#0 /app/src/index.php(12): Shop\\Orders->place(1)
#1 {main}`;

/** `function file:line`, as many as are named. */
function check(stack: string, expected: readonly string[]): void {
  const frames = parseStack(stack).map(
    frame => `${frame.function ?? "-"} ${frame.file}:${frame.line1}`,
  );
  expect(frames).toEqual(expected);
}

test("Python: the root cause's innermost line comes first, in chains of either kind", () => {
  check(python, [
    "charge /app/shop/orders.py:2",
    "place /app/shop/orders.py:7",
    "place /app/shop/orders.py:9",
    "<module> /app/run.py:3",
  ]);
  const [root = "", last = ""] = python.split(/\nThe above[^\n]*\n/);
  const handled =
    "\nDuring handling of the above exception, another exception occurred:\n\n" +
    'Traceback (most recent call last):\n  File "/app/shop/pay.py", line 4, in refund\n    raise PayError\nshop.PayError\n';
  check(
    `${root}${handled}\nThe above exception was the direct cause of the following exception:\n${last}`,
    [
      "charge /app/shop/orders.py:2",
      "place /app/shop/orders.py:7",
      "refund /app/shop/pay.py:4",
      "place /app/shop/orders.py:9",
      "<module> /app/run.py:3",
    ],
  );
});

test("frames of what caused the error are known as such, in whichever order a runtime tells them", () => {
  const causes = (stack: string): readonly number[] =>
    parseStack(stack)
      .filter(({ isCause }) => isCause === true)
      .map(({ line1 }) => line1);
  expect(causes(python)).toEqual([2, 7]);
  expect(causes(java)).toEqual([7]);
  expect(causes(ruby)).toEqual([]);
});

test("JavaScript: anonymous, asynchronous, renamed, with drive letters; Node's own frames are left out", () => {
  check(node, [
    "- file:///app/run.mjs:1",
    "place file:///app/run.mjs:1",
    "start /app/src/index.js:3",
    "<anonymous> C:\\work\\app\\a.ts:10",
  ]);
});

test("Go: methods and closures", () => {
  check(go, [
    "Place /app/gs/main.go:10",
    "Place /app/gs/main.go:12",
    "main /app/gs/main.go:16",
    "Stack /usr/local/go/src/runtime/debug/stack.go:26",
  ]);
});

test("Java: the folder comes from the package, the root cause stands first", () => {
  check(java, [
    "main com/shop/O.java:7",
    "place com/shop/O.java:1",
    "lambda$main$0 com/shop/O.java:4",
  ]);
});

test("Rust: the line that panicked, then frames of two lines", () => {
  check(rust, [
    "- o.rs:1",
    "place ./o.rs:1",
    "main ./o.rs:2",
    "index /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/alloc/src/vec/mod.rs:3804",
  ]);
});

test(".NET, in whatever language it speaks", () => {
  check(dotnet, ["Place /src/Shop/Orders.cs:12", "<Main>$ C:\\src\\Shop\\Program.cs:3"]);
  check(dotnetInGerman, ["Place /src/Shop/Orders.cs:12"]);
});

test("Ruby, before and after 3.4", () => {
  check(ruby, ["place /app/orders.rb:12", "each /app/orders.rb:15", "<main> /app/main.rb:2"]);
  check(oldRuby, ["place /app/orders.rb:12", "<main> /app/main.rb:2"]);
});

test("PHP: the throwing line stands in the head", () => {
  check(php, ["place /app/src/Orders.php:3", "- /app/src/index.php:12"]);
});

test("a text without a stack has no frames", () => {
  check("ValueError: no card", []);
  check("", []);
});

/** Quadratic expressions would take minutes here, and vitest ends a test after five seconds. */
test.each([
  "at ",
  "  at a(",
  '  File "',
  "#0 ",
  "a:1:in '",
  "(((((",
  "\tat a.b(",
  " in a",
  "aaaa",
  "    ",
])("hostile text of “%s” is read in time", piece => {
  expect(parseStack(piece.repeat(Math.ceil(1_000_000 / piece.length)))).toEqual([]);
  const line = `${piece.repeat(Math.ceil(1_990 / piece.length)).slice(0, 1_990)}\n`;
  expect(parseStack(line.repeat(500))).toEqual([]);
});

test("of an endless stack both ends are read", () => {
  const middle = 'File "/app/deep.py", line 1, in deep\n'.repeat(10_000);
  const [innermost] = parseStack(
    `${python.slice(0, 80)}\n${middle}  File "/app/last.py", line 5, in last\n`,
  );
  expect(innermost).toMatchObject({ file: "/app/last.py", line1: 5 });
});

test("one line of a stack, a compiler or a log names its file", () => {
  expect(parseFrame('  File "/app/a.py", line 3, in f')).toMatchObject({
    file: "/app/a.py",
    line1: 3,
  });
  expect(parseFrame("src/cart.ts:12:5 - error TS2322")).toMatchObject({
    file: "src/cart.ts",
    line1: 12,
  });
  expect(parseFrame("src/cart.ts(12,5): error")).toMatchObject({ file: "src/cart.ts", line1: 12 });
  expect(parseFrame("nothing here")).toBeUndefined();
});

test.each([
  ["shop.orders.Orders.place", "place"],
  ["shop::orders::place", "place"],
  ["playground::m::f::{{closure}}", "f"],
  ["github.com/my/repo/pkg.foo.func5", "foo"],
  ["main.(*Orders).Place", "Place"],
  ["GuzzleHttp\\Client::transfer", "transfer"],
  ["com.shop.Orders$1.m", "m"],
  ["outer.<locals>.inner", "inner"],
  ["mod:fn", "fn"],
  ["place()", "place"],
])("the bare name of %s is %s", (qualified, bare) => {
  expect(getBareName(qualified)).toBe(bare);
});

test("long lines that only look like frames are passed over, and the frames at the ends are not", () => {
  const hostile = `${"at a.b (".repeat(240)}\n`.repeat(100);
  const text = `Error: x\n    at first (/app/a.js:1:1)\n${hostile}${"\n".repeat(100_000)}    at last (/app/b.js:2:2)`;
  expect(parseStack(text).map(({ file }) => file)).toEqual(["/app/a.js", "/app/b.js"]);
  // One long line may be a frame; a hundred are none.
  const path = `/app/${"deep/".repeat(80)}x.js`;
  expect(parseStack(`    at f (${path}:3:1)`)).toMatchObject([{ file: path, line1: 3 }]);
});
