/** Two turns of a chat with a tool by Vercel's AI SDK, against the server at the address that is given; prints its spans as OTLP. */

import { createOpenAI } from "@ai-sdk/openai";
import { JsonTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { generateText, jsonSchema, stepCountIs, tool } from "ai";

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ "service.name": "weather" }),
  spanProcessors: [new SimpleSpanProcessor(exporter)],
});
provider.register();

const openai = createOpenAI({ baseURL: `${process.argv[2]}/v1`, apiKey: "none" });
await generateText({
  model: openai.chat("gpt-4o-mini"),
  temperature: 0.2,
  system: "Be short.",
  messages: [{ role: "user", content: "Weather in Oslo?" }],
  tools: {
    get_weather: tool({
      description: "The weather of a city",
      inputSchema: jsonSchema({ type: "object", properties: { city: { type: "string" } } }),
      execute: () => ({ mm: 3 }),
    }),
  },
  stopWhen: stepCountIs(2),
  experimental_telemetry: { isEnabled: true, metadata: { sessionId: "support-42" } },
});
const { resourceSpans } = JSON.parse(
  Buffer.from(JsonTraceSerializer.serializeRequest(exporter.getFinishedSpans())).toString(),
);
process.stdout.write(JSON.stringify({ resourceSpans }));
