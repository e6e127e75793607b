/** The innermost frame of the program, in each form in which runtimes, their libraries and bundlers print a stack. */

import { expect, test } from "vitest";
import { findOwnFrame, type StackForm } from "./stackForms.ts";

const stacks: readonly StackForm[] = [
  [
    "a group of Python's exceptions",
    `  + Exception Group Traceback (most recent call last):
  |   File "/app/shop/batch.py", line 9, in run
  |     async with asyncio.TaskGroup() as group:
  |   File "/usr/lib/python3.12/asyncio/taskgroups.py", line 145, in __aexit__
  |     raise me from None
  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/app/shop/card.py", line 21, in charge
    |     raise TimeoutError("bank")
    | TimeoutError: bank
    +------------------------------------`,
    "charge /app/shop/card.py:21",
  ],
  [
    "rich",
    `╭─────────────────────────── Traceback (most recent call last) ────────────────────────────╮
│ /app/run.py:3 in <module>                                                                │
│                                                                                          │
│   1 from shop.orders import place                                                        │
│ ❱ 3 place(1)                                                                             │
│                                                                                          │
│ /app/shop/orders.py:7 in place                                                           │
│                                                                                          │
│ ❱ 7 │   raise ValueError("no stock")                                                     │
╰──────────────────────────────────────────────────────────────────────────────────────────╯
ValueError: no stock`,
    "place /app/shop/orders.py:7",
  ],
  [
    "IPython",
    `---------------------------------------------------------------------------
ValueError                                Traceback (most recent call last)
Cell In[1], line 1
----> 1 place(1)

File /app/shop/orders.py:7, in place(order)
      6 def place(order):
----> 7     raise ValueError("no stock")

ValueError: no stock`,
    "place /app/shop/orders.py:7",
  ],
  [
    "loguru",
    `Traceback (most recent call last):

> File "/app/run.py", line 5, in <module>
    place(1)
    └ <function place at 0x7f>

  File "/app/shop/orders.py", line 7, in place
    raise ValueError("no stock")

ValueError: no stock`,
    "place /app/shop/orders.py:7",
  ],
  [
    "faulthandler, whose innermost frame comes first",
    `Fatal Python error: Segmentation fault

Current thread 0x00007f (most recent call first):
  File "/usr/lib/python3.12/ctypes/__init__.py", line 519 in string_at
  File "/app/shop/native.py", line 4 in call
  File "/app/run.py", line 2 in <module>`,
    "call /app/shop/native.py:4",
  ],
  [
    "a stack inside of a string of JSON",
    String.raw`Traceback (most recent call last):\n  File \"/app/run.py\", line 2, in <module>\n  File \"/app/shop/orders.py\", line 7, in place\nValueError: no`.replaceAll(
      String.raw`\"`,
      '"',
    ),
    "place /app/shop/orders.py:7",
  ],
  [
    "Java: the root cause",
    `org.springframework.web.util.NestedServletException: Request processing failed
\tat org.springframework.web.servlet.FrameworkServlet.processRequest(FrameworkServlet.java:1014)
\tat com.shop.LoginFilter.doFilter(LoginFilter.java:31)
Caused by: com.shop.OrderException: not placed
\tat com.shop.OrderController.post(OrderController.java:8)
\t... 41 common frames omitted
Caused by: java.lang.IllegalStateException: no stock
\tat java.base/java.util.Optional.orElseThrow(Optional.java:403)
\tat app//com.shop.Stock.take(Stock.java:12) ~[classes/:na]
\t... 42 more`,
    "take com/shop/Stock.java:12",
  ],
  [
    "Kotlin's coroutines",
    `java.lang.IllegalStateException: no stock
\tat kotlin.Result.getOrThrow(Result.kt:200)
\tat com.shop.OrdersKt.place-IoAF18A(Orders.kt:12)
\tat com.shop.OrdersKt$main$1.invokeSuspend(Orders.kt:4)
\tat kotlin.coroutines.jvm.internal.BaseContinuationImpl.resumeWith(ContinuationImpl.kt:33)`,
    "place-IoAF18A com/shop/Orders.kt:12",
  ],
  [
    "Scala",
    `java.lang.RuntimeException: no stock
\tat scala.sys.package$.error(package.scala:27)
\tat shop.Orders$.$anonfun$place$1(Orders.scala:12)
\tat scala.collection.immutable.List.foreach(List.scala:333)`,
    "$anonfun$place$1 shop/Orders.scala:12",
  ],
  [
    "PHP, as OpenTelemetry writes it",
    `Shop.OutOfStock: no stock
\tat Shop.Orders.place(Orders.php:12)
\tat {main}(index.php:3)
Caused by: PDOException: gone
\tat Shop.Database.query(Database.php:33)
\t... 2 more`,
    "query Shop/Database.php:33",
  ],
  [
    "PHP",
    `PHP Fatal error:  Uncaught Shop\\OutOfStock: no stock in /app/src/Orders.php:12
Stack trace:
#0 /app/vendor/slim/slim/Slim/App.php(71): Shop\\Orders->place(1)
#1 /app/public/index.php(9): Slim\\App->run()
#2 {main}
  thrown in /app/src/Orders.php on line 12`,
    "place /app/src/Orders.php:12",
  ],
  [
    "Laravel's log",
    `[2026-05-04 08:00:01] local.ERROR: no stock {"exception":"[object] (RuntimeException(code: 0): no stock at /app/app/Orders.php:12)
[stacktrace]
#0 /app/vendor/laravel/framework/src/Illuminate/Routing/Controller.php(54): App\\Orders->place()
#1 {main}`,
    "place /app/app/Orders.php:12",
  ],
  [
    "Node with properties of the error",
    `Error: no stock
    at place (/app/src/orders.js:12:11)
    at async main (/app/src/main.js:3:3) {
  code: 'ESTOCK',
  order: { id: 1 }
}`,
    "place /app/src/orders.js:12",
  ],
  [
    "Node: the root cause",
    `Error: not placed
    at place (/app/src/orders.js:12:11) {
  [cause]: Error: no stock
      at take (/app/src/stock.js:5:9)
      at place (/app/src/orders.js:10:5)
}`,
    "take /app/src/stock.js:5",
  ],
  [
    "what V8 evaluated",
    `ReferenceError: x is not defined
    at eval (eval at run (/app/src/rules.js:7:3), <anonymous>:1:1)
    at run (/app/src/rules.js:7:3)`,
    "eval /app/src/rules.js:7",
  ],
  [
    "Next.js",
    `Error: no stock
    at Page (webpack-internal:///(rsc)/./app/(shop)/page.tsx:15:11)
    at renderToHTML (/app/node_modules/next/dist/server/render.js:1:1)`,
    "Page ./app/(shop)/page.tsx:15",
  ],
  [
    "React's server components in a browser",
    "Error: x\n    at Page (rsc://React/Server/webpack-internal:///(rsc)/./app/page.tsx?3:15:11)",
    "Page ./app/page.tsx:15",
  ],
  [
    "Turbopack",
    "Error: x\n    at Page (turbopack:///[project]/app/page.tsx:15:11)\n    at run (node:internal/main:1:1)",
    "Page ./app/page.tsx:15",
  ],
  [
    "Turbopack without maps",
    "Error: x\n    at Page ([project]/app/page.tsx [app-rsc] (ecmascript):15:11)",
    "Page ./app/page.tsx:15",
  ],
  [
    "webpack",
    "Error: x\n    at Cart.add (webpack://shop/./src/cart.ts?a1b2:5:3)",
    "add ./src/cart.ts:5",
  ],
  [
    "Vite",
    "TypeError: x\n    at add (http://localhost:5173/src/cart.ts?t=1767261600000:5:3)\n    at http://localhost:5173/node_modules/.vite/deps/chunk-A.js?v=1:2:3",
    "add /src/cart.ts:5",
  ],
  [
    "Vite outside of its root",
    "TypeError: x\n    at add (http://localhost:5173/@fs/work/shop/src/cart.ts:5:3)",
    "add /work/shop/src/cart.ts:5",
  ],
  [
    "Firefox",
    `place@http://localhost:3000/src/orders.js:12:11
async*run/<@http://localhost:3000/src/main.js:3:3
@http://localhost:3000/src/main.js:9:1`,
    "place /src/orders.js:12",
  ],
  [
    "Safari",
    "place@http://localhost:3000/src/orders.js:12:11\nglobal code@http://localhost:3000/src/main.js:3:3\n[native code]",
    "place /src/orders.js:12",
  ],
  [
    "Go's panic",
    `panic: no stock [recovered]

goroutine 7 [running]:
panic({0x4a5f20?, 0x4e8a30?})
\t/usr/local/go/src/runtime/panic.go:787 +0x132
main.(*Orders).Place(0xc000012345, {0x4b1f2a, 0x5})
\t/app/orders.go:12 +0x1d
net/http.HandlerFunc.ServeHTTP(0x0?, {0x1?, 0x2?}, 0x3?)
\t/usr/local/go/src/net/http/server.go:2136 +0x29
created by net/http.(*Server).Serve in goroutine 1
\t/usr/local/go/src/net/http/server.go:3086 +0x5cb`,
    "Place /app/orders.go:12",
  ],
  [
    "pkg/errors",
    `no stock
github.com/shop/orders.(*Store).take
\t/app/orders/store.go:12
github.com/gin-gonic/gin.(*Context).Next
\t/root/go/pkg/mod/github.com/gin-gonic/gin@v1.9.1/context.go:174
runtime.goexit
\t/usr/local/go/src/runtime/asm_amd64.s:1650`,
    "take /app/orders/store.go:12",
  ],
  [
    "xerrors",
    "not placed:\n    main.place\n        /app/orders.go:12\n  - no stock",
    "place /app/orders.go:12",
  ],
  [
    "Rust's head",
    `thread 'tokio-runtime-worker' panicked at src/orders.rs:12:5:
no stock
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace`,
    "- src/orders.rs:12",
  ],
  [
    "Rust's head before 1.73",
    "thread 'main' panicked at 'no stock, sorry', src/orders.rs:12:5",
    "- src/orders.rs:12",
  ],
  [
    "Rust's backtrace",
    `stack backtrace:
   0: rust_begin_unwind
             at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/std/src/panicking.rs:645:5
   1: shop::orders::place::h0123456789abcdef
             at ./src/orders.rs:12:5
   2: axum::handler::call
             at /root/.cargo/registry/src/index.crates.io-6f17d22bba15001f/axum-0.7.4/src/handler.rs:1:2`,
    "place ./src/orders.rs:12",
  ],
  [
    ".NET's asynchronous functions and inner errors",
    `Shop.OrderException: not placed
 ---> System.InvalidOperationException: no stock
   at Shop.Stock.<TakeAsync>d__3.MoveNext() in /src/Shop/Stock.cs:line 12
--- End of stack trace from previous location ---
   at Shop.Stock.TakeAsync(Int32 id) in /src/Shop/Stock.cs:line 10
   --- End of inner exception stack trace ---
   at Shop.Orders.Place(Int32 id) in /src/Shop/Orders.cs:line 8`,
    "TakeAsync /src/Shop/Stock.cs:12",
  ],
  [
    "Ruby with gems",
    `/usr/local/bundle/gems/activerecord-7.1.0/lib/active_record/core.rb:253:in 'find': none (ActiveRecord::RecordNotFound)
\tfrom /app/app/models/order.rb:12:in 'Order.place'
\tfrom /app/app/controllers/orders_controller.rb:5:in 'OrdersController#create'`,
    "place /app/app/models/order.rb:12",
  ],
  [
    "Elixir",
    `** (RuntimeError) no stock
    (elixir 1.15.7) lib/enum.ex:2510: Enum."-reduce/3-lists^foldl/2-0-"/3
    (shop 0.1.0) lib/shop/orders.ex:12: Shop.Orders.place/1
    (phoenix 1.7.0) lib/phoenix/router.ex:1: Phoenix.Router.call/2`,
    "place lib/shop/orders.ex:12",
  ],
  [
    "Erlang",
    `{badarg,[{erlang,list_to_integer,["x"],[{error_info,#{}}]},
         {shop_orders,place,1,[{file,"src/shop_orders.erl"},{line,12}]},
         {gen_server,handle_msg,6,[{file,"gen_server.erl"},{line,1123}]}]}`,
    "place src/shop_orders.erl:12",
  ],
  [
    "AddressSanitizer",
    `==1==ERROR: AddressSanitizer: heap-use-after-free
    #0 0x4f1c in __asan_memcpy /build/llvm/compiler-rt/lib/asan/asan_interceptors_memintrinsics.cpp:22:3
    #1 0x55d1 in shop::Orders::place(int) /app/src/orders.cpp:12:5
    #2 0x55d9 in main /app/src/main.cpp:3:3`,
    "place /app/src/orders.cpp:12",
  ],
  [
    "boost::stacktrace",
    ` 0# shop::place(int) at /app/src/orders.cpp:12
 1# main at /app/src/main.cpp:3
 2# __libc_start_main in /lib/x86_64-linux-gnu/libc.so.6`,
    "place /app/src/orders.cpp:12",
  ],
  [
    "gdb",
    `#0  __GI_raise (sig=6) at ../sysdeps/unix/sysv/linux/raise.c:50
#1  0x00005555 in shop::place (id=1) at /app/src/orders.cpp:12
#2  main () at /app/src/main.cpp:3`,
    "place /app/src/orders.cpp:12",
  ],
  [
    "Swift",
    `Thread 0 crashed:

0 [ra] 0x000000010000 place(_:) + 24 in shop at /app/Sources/shop/Orders.swift:12:9
1 [ra] 0x000000010010 static Main.main() + 32 in shop at /app/Sources/shop/main.swift:3:1`,
    "place /app/Sources/shop/Orders.swift:12",
  ],
  ["Swift's head", "shop/Orders.swift:12: Fatal error: no stock", "- shop/Orders.swift:12"],
  [
    "Swift's head, as it was before",
    "Fatal error: no stock: file Shop/Orders.swift, line 12",
    "- Shop/Orders.swift:12",
  ],
  [
    "Zig",
    'thread 12 panic: no stock\n/app/orders.zig:12:5: 0x1 in place (shop)\n    @panic("x");\n    ^\n/app/main.zig:3:3: 0x2 in main (shop)',
    "place /app/orders.zig:12",
  ],
  [
    "Go's stack of who recovered",
    "goroutine 18 [running]:\nruntime/debug.Stack()\n\t/usr/local/go/src/runtime/debug/stack.go:24 +0x5e\nmain.recoverer.func1()\n\t/app/recover.go:8 +0x2\npanic({0x1, 0x2})\n\t/usr/local/go/src/runtime/panic.go:770 +0x132\nmain.place(...)\n\t/app/orders.go:12\nmain.main()\n\t/app/main.go:5",
    "place /app/orders.go:12",
  ],
  [
    "Whoops",
    "RuntimeException: no stock in file /app/src/Orders.php on line 12\nStack trace:\n  1. RuntimeException->() /app/src/Orders.php:12\n  2. Shop\\Orders->place() /app/index.php:3",
    "place /app/src/Orders.php:12",
  ],
  [
    "Clojure's head",
    "Execution error (ExceptionInfo) at shop.orders/place (orders.clj:12).\nno stock",
    "place shop/orders.clj:12",
  ],
  [
    "OCaml, raised in its library",
    'Raised at Stdlib.failwith in file "stdlib.ml", line 29, characters 17-33\nCalled from Shop__Orders.place in file "src/orders.ml", line 12, characters 4-10',
    "place src/orders.ml:12",
  ],
  [
    "R",
    'Error in place(1) : no stock\n3: stop("no stock") at orders.R#12\n2: place(1) at main.R#3',
    "place orders.R:12",
  ],
  [
    "rlang",
    "Error in `place()`:\n! no stock\nBacktrace:\n    ▆\n 1. └─global main() at app/main.R:3:3\n 2.   └─global place() at app/orders.R:12:5",
    "place app/orders.R:12",
  ],
  [
    "Nim",
    "Traceback (most recent call last)\n/app/main.nim(3)  main\n/app/orders.nim(12)  place\nError: unhandled exception: no stock [ValueError]",
    "place /app/orders.nim:12",
  ],
  [
    "PowerShell",
    "at place, C:\\app\\orders.ps1: line 12\nat <ScriptBlock>, C:\\app\\main.ps1: line 3",
    "place C:\\app\\orders.ps1:12",
  ],
  [
    "Dart",
    `#0      List.[] (dart:core-patch/growable_array.dart:264:36)
#1      Orders.place (package:shop/orders.dart:12:5)
<asynchronous suspension>
#2      main (file:///app/bin/main.dart:3:3)`,
    "place shop/lib/orders.dart:12",
  ],
  [
    "Dart's package stack_trace",
    "dart:core                     List.first\npackage:shop/orders.dart 12:5  Orders.place\nbin/main.dart 3:3              main",
    "place shop/lib/orders.dart:12",
  ],
  [
    "Perl",
    "no stock at /app/lib/Orders.pm line 12.\n\tShop::Orders::place(1) called at /app/main.pl line 3",
    "place /app/lib/Orders.pm:12",
  ],
  [
    "Lua",
    "lua: orders.lua:12: no stock\nstack traceback:\n\t[C]: in function 'error'\n\torders.lua:12: in function 'place'",
    "- orders.lua:12",
  ],
];

test.each(stacks)("%s", (_form, stack, expected) => {
  expect(findOwnFrame(stack)).toBe(expected);
});
