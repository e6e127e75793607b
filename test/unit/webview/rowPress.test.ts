/** A click is for the row that lay under the hand when it pressed, also where a new row has moved the others since. */

import { expect, test, vi } from "vitest";
import { RowPress } from "../../../webview/traces/rowPress.ts";

class Element {
  readonly dataset: Readonly<Record<string, string | undefined>>;
  constructor(key?: string) {
    this.dataset = { key };
  }
}
vi.stubGlobal("HTMLElement", Element);

function at(key: string | undefined, x: number, y: number, detail = 1): MouseEvent {
  const path = [new Element(), new Element(key), new Element()];
  return { composedPath: () => path, clientX: x, clientY: y, detail } as unknown as MouseEvent;
}

test.each<readonly [string, MouseEvent, MouseEvent, string | undefined]>([
  ["the row that is still there", at("b", 10, 30), at("b", 10, 30), "b"],
  ["another row has come under the hand", at("b", 10, 30), at("a", 11, 31), "b"],
  ["the browser has no row to name", at("b", 10, 30), at(undefined, 10, 30), "b"],
  ["the hand slid along its row", at("b", 10, 30), at("b", 90, 30), "b"],
  ["the hand went on to another row", at("b", 10, 30), at("c", 10, 60), undefined],
  ["pressed beside the rows", at(undefined, 10, 300), at("b", 10, 300), undefined],
])("%s", (_, pressed, clicked, key) => {
  const press = new RowPress();
  press.begin(pressed);
  expect(press.take(clicked)).toBe(key);
});

test("a screen reader clicks without a pointer", () => {
  const press = new RowPress();
  press.begin(at("b", 10, 30));
  expect(press.take(at("c", 0, 0, 0))).toBe("c");
});
