/** The line that called the function of a span: found where one line did, and only sure where no other can have. */

import { expect, test } from "vitest";
import { findCallSite } from "../../../src/source/findCallSite.ts";
import { createWorkspace } from "./indexFiles.ts";

const files = {
  "/ws/shop.py": `from bank import charge

def place(order):
    # charge(order) comes later
    check(order)
    return charge(order)

def check(order):
    return order and check(order.parent)

def refund(order):
    charge(-order)
    charge(order.fee)

def nightly():
    sweep()

def sweep():
    settle_books()
`,
  "/ws/bank.py": `def charge(amount):
    with tracer.start_as_current_span("charge"):
        return amount

def settle_books():
    with tracer.start_as_current_span("settle"):
        return fill(1)

def fill(n):
    return n
`,
  "/ws/web.ts": `export function charge(amount: number) {
  return span("charge", () => amount);
}
export async function pay(amounts: number[]) {
  await Promise.all(amounts.map(charge));
  await pool.submit(charge, 1);
}
`,
  "/ws/two.go": `package two

func charge(n int) int { return n }

func Serve() {
	_ = charge(1)
}
`,
};

test.each([
  {
    about: "the call, and not the comment",
    callee: "bank.py:1",
    caller: "shop.py:2",
    is: "shop.py:5",
  },
  {
    about: "the first of two, as a guess",
    callee: "bank.py:1",
    caller: "shop.py:10",
    is: "shop.py:11 ?",
  },
  { about: "the only call of all", callee: "bank.py:5", caller: undefined, is: "shop.py:18" },
  {
    about: "a call in a function between",
    callee: "bank.py:5",
    caller: "shop.py:14",
    is: "shop.py:18",
  },
  { about: "nothing within one function", callee: "bank.py:2", caller: "bank.py:1", is: undefined },
  {
    about: "the only call outside of the function itself",
    callee: "shop.py:7",
    caller: "bank.py:4",
    is: "shop.py:4",
  },
  {
    about: "functions that are handed on",
    callee: "web.ts:1",
    caller: "web.ts:4",
    is: "web.ts:4 ?",
  },
  {
    about: "the own file's function of a name that others have",
    callee: "two.go:2",
    caller: "two.go:4",
    is: "two.go:5",
  },
])("finds $about", async ({ callee, caller, is }) => {
  const workspace = await createWorkspace(files);
  const at = (text: string): { path: string; line0: number } => {
    const [path, line0] = text.split(":");
    return { path: `/ws/${path}`, line0: Number(line0) };
  };
  const found = await findCallSite(
    at(callee),
    caller === undefined ? undefined : at(caller),
    workspace,
  );
  const told = found && `${found.path.slice(4)}:${found.line0}${found.isSure ? "" : " ?"}`;
  expect(told).toBe(is);
});
