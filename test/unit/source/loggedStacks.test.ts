/** The innermost frame of the program, behind the heads of loggers and in the forms of the tools that report errors. */

import { expect, test } from "vitest";
import { findOwnFrame, type StackForm } from "./stackForms.ts";

const stacks: readonly StackForm[] = [
  [
    "Go behind a logger's head",
    `15:08:10 364.658051 T:1587 NOTICE: [shop] panic: nil map
15:08:10 364.662811 T:1587 NOTICE: [shop] goroutine 8 [running]:
15:08:10 364.66281 T:1587 NOTICE: [shop] main.(*Orders).Place(0xd)
15:08:10 364.664001 T:1587 NOTICE: [shop]     /app/orders.go:12 +0x2c8`,
    "Place /app/orders.go:12",
  ],
  [
    "Go, built with -trimpath",
    `goroutine 3 [running]:
panic({0x9c1d40?, 0xc0004b2018?})
\truntime/panic.go:785 +0x132
github.com/gin-gonic/gin.(*Context).Next(0x0)
\tgithub.com/gin-gonic/gin@v1.10.0/context.go:174 +0x4b
example.com/shop/orders.(*Store).Take(0xc0001)
\texample.com/shop/orders/store.go:31 +0x4b`,
    "Take example.com/shop/orders/store.go:31",
  ],
  [
    "Go, as Cockroach sends it",
    `  | runtime.gopanic
  | \tGOROOT/src/runtime/panic.go:884
  | example.com/shop/orders.(*Store).Take
  | \texample.com/shop/orders/store.go:31`,
    "Take example.com/shop/orders/store.go:31",
  ],
  [
    "Python in Celery's log, behind docker compose",
    `worker-1  | [2026-05-04 08:00:01,012: WARNING/ForkPoolWorker-6] Traceback (most recent call last):
worker-1  | [2026-05-04 08:00:01,013: WARNING/ForkPoolWorker-6]   File "/usr/lib/python3.12/site-packages/celery/app/trace.py", line 453, in trace_task
worker-1  |     R = retval = fun(*args, **kwargs)
worker-1  | [2026-05-04 08:00:01,013: WARNING/ForkPoolWorker-6]   File "/app/shop/tasks.py", line 31, in charge
worker-1  |     raise ValueError("no")`,
    "charge /app/shop/tasks.py:31",
  ],
  [
    "Java in a pod",
    `2026-05-04T08:00:01.123456789Z stderr F java.lang.IllegalStateException: no stock
2026-05-04T08:00:01.123456789Z stderr F \tat org.springframework.aop.A.b(A.java:1)
2026-05-04T08:00:01.123456789Z stderr F \tat com.shop.Stock.take(Stock.java:12)`,
    "take com/shop/Stock.java:12",
  ],
  [
    "Android's log",
    `05-04 08:00:01.123  6126  6126 E AndroidRuntime: java.lang.RuntimeException: no activity
05-04 08:00:01.123  6126  6126 E AndroidRuntime: \tat android.app.ActivityThread.main(ActivityThread.java:3449)
05-04 08:00:01.123  6126  6126 E AndroidRuntime: Caused by: java.lang.NullPointerException
05-04 08:00:01.123  6126  6126 E AndroidRuntime: \tat com.shop.CartActivity.onCreate(CartActivity.kt:31)`,
    "onCreate com/shop/CartActivity.kt:31",
  ],
  [
    "Java: the cause of a suppressed error",
    `java.lang.IllegalStateException: no stock
\tat com.shop.Stock.take(Stock.java:12)
\tSuppressed: java.io.IOException: closing
\t\tat com.shop.Stock.close(Stock.java:40)
\tCaused by: java.io.EOFException
\t\tat com.shop.Wire.flush(Wire.java:7)`,
    "take com/shop/Stock.java:12",
  ],
  [
    "several programs at once",
    `[api] Error: no stock
[api]     at place (/app/src/orders.ts:12:5)
[api]     at async main (/app/src/main.ts:3:3)`,
    "place /app/src/orders.ts:12",
  ],
  [
    "Turborepo",
    `shop:dev: Error: no stock
shop:dev:     at place (/app/src/orders.ts:12:5)
shop:dev:     at async main (/app/src/main.ts:3:3)`,
    "place /app/src/orders.ts:12",
  ],
  [
    "webpack's own functions, and a console's blanks",
    `TypeError: x is not a function${" ".repeat(60)}
    at __webpack_require__ (.next/server/webpack-runtime.js:33:42)
    at place (C:\\app\\src\\orders.js:12:5)${" ".repeat(60)}`,
    "place C:\\app\\src\\orders.js:12",
  ],
  [
    "a stack in JSON in JSON",
    String.raw`{\"stack\":\"TypeError: x\\n    at place (webpack-internal:///(rsc)/./src/app/page.tsx:12:5)\\n    at stringify (<anonymous>)\\n\"}`,
    "place ./src/app/page.tsx:12",
  ],
  [
    "Rollbar's Ruby",
    `NoMethodError: undefined method \`price' for nil
  File "/app/app/models/order.rb", line 12, in block in place
  File "/app/app/workers/pack.rb", line 9, in perform`,
    "place /app/app/models/order.rb:12",
  ],
  [
    "Airbrake's Ruby",
    `[PROJECT_ROOT]/app/models/order.rb:12:in place
[GEM_ROOT]/gems/activejob-8.0/lib/execution.rb:6:in perform`,
    "place app/models/order.rb:12",
  ],
  [
    "Elixir with its arguments",
    `** (FunctionClauseError) no function clause matching in Shop.Orders.place/1
    lib/shop/orders.ex:12: Shop.Orders.place(%{items: [${"%{sku: 1}, ".repeat(200)}]})
    (stdlib 5.2) gen_server.erl:1143: :gen_server.try_terminate/3`,
    "place lib/shop/orders.ex:12",
  ],
  [
    "Elixir in Erlang's report",
    `** {function_clause,
       [{'Elixir.Shop.Orders',place,
            [<<"A1">>,<<>>],
            [{file,"lib/shop/orders.ex"},{line,12}]},
        {gen_server,try_handle_call,4,
            [{file,"gen_server.erl"},{line,607}]}]}`,
    "place lib/shop/orders.ex:12",
  ],
  [
    "AppSignal's Elixir",
    "lib/shop/orders.ex:12:in `place/1'\ngen_server.erl:616:in `try_dispatch/4'",
    "place lib/shop/orders.ex:12",
  ],
  [
    "Collision",
    `  Error

  at app/Services/Stock.php:31
     27▕     public function take()
  ➜  31▕         $this->gone();

  1   app/Console/Commands/Pack.php:12
      App\\Services\\Stock::take()`,
    "take app/Services/Stock.php:31",
  ],
  [
    "Collision before version 3",
    `  1   Illuminate\\Routing\\Route::run()
      D:\\work shop\\vendor\\laravel\\framework\\src\\Router.php:167

  2   App\\Pack::run(Object(Illuminate\\Routing\\Route))
      D:\\work shop\\app\\Main.php:9`,
    "- D:\\work shop\\app\\Main.php:9",
  ],
  [
    "Laravel's answer in JSON",
    `{
    "exception": "RuntimeException",
    "file": "/srv/app/Services/Stock.php",
    "line": 31,
    "trace": [
        {
            "file": "/srv/app/Http/Orders.php",
            "line": 53,
            "function": "take"
        }`,
    "take /srv/app/Services/Stock.php:31",
  ],
  [
    "Mono",
    "  at Shop.Orders.Place (System.Int32 id) [0x00011] in /app/Orders.cs:12 \n  at Shop.Main.Run () [0x00011] in <b7cbd9ee>:0",
    "Place /app/Orders.cs:12",
  ],
  [
    "Unity",
    "UnityEngine.Events.UnityEvent.Invoke () (at /b/UnityEvent.cs:58)\nShop.Orders.Place (System.Int32 id) (at Assets/Orders.cs:12)",
    "Place Assets/Orders.cs:12",
  ],
  [
    "Rust on Windows",
    `   9: tokio::runtime::task::core::poll<x>
             at C:\\Users\\me\\.cargo\\registry\\src\\index\\tokio-1.38.1\\src\\core.rs:317
  10: shop::orders::place::async_fn$0
             at C:\\app\\src\\orders.rs:12`,
    "place C:\\app\\src\\orders.rs:12",
  ],
  [
    "a sanitizer behind a server's log",
    `[2026-05-04 08:00:01.405][ERROR][1][a7][0]     #1 0x5645e2208229 in place(std::string) src/orders.cpp:12, r0=1093
[2026-05-04 08:00:01.405][ERROR][1][a7][0]     #2 0x5645e2379712 in main src/main.cpp:3, r0=1093`,
    "place src/orders.cpp:12",
  ],
  [
    "App Center's .NET",
    "Shop.Orders.Place(Object sender) in C:\\app\\Orders.xaml.cs:line 12;Shop.Orders\n\nMS.Win32.HwndSubclass.Run(Object o);MS.Win32",
    "Place C:\\app\\Orders.xaml.cs:12",
  ],
  [
    "pytest, indented",
    "      def test_place():\n  >       assert 0\n  E       assert 0\n\n  tests/test_orders.py:12: AssertionError",
    "- tests/test_orders.py:12",
  ],
  [
    "Flutter in Android's log",
    `E/flutter ( 5068): [ERROR:flutter/ui_dart_state.cc(148)] Unhandled Exception: no stock
E/flutter ( 5068): #0      Object.noSuchMethod (dart:core-patch/object_patch.dart:51:5)
E/flutter ( 5068): #1      Orders.place (package:shop/orders.dart:12:5)`,
    "place shop/lib/orders.dart:12",
  ],
];

test.each(stacks)("%s", (_form, stack, expected) => {
  expect(findOwnFrame(stack)).toBe(expected);
});
