/** The line at which a breakpoint stops in a function, and the conditions that a span gives. */

import { expect, test } from "vitest";
import {
  findBodyLine0,
  listKnownParameters,
  toCondition,
  toLogMessage,
} from "../../../src/source/breakpointPlace.ts";

/** `▶` marks the line where a debugger stops. */
test.each([
  [
    "Python",
    'def pay(order_id,\n        card):\n    """Takes\n    money."""\n\n    # Now.\n▶    charge(card)\n',
  ],
  ["Python, one line of words", 'def pay(card):\n    "Takes money."\n▶    charge(card)\n', 1],
  ["a type after the head", "async def pay(card: str) -> dict[str, int]:\n▶    return {}\n"],
  ["JavaScript", "async function pay(card) {\n  // Now.\n▶  charge(card);\n}\n"],
  ["Java", "void pay(String card)\n        throws Gone {\n▶    charge(card);\n}\n"],
  ["C#", "void Pay(string card)\n{\n▶    Charge(card);\n}\n"],
  ["Go", "func (s *Shop) Pay(card string) error {\n▶\treturn nil\n}\n"],
])("%s", (_, marked, line?) => {
  const lines = marked.replace("▶", "").split("\n");
  const expected = line ?? marked.split("\n").findIndex(text => text.startsWith("▶"));
  expect(findBodyLine0(lines, { line0: 0, endLine0: lines.length - 2 }, 0)).toBe(expected);
});

test("a line within the function stays", () => {
  expect(findBodyLine0(["def a():", "  b()", "  c()"], { line0: 0, endLine0: 2 }, 2)).toBe(2);
});

const lines = ["def pay(order_id: int, card='x', *, isGift=False):", "    amount = 1"];
const span = {
  parameters: { order_id: 1042, amount: 3, items: ["cup"] },
  attributes: [
    { key: "order.id", value: 7 },
    { key: "card", value: 'visa "gold"' },
    { key: "is_gift", value: true },
    { key: "order", value: "none" },
  ],
};

test("parameters of the head that the span tells, each once", () => {
  expect(listKnownParameters(lines, { line0: 0 }, span)).toEqual([
    { name: "order_id", value: 1042 },
    { name: "card", value: 'visa "gold"' },
    { name: "isGift", value: true },
  ]);
  expect(listKnownParameters(lines, { line0: 0 }, { attributes: [] })).toEqual([]);
});

test("what Celery was passed by place has the names of the head", () => {
  const lines = ["def send(self, letter_id, to='a, b', *, copies=1):", "    pass"];
  const list = (parameters: object) =>
    listKnownParameters(lines, { line0: 0 }, { parameters, attributes: [] } as never).map(
      ({ name, value }) => `${name}=${String(value)}`,
    );
  const kwargs = { copies: 2, other: 3 };
  expect(list({ args: [7, "ann"], kwargs })).toEqual(["letter_id=7", "to=ann", "copies=2"]);
  expect(list({ args: [], kwargs: {} })).toEqual([]);
  // A function may have parameters of these names.
  expect(list({ args: [7], kwargs, to: "ann" })).toEqual(["to=ann"]);
});

test.each([
  ["/ws/a.py", { name: "order_id", value: 7 }, "order_id == 7"],
  ["/ws/a.py", { name: "gift", value: true }, "gift == True"],
  ["/ws/a.ts", { name: "card", value: 'a"b' }, 'card === "a\\"b"'],
  ["/ws/A.java", { name: "card", value: "x" }, '"x".equals(card)'],
  ["/ws/a.go", { name: "id", value: 7 }, "id == 7"],
  ["/ws/a.php", { name: "id", value: 7 }, "$id == 7"],
  ["/ws/a.txt", { name: "id", value: 7 }, undefined],
])("in %s: %j", (path, parameter, expected) => {
  expect(toCondition(path, parameter)).toBe(expected);
});

test("a logpoint prints what the parameters are then", () => {
  expect(toLogMessage("pay", [{ name: "order_id", value: 1 }])).toBe("pay order_id={order_id}");
});
