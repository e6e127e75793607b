/** What a task was published with, out of the documents of Funboost and Celery. */

import { expect, test } from "vitest";
import { readTaskMessage } from "../../../src/formats/tasks/taskMessage.ts";

const funboost = {
  queue_name: "orders",
  function: "place",
  params: { id: 7 },
  run_status: "finish",
};
const celery = { status: "SUCCESS", date_done: null, name: "shop.place", args: [7], kwargs: {} };
const read = (document: unknown) => readTaskMessage(JSON.stringify(document));

test("Funboost's parameters and Celery's arguments are read, as values or as JSON in a text", () => {
  expect(read(funboost)).toEqual({
    ...{ kind: "funboost", queue: "orders", task: "place", parameters: { id: 7 } },
  });
  const message = { kind: "celery", queue: "", task: "shop.place", args: [7], kwargs: {} };
  expect(read(celery)).toEqual(message);
  expect(read({ ...celery, args: "[7]", kwargs: "{}", queue: "post" })).toEqual({
    ...message,
    queue: "post",
  });
  const long = { id: { $numberLong: "9007199254740993" } };
  expect(read({ ...funboost, params: long })).toMatchObject({ parameters: long });
});

test.each([
  ["no JSON", "not a document"],
  ["no task", JSON.stringify({ traceId: "1", spans: [] })],
  ["no queue", JSON.stringify({ ...funboost, queue_name: "" })],
  ["no parameters", JSON.stringify({ ...funboost, params: null })],
  ["a date", JSON.stringify({ ...funboost, params: { at: { $date: "2026-01-01T00:00:00Z" } } })],
  ["bytes", JSON.stringify({ ...celery, args: [{ $binary: { base64: "AA==" } }] })],
  ["no name", JSON.stringify({ ...celery, name: null })],
  ["how arguments look", JSON.stringify({ ...celery, args: "(<Order 7>,)", kwargs: "{}" })],
  ["arguments without end", JSON.stringify({ ...celery, args: [nest(300)] })],
])("where there is %s nothing is made up", (_, text) => {
  expect(readTaskMessage(text)).toBeUndefined();
});

function nest(depth: number): unknown {
  let value: unknown = 1;
  for (let at = 0; at < depth; at += 1) value = [value];
  return value;
}
