/** The test at a line, and how its runner is told of it. */

import { expect, test } from "vitest";
import { findTestAtLine, type TestRunner } from "../../../src/source/testAtLine.ts";
import { listTestTitles } from "../../../src/source/testTitles.ts";

function find(path: string, text: string, at: string, runner: TestRunner) {
  const line0 = text.split("\n").findIndex(line => line.includes(at));
  expect(line0, at).toBeGreaterThanOrEqual(0);
  return findTestAtLine({ path, text }, line0, runner)?.args.join(" ");
}

const python = `
import pytest

def helper():
    return 1

@pytest.mark.parametrize("n", [1])
def test_total(n):
    assert n == 1

class TestDiscount:
    async def test_none(self):
        assert helper() == 2
`;

test("of pytest, by its node id", () => {
  expect(find("a/test_prices.py", python, "assert n", "pytest")).toBe(
    "a/test_prices.py::test_total",
  );
  expect(find("a/test_prices.py", python, "parametrize", "pytest")).toBe(
    "a/test_prices.py::test_total",
  );
  expect(find("a/test_prices.py", python, "helper() == 2", "pytest")).toBe(
    "a/test_prices.py::TestDiscount::test_none",
  );
  expect(find("a/test_prices.py", python, "import pytest", "pytest")).toBeUndefined();
});

const go = `package shop

func TestTotal(t *testing.T) {
	t.Run("none", func(t *testing.T) {})
}
`;

test("of Go, by its name alone", () => {
  expect(find("prices_test.go", go, "t.Run", "go")).toBe("-run ^TestTotal$ .");
});

const java = `package shop;

class PricesTest {
  @Test
  void addsPrices() {
    check();
  }

  int helper() {
    return 1;

  }
}
`;

test("of JUnit, by class and method", () => {
  const path = "src/test/java/shop/PricesTest.java";
  expect(find(path, java, "check()", "maven")).toBe("-q test -Dtest=PricesTest#addsPrices");
  expect(find(path, java, "check()", "gradle")).toBe("test --tests PricesTest.addsPrices");
  expect(find(path, java, "return 1", "maven")).toBeUndefined();
});

const script = `
describe("a discount", () => {
  it.each([1])('of (%i) is "nothing"', async () => {
    expect(1).toBe(1);
  });
  // it("is no test") {}
  test("costs \\"more\\"", () => {});
});
`;

test("of JavaScript's runners, by its title", () => {
  const titles = listTestTitles(script);
  expect(titles).toEqual([
    { title: 'of (%i) is "nothing"', line0: 2 },
    { title: 'costs "more"', line0: 6 },
  ]);
  expect(find("a.test.mjs", script, "expect(1)", "vitest")).toBe("run a.test.mjs -t of \\(");
  expect(find("a.test.mjs", script, "costs", "mocha")).toBe('a.test.mjs --grep costs "more"');
  expect(find("a.test.mjs", script, "costs", "playwright")).toBe("test a.test.mjs:7");
});
