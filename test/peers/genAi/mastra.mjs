/**
 * Two turns of a chat with a tool by an agent of Mastra, against the server at the address that is given; prints its
 * spans as OTLP. By hand: Mastra's packages are not among this folder's.
 */

import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { createOpenAI } from "@ai-sdk/openai";
import { Mastra } from "@mastra/core";
import { Agent } from "@mastra/core/agent";
import { createTool } from "@mastra/core/tools";
import { OtelExporter } from "@mastra/otel-exporter";
import { z } from "zod";

const bodies = [];
const receiver = createServer(async (request, response) => {
  bodies.push(await json(request));
  response.setHeader("content-type", "application/json").end("{}");
}).listen(0, "127.0.0.1");
await once(receiver, "listening");
const endpoint = `http://127.0.0.1:${receiver.address().port}/v1/traces`;

const openai = createOpenAI({ baseURL: `${process.argv[2]}/v1`, apiKey: "none" });
const getWeather = createTool({
  id: "get_weather",
  description: "The weather of a city",
  inputSchema: z.object({ city: z.string() }),
  execute: () => Promise.resolve({ mm: 3 }),
});
const agent = new Agent({
  ...{ name: "weather-agent", instructions: "Be short.", tools: { get_weather: getWeather } },
  model: openai.chat("gpt-4o-mini"),
});
const exporter = new OtelExporter({ provider: { custom: { endpoint, protocol: "http/json" } } });
const configs = { otel: { serviceName: "weather", exporters: [exporter] } };
const mastra = new Mastra({ agents: { agent }, observability: { configs }, logger: false });
await mastra.getAgent("agent").generateLegacy("Weather in Oslo?", { temperature: 0.2 });
// It sends what has ended every five seconds.
await once(receiver, "request");
await mastra.shutdown();
receiver.close();
process.stdout.write(JSON.stringify({ resourceSpans: bodies.flatMap(each => each.resourceSpans) }));
