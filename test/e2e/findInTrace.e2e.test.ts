/** Find in the timeline by keyboard alone: type, go on to the rows, step, and leave. */

import { afterAll, beforeAll, expect, test } from "vitest";
import type { Session } from "./driver/session.ts";
import { readRecordedOrder } from "./support/recordedOrder.ts";
import { openShop } from "./support/shopSession.ts";
import { TracePanel } from "./support/tracePanel.ts";

const order = readRecordedOrder();
const root = order.tasks.find(task => task.id === order.rootTaskId)!;
/** A function that several tasks of the order ran. */
const repeated = order.tasks.find(
  task => order.tasks.filter(each => each.function === task.function).length > 2,
)!;

let session: Session;

beforeAll(async () => {
  session = await openShop({ width: 1600, height: 1350 });
});

afterAll(async () => {
  await session.close();
});

test("what is typed is found, and n and N step through it once the rows have the keyboard", async () => {
  const { workbench } = session;
  const { keyboard } = workbench.page;
  await workbench.runCommand("Traceside: Open Sample Trace");
  const panel = await TracePanel.find(workbench, root.function);
  await panel.press("Home");
  await keyboard.type(repeated.function);
  const isMatch = ({ name }: { readonly name: string }): boolean => name === repeated.function;
  const first = await panel.waitForSelectedRow(repeated.function, isMatch);

  const selectedTop = async (): Promise<number> =>
    (await panel.readRows()).findIndex(row => row.isSelected);
  const firstTop = await selectedTop();
  await keyboard.press("ArrowDown");
  await keyboard.press("n");
  await panel.waitForSelectedRow(
    "the next match",
    row => isMatch(row) && row.label !== first.label,
  );
  expect(await selectedTop()).toBeGreaterThan(firstTop);
  await keyboard.press("Shift+N");
  await panel.waitForSelectedRow("the first match again", row => row.label === first.label);
  await keyboard.press("Escape");
  await keyboard.press("ArrowUp");
  await panel.waitForSelectedRow("the row above", row => row.label !== first.label);
});
