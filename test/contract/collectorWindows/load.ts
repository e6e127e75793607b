/** Senders that send what can be counted, again and again until it is acknowledged, as exporters do. */

import { Agent, request } from "node:http";

/** Of one request: it is known by the number that its trace id ends with. */
export interface Batch {
  readonly traceId: string;
  readonly body: string;
}

export function createBatch(number: number, spans: number): Batch {
  const traceId = `c0ffee${number.toString(16).padStart(26, "0")}`;
  const startNs = BigInt(Date.now()) * 1_000_000n;
  const list = Array.from({ length: spans }, (_each, index) => ({
    traceId,
    spanId: toSpanId(number, index),
    ...(index > 0 && { parentSpanId: toSpanId(number, 0) }),
    name: `step ${index}`,
    kind: 1,
    startTimeUnixNano: String(startNs + BigInt(index)),
    endTimeUnixNano: String(startNs + BigInt(index) + 1_000n),
    attributes: [{ key: "batch", value: { intValue: number } }],
  }));
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "load" } }] };
  const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: list }] }] });
  return { traceId, body };
}

function toSpanId(batch: number, index: number): string {
  return (
    batch.toString(16).padStart(9, "0").padStart(10, "1") + index.toString(16).padStart(6, "0")
  );
}

/** The status of the answer; rejects where none came. */
export function post(
  port: number,
  path: string,
  body: string | Uint8Array,
  options: { readonly agent?: Agent; readonly type?: string; readonly timeoutMs?: number } = {},
): Promise<{ readonly status: number; readonly body: string }> {
  const { agent, type = "application/json", timeoutMs = 5_000 } = options;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: "127.0.0.1",
        port,
        path,
        method: "POST",
        agent,
        timeout: timeoutMs,
        headers: { "Content-Type": type, "Content-Length": Buffer.byteLength(body) },
      },
      answer => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("error", reject);
        answer.on("end", () => {
          resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts).toString() });
        });
      },
    );
    sent.on("timeout", () => sent.destroy(new Error("no answer in time")));
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Sends until told to stop; what is not acknowledged is sent again, so some of it comes twice. */
export class Load {
  readonly acknowledged: Batch[] = [];
  resent = 0;
  #isStopped = false;
  readonly #lanes: readonly Promise<void>[];

  constructor(port: number, lanes: number, spans: number, firstNumber: number) {
    let number = firstNumber;
    const agent = new Agent({ keepAlive: true, maxSockets: lanes });
    const lane = async (): Promise<void> => {
      while (!this.#isOver()) {
        const batch = createBatch(number++, spans);
        let isKept = false;
        while (!isKept && !this.#isOver()) {
          isKept = await this.#send(agent, port, batch);
          if (isKept) continue;
          this.resent += 1;
          await new Promise(resolve => setTimeout(resolve, 20));
        }
        if (isKept) this.acknowledged.push(batch);
      }
    };
    this.#lanes = Array.from({ length: lanes }, lane);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#lanes);
  }

  #isOver(): boolean {
    return this.#isStopped;
  }

  async #send(agent: Agent, port: number, { body }: Batch): Promise<boolean> {
    try {
      return (await post(port, "/v1/traces", body, { agent })).status === 200;
    } catch {
      // Nobody listens, or who listened was killed before it answered.
      return false;
    }
  }
}
