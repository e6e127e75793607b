/** A span → the function that it is a run of, where that is certain. */

import { expect, test } from "vitest";
import { SpanKind } from "../../../src/model/span.ts";
import { findRunPlace } from "../../../src/source/runPlace.ts";
import { record } from "../local/records.ts";
import { createWorkspace } from "./indexFiles.ts";

const workspace = await createWorkspace({
  "/ws/shop/api.py": `from fastapi import FastAPI

@app.post("/orders/{id}")
@limited
async def place(id):
    with tracer.start_as_current_span("reserve stock"):
        check(id)
    return requests.get("http://stock/items")


@tracer.start_as_current_span("check order")
def check(id):
    def inner(x):
        return x
    return inner(id)
`,
  "/ws/shop/tasks.py": `@boost("mail_q")
def send_mail(user):
    raise KeyError(user)
`,
  "/ws/shop/other.py": "def twice():\n    pass\n",
  "/ws/shop/again.py": "def twice():\n    pass\n",
});

interface Span {
  readonly name?: string;
  readonly kind?: SpanKind;
  readonly queue?: string;
  readonly attributes?: Readonly<Record<string, string | number>>;
  readonly function?: string;
}

async function find({ name = "", kind, queue = "", attributes = {}, ...span }: Span) {
  const { detail } = record(
    { spanId: "1" },
    {
      attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })),
      ...(span.function !== undefined && {
        task: { taskId: "t", function: span.function, queue, state: "" },
        error: {
          message: "'x'",
          stack: 'Traceback\n  File "/app/shop/tasks.py", line 3, in send_mail\n    x\nKeyError',
        },
      }),
    },
  );
  const facts = { name, service: "", queue, ...(kind !== undefined && { kind }) };
  const place = await findRunPlace(detail, facts, workspace);
  if (place === undefined) return "none";
  return `${place.function}:${place.line0 + 1}-${place.endLine0 + 1}${place.isOwn ? "" : " inside"}`;
}

const http = { "http.request.method": "POST", "http.route": "/orders/{id}" };
const code = (name: string, line: number) => ({
  ...{ "code.file.path": "/app/shop/api.py", "code.function.name": name },
  "code.line.number": line,
});

test.each<[string, Span, string]>([
  [
    "a server's route",
    { name: "POST /orders/{id}", kind: SpanKind.server, attributes: http },
    "place:5-8",
  ],
  [
    "a part of the same request",
    { name: "POST /orders/{id} http send", kind: SpanKind.internal, attributes: http },
    "none",
  ],
  [
    "a span begun in a function",
    { name: "reserve stock", kind: SpanKind.internal },
    "place:5-8 inside",
  ],
  ["a span that decorates", { name: "check order", kind: SpanKind.internal }, "check:12-15"],
  ["the line of the function", { name: "x", attributes: code("check", 12) }, "check:12-15"],
  ["a line within the function", { name: "x", attributes: code("place", 7) }, "place:5-8 inside"],
  ["the innermost function", { name: "x", attributes: code("inner", 14) }, "inner:13-14 inside"],
  [
    "a call that the function makes",
    { name: "GET", kind: SpanKind.client, attributes: code("place", 8) },
    "place:5-8 inside",
  ],
  [
    "a task, though it failed",
    { name: "send_mail", kind: SpanKind.consumer, queue: "mail_q", function: "send_mail" },
    "send_mail:2-3",
  ],
  ["a name that two functions have", { name: "twice", kind: SpanKind.internal }, "none"],
  ["a name that none has", { name: "thrice", kind: SpanKind.internal }, "none"],
])("%s", async (_, span, expected) => {
  expect(await find(span)).toBe(expected);
});
