/** Spans that real instrumentations wrote of one chat with a tool, by two conventions: what is read of them is the same. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readGenAiCall } from "../../../src/analysis/genAi/readGenAiCall.ts";
import { readTraceFile } from "../../../src/formats/traceFile.ts";

const folder = join(import.meta.dirname, "../../fixtures/genAi");
const asked = { city: "Oslo" };

test.each([
  ["opentelemetry", "OpenTelemetry"],
  ["openinference", "OpenInference"],
])("%s", (file, convention) => {
  const bytes = readFileSync(join(folder, `${file}.otlp.json`));
  const { records } = readTraceFile(bytes, {
    path: `${file}.otlp.json`,
    store: "file",
    nowUnixMs: 0,
  });
  const calls = records
    .toSorted((a, b) => Number((a.span.startUnixNs ?? 0n) - (b.span.startUnixNs ?? 0n)))
    .flatMap(({ detail }) => readGenAiCall(detail) ?? []);
  expect(calls).toHaveLength(2);
  const [first, second] = calls;
  expect(first).toMatchObject({
    convention,
    kind: "model",
    tokens: { input: 52, output: 17 },
    temperature: 0.2,
    finishReasons: ["tool_calls"],
  });
  expect([first?.requestModel, first?.responseModel]).toContain("gpt-4o-mini-2024-07-18");
  const call = { kind: "toolCall", id: "call_1", name: "get_weather", arguments: asked };
  expect(first?.messages.map(({ role, parts }) => [role, parts])).toEqual([
    ["system", [{ kind: "text", text: "Be short." }]],
    ["user", [{ kind: "text", text: "Weather in Oslo?" }]],
    ["assistant", [call]],
  ]);
  expect(second?.messages.slice(2)).toEqual([
    { role: "assistant", parts: [call], isOutput: false },
    {
      role: "tool",
      parts: [{ kind: "toolResult", id: "call_1", result: { mm: 3 } }],
      isOutput: false,
    },
    {
      role: "assistant",
      parts: [{ kind: "text", text: "It rains in Oslo: 3 mm." }],
      isOutput: true,
    },
  ]);
});
