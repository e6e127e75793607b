// An agent refunds: its tool's schema says euros, the function wants cents, and refuses what is not whole.
import { setTimeout as pause } from "node:timers/promises";
import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";

const tracer = trace.getTracer("desk");

function toCents(amount) {
  if (!Number.isInteger(amount)) throw new RangeError(`amount must be whole cents: ${amount}`); // fault
  return amount;
}

const tools = {
  async refund_order({ order, amount }) {
    return { order, refunded: toCents(amount) };
  },
};

async function callTool(id, name, input) {
  const attributes = {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": name,
    "gen_ai.tool.call.id": id,
    "gen_ai.tool.call.arguments": JSON.stringify(input),
  };
  return tracer.startActiveSpan(`execute_tool ${name}`, { attributes }, async span => {
    try {
      return await tools[name](input);
    } catch (error) {
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      return { error: error.message };
    } finally {
      span.end();
    }
  });
}

async function askModel(finish) {
  const attributes = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-5-mini",
    "gen_ai.usage.input_tokens": 412,
    "gen_ai.usage.output_tokens": 31,
    "gen_ai.response.finish_reasons": [finish],
  };
  await tracer.startActiveSpan(
    "chat gpt-5-mini",
    { kind: SpanKind.CLIENT, attributes },
    async span => {
      await pause(25);
      span.end();
    },
  );
}

export async function main() {
  await tracer.startActiveSpan(
    "invoke_agent desk",
    { attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "desk" } },
    async span => {
      for (const amount of [19.9, 19.95, "19.90"]) {
        await askModel("tool_calls");
        await callTool(`call_${amount}`, "refund_order", { order: 17, amount });
      }
      await askModel("stop");
      span.end();
    },
  );
}
