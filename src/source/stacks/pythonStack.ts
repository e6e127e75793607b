/** Python's tracebacks: its own, groups of exceptions, `rich`, IPython, pytest, faulthandler. Pure data. */

import type { FrameGrammar } from "./stackFrame.ts";

/** Paths of Python and of packages that run the programs of others, as py-spy prints them: from where modules are looked for. */
const installed =
  /^(?:(?:_\w{1,40}|threading|queue|socket|socketserver|ssl|selectors|subprocess|runpy|contextlib|functools|codecs|tempfile|inspect|abc|sched|time|pdb)\.py$|(?:asyncio|concurrent|multiprocessing|http|urllib|json|logging|importlib|encodings|sqlite3|unittest|xml|celery|kombu|billiard|amqp|vine|rq|huey|dramatiq|funboost|redis|pymongo|django|flask|werkzeug|gunicorn|uvicorn|uvloop|starlette|fastapi|requests|urllib3|httpx|httpcore|aiohttp|anyio|trio|tornado|gevent|sqlalchemy|psycopg\w{0,3}|botocore|boto3|grpc|opentelemetry|sentry_sdk|_pytest|pluggy|pytest|click|ray|torch|numpy|pandas)\/)/;

/** The newest frame stands last, and the error that got out behind those that led to it. */
const order = {
  isInnermostLast: (stack: string): boolean =>
    !/most recent call first|^Current thread 0x|^#\d{1,4} Frame 0x/m.test(stack),
  causePattern:
    /^[\s|+>│]{0,60}(?:During handling of the above exception|The above exception was the direct cause)/gm,
} satisfies Partial<FrameGrammar>;

const newestLast: readonly RegExp[] = [
  // File "/app/shop/orders.py", line 12, in place_order
  // Exception groups draw `|` and `+` before it, loguru `>`; pystack has `(Python) `, and gdb `#5 Frame 0x7f, for file …`.
  /^[\s|+>]{0,60}(?:(?:\(Python\) )?File "|#\d{1,4} Frame 0x[0-9a-f]{1,16}, for file )(?<file>[^"\n]{1,1000}?(?<!\.(?:rb|[cm]?[jt]sx?)))"?, line (?<line>\d{1,7})(?:,? in (?<name>[^\n(]{1,300}))?/gm,
  // rich: │ /app/shop/orders.py:12 in place_order        │
  /^[\s│|]{1,60}(?<file>[^\s│|][^\n│|]{0,1000}?\.pyx?):(?<line>\d{1,7}) in (?<name>[^\n│|]{1,300}?)\s{0,300}[│|]?$/gm,
  // IPython: File /app/shop/orders.py:12, in place_order(order)
  /^\s{0,10}File (?<file>[^"\n]{1,1000}\.pyx?):(?<line>\d{1,7})(?:, in (?<name>[\w.<>]{1,300}))?/gm,
  // pytest: shop/orders.py:12: ValueError, and on the way there shop/api.py:3: in post
  /^\s{0,8}(?<file>[^\s:"][^\n:"]{0,1000}\.py):(?<line>\d{1,7}): (?:in (?<name>[\w.<>]{1,300})|[A-Z]\w{1,100}$|\w{1,100}(?:Error|Exception): |$)/gm,
  // IPython before version 8: /app/shop/orders.py in place(order)\n      6     x = 1\n----> 7     return x
  /^(?<file>[^\s"][^\n"]{0,500}\.pyx?) in (?<name>[\w.<>]{1,200})\([^\n]{0,500}\n(?:\s{1,8}\d{1,6}[^\n]{0,300}\n){0,6}-{2,6}> (?<line>\d{1,7}) /gm,
  // Twisted: /app/shop/orders.py:12:place
  /^(?<file>\/[^\n:]{1,500}\.pyx?):(?<line>\d{1,7}):(?<name>[\w.<>]{1,200})$/gm,
  // structlog and Sentry: {"filename": "/app/shop/orders.py", "lineno": 12, "name": "place"}
  /"filename":\s?"(?<file>[^"\n]{1,500}\.pyx?)"(?=[^\n]{0,900}?"(?:function|name)":\s?"(?<name>[^"\n]{1,200})")[^\n]{0,900}?"lineno":\s?(?<line>\d{1,7})/g,
];

export const pythonStack: readonly FrameGrammar[] = [
  ...newestLast.map(pattern => ({ pattern, ...order })),
  {
    // py-spy: place (shop/orders.py:12)
    pattern:
      /^\s{2,20}(?<name>[\w.<>]{1,200}) \((?<file>[^\s():]{1,500}\.pyx?):(?<line>\d{1,7})\)$/gm,
    isLibrary: file => installed.test(file),
  },
];
