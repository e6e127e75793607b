/** Stacks as dumps, services and logs of CI have them: the program's own innermost frame, with its function. */

import { expect, test } from "vitest";
import { findOwnFrame } from "./stackForms.ts";

const crate = "/home/me/.cargo/registry/src/index.crates.io-1/tokio-1.44.2/src/runtime/task.rs";
const ghc = "HasCallStack backtrace:";

test.each([
  // Python.
  [
    "faulthandler",
    `Current thread 0x00007f:\nFile "take.py", line 31 in take\nFile "take.py", line 3 in <module>`,
    "take take.py:31",
  ],
  [
    "pystack",
    `    (Python) File "/usr/lib/python3.12/threading.py", line 1032, in run\n    (Python) File "/app/stock.py", line 31, in take`,
    "take /app/stock.py:31",
  ],
  [
    "gdb's Python",
    "#5 Frame 0x7f1a, for file /app/stock.py, line 31, in take (n=1)\n#8 Frame 0x7f1b, for file /app/main.py, line 3, in <module> ()",
    "take /app/stock.py:31",
  ],
  [
    "py-spy",
    `Thread 42 (idle): "MainThread"\n    wait (threading.py:320)\n    read (ssl.py:1166)\n    send (requests/adapters.py:667)\n    take (shop/stock.py:31)\n    run (asyncio/runners.py:118)`,
    "take shop/stock.py:31",
  ],
  [
    "Python of Windows",
    String.raw`  File "C:\shop\stock.py", line 31, in take` +
      "\n" +
      String.raw`  File "C:\Python311\Lib\json\decoder.py", line 355, in raw_decode`,
    String.raw`take C:\shop\stock.py:31`,
  ],
  [
    "Ray",
    `(pid=7)   File "/app/main.py", line 3, in main\n(pid=7)     take()\n(pid=7)   File "/app/stock.py", line 31, in take`,
    "take /app/stock.py:31",
  ],
  [
    "frames in JSON of many lines",
    JSON.stringify(
      {
        frames: [
          { filename: "/app/main.py", lineno: 3, name: "main" },
          { filename: "/app/stock.py", lineno: 31, locals: { n: "1" }, name: "take" },
        ],
      },
      undefined,
      2,
    ),
    "take /app/stock.py:31",
  ],
  // JavaScript.
  [
    "React's components",
    "Error: no stock\n    in Stock (at Stock.tsx:31)\n    in View (at App.js:3)",
    "Stock Stock.tsx:31",
  ],
  [
    "LogBox",
    "Call Stack\n  take (src/stock.ts:31:5)\n  onPress (src/App.tsx:3:9)",
    "take src/stock.ts:31",
  ],
  [
    "Sentry's text of Node",
    `Error: no\n  File "/app/node_modules/q/q.js", line 2, col 24, in Q.run\n  File "/app/src/stock.js", line 31, col 5, in take`,
    "take /app/src/stock.js:31",
  ],
  [
    "a list of texts",
    `{"stack":["Error: no","    at take (/var/task/stock.js:31:5)"]}`,
    "take /var/task/stock.js:31",
  ],
  [
    "a list of texts, a line each",
    JSON.stringify(
      {
        stack: ["Error: no", "    at take (/app/stock.js:31:5)", "    at main (/app/main.js:3:1)"],
      },
      undefined,
      2,
    ),
    "take /app/stock.js:31",
  ],
  [
    "Angular",
    "Error: no\n    at _next (core.mjs:123:5)\n    at ZoneDelegate.invokeTask (zone.js:402:31)\n    at Stock.take (stock.service.ts:31:11)",
    "take stock.service.ts:31",
  ],
  [
    "a cause as a property",
    "E: failed\n    at run (/app/main.js:3:1) {\n  cause: Error: no stock\n      at take (/app/stock.js:31:5) {\n",
    "take /app/stock.js:31",
  ],
  // JVM.
  [
    "a boundary of coroutines",
    "java.lang.Error: no\n\tat _COROUTINE._BOUNDARY._(CoroutineDebugging.kt:46)\n\tat com.shop.Stock.take(Stock.kt:31)",
    "take com/shop/Stock.kt:31",
  ],
  [
    "Cats Effect",
    "\tat flatMap @ fs2.Compiler$Target.flatMap(Compiler.scala:163)\n\tat raiseError @ shop.Stock$.take(Stock.scala:31)",
    "take shop/Stock.scala:31",
  ],
  [
    "Clojure's data",
    `:trace\n [[shop.stock$take invokeStatic "stock.clj" 31]\n  [clojure.lang.AFn run "AFn.java" 22]]`,
    "take shop/stock.clj:31",
  ],
  [
    "GraalVM",
    "  A  SP 0x7ffe IP 0x01 size=48    com.oracle.svm.core.Dump.dump(Dump.java:3)\n  A  SP 0x7fff IP 0x02 size=112   com.shop.Stock.take(Stock.java:31)",
    "take com/shop/Stock.java:31",
  ],
  [
    "App Center",
    "com.facebook.react.bridge.M.invoke (M.java:83);\ncom.shop.Stock.take (Stock.java:31);",
    "take com/shop/Stock.java:31",
  ],
  // Go.
  [
    "a race in Go's own",
    "Read at 0x00c0 by goroutine 11:\n  runtime.mapassign1()\n      C:/Go/src/runtime/hashmap.go:429 +0x0\n  shop.take()\n      C:/app/stock.go:31 +0x72",
    "take C:/app/stock.go:31",
  ],
  [
    "tracerr",
    "no stock\n/app/stock.go:31 main.take()\n31\tfunc take() error {\n/app/main.go:3 main.main()",
    "take /app/stock.go:31",
  ],
  ["juju/errors", "/app/main.go:3: cannot start\n/app/stock.go:31: no stock", "- /app/stock.go:31"],
  [
    "Delve",
    "0  0x00000000004f2d3a in main.take\n   at ./stock.go:31\n1  0x00000000004f2d3b in main.main\n   at ./main.go:3",
    "take ./stock.go:31",
  ],
  // Others.
  [
    "Rust on Windows",
    `  94: tokio::runtime::task::poll\n             at ${crate}:485\n  95: shop::stock::take\n             at .\\src\\stock.rs:31`,
    String.raw`take .\src\stock.rs:31`,
  ],
  [
    ".NET's packages",
    "   at MassTransit.Middleware.ErrorFilter.Send(Context c) in /_/src/MassTransit/ErrorFilter.cs:line 22\n   at Shop.Stock.Take(Int32 n) in /src/Shop/Stock.cs:line 31",
    "Take /src/Shop/Stock.cs:31",
  ],
  ["Symfony's console", "In StockService.php line 31:\n\n  no stock", "- StockService.php:31"],
  [
    "Rails' sources of queries",
    "[ActiveJob] [Stock] [9f6a]   BEGIN\n[ActiveJob] [Stock] [9f6a]   ↳ app/jobs/stock.rb:31:in `take'",
    "take app/jobs/stock.rb:31",
  ],
  [
    "Honeybadger",
    "at Oban.Stager.handle_info({[:alias], :dropped}, %S{}) ( (oban 2.19.2) lib/oban/stager.ex:52 )\nat Shop.Stock.take/1 ( (shop 0.1.0) lib/shop/stock.ex:31 )",
    "take lib/shop/stock.ex:31",
  ],
  [
    "a record and the end of its line",
    String.raw`** (Error) no\n    (elixir 1.10.4) lib/process.ex:765: Process.info/2\n    (shop 0.1.0) lib/shop/stock.ex:31: Shop.Stock.take/1` +
      "\n",
    "take lib/shop/stock.ex:31",
  ],
  [
    "a sanitizer in CI",
    "2026-05-04T03:30:12.2676957Z 59:     #1 0x11 in std::__1::run(int) /usr/lib/llvm-12/bin/../include/c++/v1/thread:307:16\n2026-05-04T03:30:12.2677931Z 59:     #2 0x50 in take /app/src/stock.cpp:31:28",
    "take /app/src/stock.cpp:31",
  ],
  [
    "a sanitizer through grep",
    "868-    #35 0x7c in void std::run<void>(int) /usr/include/c++/11/bits/invoke.h:74\n869-    #36 0x7d in shop::take(int) /app/stock.cpp:31",
    "take /app/stock.cpp:31",
  ],
  [
    "gdb, its lines wrapped",
    "#0  take (n=1)\n    at /app/stock.c:31\n#1  0x01 in main ()\n    at /app/main.c:3",
    "take /app/stock.c:31",
  ],
  [
    "GHC",
    `shop: no stock\n\n${ghc}\n  error, called at src/Stock.hs:31:5 in shop-0.1:Stock`,
    "- src/Stock.hs:31",
  ],
  [
    "OpenResty",
    "[error] 42#42: *1 lua entry thread aborted: runtime error: /app/stock.lua:31: no stock\nstack traceback:\ncoroutine 0:\n\t/app/main.lua:3: in main chunk",
    "- /app/stock.lua:31",
  ],
  ["Perl while it reads", "no stock at stock.pl line 31, <STDIN> line 5.", "- stock.pl:31"],
])("%s", (_form, stack, expected) => {
  expect(findOwnFrame(stack)).toBe(expected);
});
