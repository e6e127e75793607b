/** The innermost frame of the program, as test runners, debuggers and libraries of errors print it. */

import { expect, test } from "vitest";
import { findOwnFrame, type StackForm } from "./stackForms.ts";

const stacks: readonly StackForm[] = [
  [
    "IPython before version 8",
    `ValueError                                Traceback (most recent call last)
<ipython-input-3-1a2b3c> in <module>
----> 1 place(0)

/app/shop/orders.py in place(order)
      5 def place(order):
      6     x = 1
----> 7     return x / order

ZeroDivisionError: division by zero`,
    "place /app/shop/orders.py:7",
  ],
  [
    "pytest, one line a failure",
    "/app/shop/orders.py:12: ValueError: no stock",
    "- /app/shop/orders.py:12",
  ],
  [
    "Twisted",
    `Traceback (most recent call last):
--- <exception caught here> ---
/venv/lib/python3.12/site-packages/twisted/internet/defer.py:857:_runCallbacks
/app/shop/orders.py:12:place
builtins.ValueError: no stock`,
    "place /app/shop/orders.py:12",
  ],
  [
    "py-spy",
    `Thread 42 (idle): "MainThread"
    place (shop/orders.py:12)
    <module> (main.py:3)`,
    "place shop/orders.py:12",
  ],
  [
    "structlog's frames in JSON",
    `{"exception": [{"exc_type": "ValueError", "frames": [{"filename": "/app/main.py", "lineno": 3, "name": "<module>"}, {"filename": "/app/shop/orders.py", "lineno": 12, "name": "place"}]}]}`,
    "place /app/shop/orders.py:12",
  ],
  [
    "Sentry's frames in JSON",
    `{"frames":[{"filename":"main.py","function":"<module>","lineno":3},{"filename":"shop/orders.py","function":"place","module":"shop.orders","lineno":12}]}`,
    "place shop/orders.py:12",
  ],
  [
    "Application Insights' frames in JSON",
    `{"parsedStack":[{"method":"Shop.Orders.Place","level":0,"line":12,"fileName":"/src/Orders.cs"},{"method":"Shop.Api.Post","level":1,"line":3,"fileName":"/src/Api.cs"}]}`,
    "Place /src/Orders.cs:12",
  ],
  [
    "Vitest",
    ` FAIL  test/orders.test.ts > places
Error: no stock
 ❯ place src/orders.ts:12:9
     11| export function place() {
     12|   throw new Error("no stock");
       |         ^
 ❯ test/orders.test.ts:5:3`,
    "place src/orders.ts:12",
  ],
  [
    "zap's field in JSON",
    String.raw`{"level":"error","msg":"x","stacktrace":"shop/orders.Place\n\t/app/orders/orders.go:12\nmain.main\n\t/app/main.go:5"}`,
    "Place /app/orders/orders.go:12",
  ],
  [
    "a test of Go",
    "--- FAIL: TestPlace (0.00s)\n    orders_test.go:12: got 1, want 2\nFAIL",
    "- orders_test.go:12",
  ],
  [
    "testify",
    "    orders_test.go:12: \n        \tError Trace:\t/app/orders_test.go:12\n        \t            \t\t\t/app/help_test.go:30\n        \tError:      \tNot equal",
    "- /app/orders_test.go:12",
  ],
  [
    "oops",
    "Oops: no stock\n  --- at /app/store.go:31 Take()\n  --- at /app/orders.go:12 Place()",
    "Take /app/store.go:31",
  ],
  [
    "Symfony's log",
    `Uncaught PHP Exception RuntimeException: "no" at Stock.php line 31 {"exception":"[object] (RuntimeException(code: 0): no at /app/src/Stock.php:31)"}`,
    "- /app/src/Stock.php:31",
  ],
  [
    "PHPUnit",
    "RuntimeException: no stock\n\n/app/src/Stock.php:31\n/app/tests/OrdersTest.php:9\n/app/vendor/phpunit/src/TestCase.php:107",
    "- /app/src/Stock.php:31",
  ],
  [
    "RSpec",
    "     RuntimeError:\n       no stock\n     # ./lib/stock.rb:31:in 'Stock#take'\n     # ./spec/orders_spec.rb:5:in 'block (2 levels) in <top (required)>'",
    "take ./lib/stock.rb:31",
  ],
  [
    "Ruby: the root cause",
    `/app/orders.rb:14:in 'Orders#place': not placed (OrderError)
	from /app/main.rb:2:in '<main>'
/app/stock.rb:31:in 'Stock#take': no stock (RuntimeError)
	from /app/orders.rb:12:in 'Orders#place'
	from /app/main.rb:2:in '<main>'`,
    "take /app/stock.rb:31",
  ],
  [
    "error-stack",
    "Error: no stock\n├╴at src/stock.rs:31:9\n│\n╰─▶ placing\n    ╰╴at src/orders.rs:12:5",
    "- src/stock.rs:31",
  ],
  ["miette", "  × no stock\n   ╭─[src/stock.rs:31:9]\n 31 │     bail!()", "- src/stock.rs:31"],
  [
    "Valgrind",
    "==42== Invalid read of size 4\n==42==    at 0x109157: take(int) (stock.cpp:31)\n==42==    by 0x109180: main (main.cpp:3)",
    "take stock.cpp:31",
  ],
  [
    "glibc",
    "shop: /app/src/stock.cpp:31: int shop::Stock::take(int): Assertion `n > 0' failed.",
    "take /app/src/stock.cpp:31",
  ],
  [
    "GoogleTest",
    "/app/test/orders_test.cpp:12: Failure\nExpected equality of these values:\n  place(1)",
    "- /app/test/orders_test.cpp:12",
  ],
  ["PowerShell 7", "Exception: /app/orders.ps1:12\nLine |\n  12 |  throw", "- /app/orders.ps1:12"],
  ["PowerShell with a column", "Exception: /app/orders.ps1:12:5\nLine |", "- /app/orders.ps1:12"],
  [
    "Next.js's head",
    " ⨯ app/page.tsx (14:9) @ Page\n ⨯ Error: no\n    at Page (./app/page.tsx:24:11)",
    "- app/page.tsx:14",
  ],
  [
    "React Native",
    " ERROR  TypeError: no\n\nplace\n    Cart.tsx:22:14\nonPress\n    Cart.tsx:40:9",
    "- Cart.tsx:22",
  ],
  [
    "k6",
    "TypeError: no\n\tat place (file:///app/script.js:12:20(5))\n\tat default (file:///app/script.js:4:9(3))  executor=per-vu scenario=default",
    "place file:///app/script.js:12",
  ],
  [
    "Ruby in the order of Python",
    "Traceback (most recent call last):\n\t1: from main.rb:3:in `<main>'\norders.rb:6:in `charge': no (Declined)\n",
    "charge orders.rb:6",
  ],
  [
    "LeakSanitizer",
    "    #0 0x7f in __interceptor_malloc ../../../../src/libsanitizer/asan/asan_malloc_linux.cpp:69\n    #1 0x55 in shop::take() /app/shop.cpp:11\n",
    "take /app/shop.cpp:11",
  ],
  ["Ruby's list", `["orders.rb:9:in 'charge'", "orders.rb:5:in 'place'"]`, "charge orders.rb:9"],
  [
    "Python in JSON",
    String.raw`{"msg":"no","exc_info":"Traceback (most recent call last):\n  File \"/app/orders.py\", line 12, in place\n    raise E(\"no\")"}`,
    "place /app/orders.py:12",
  ],
  ["Bash", "./deploy.sh: line 12: stock: unbound variable", "- ./deploy.sh:12"],
  [
    "Gradle",
    "* Where:\nBuild file '/app/build.gradle' line: 12\n\n* What went wrong:\nno",
    "- /app/build.gradle:12",
  ],
];

test.each(stacks)("%s", (_form, stack, expected) => {
  expect(findOwnFrame(stack)).toBe(expected);
});
