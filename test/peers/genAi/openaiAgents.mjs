/**
 * Two turns of a chat with a tool by an agent of OpenAI's SDK, against the server at the address that is given; prints
 * what its own exporter sends.
 */

import {
  Agent,
  run,
  tool,
  setTraceProcessors,
  BatchTraceProcessor,
  OpenAIChatCompletionsModel,
  setTracingDisabled,
} from "@openai/agents";
import OpenAI from "openai";
import { z } from "zod";

setTracingDisabled(false);
const items = [];
const processor = new BatchTraceProcessor({
  async export(list) {
    for (const each of list) items.push(each.toJSON() ?? []);
  },
});
setTraceProcessors([processor]);
const model = new OpenAIChatCompletionsModel(
  new OpenAI({ baseURL: `${process.argv[2]}/v1`, apiKey: "none" }),
  "gpt-4o-mini",
);
const getWeather = tool({
  name: "get_weather",
  description: "The weather of a city",
  parameters: z.object({ city: z.string() }),
  execute: async () => '{"mm": 3}',
});
const agent = new Agent({
  name: "weather-agent",
  instructions: "Be short.",
  model,
  modelSettings: { temperature: 0.2 },
  tools: [getWeather],
});
await run(agent, "Weather in Oslo?");
await processor.forceFlush();
await processor.shutdown();
process.stdout.write(JSON.stringify({ data: items.flat() }));
