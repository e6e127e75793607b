/**
 * Spans sent by `zipkin`, Zipkin's own tracer for JavaScript: a client and a server that share one span id. What was
 * recorded is printed as JSON, from the tracer's own spans.
 *
 *     node zipkinJs.mjs http://localhost:9411/api/v2/spans
 *     node zipkinJs.mjs http://localhost:9411/api/v1/spans v1
 */

import zipkin from "zipkin";
import transport from "zipkin-transport-http";

const { Annotation, BatchRecorder, ExplicitContext, Instrumentation, jsonEncoder, Tracer } = zipkin;
const [endpoint, version = "v2"] = process.argv.slice(2);
const made = [];
const encoder = version === "v1" ? jsonEncoder.JSON_V1 : jsonEncoder.JSON_V2;
const logger = new transport.HttpLogger({
  endpoint,
  httpInterval: 50,
  jsonEncoder: {
    ...encoder,
    encode(span) {
      made.push(JSON.parse(jsonEncoder.JSON_V2.encode(span)));
      return encoder.encode(span);
    },
  },
});
const failures = [];
logger.on("error", error => failures.push(String(error)));
const sent = new Promise(resolve => {
  logger.on("success", resolve);
  logger.on("error", resolve);
});
const tracer = localServiceName =>
  new Tracer({
    ctxImpl: new ExplicitContext(),
    recorder: new BatchRecorder({ logger }),
    localServiceName,
    traceId128Bit: true,
  });
const front = tracer("shop");
const back = tracer("stock");

const serverOf = (of, name, port) => {
  const instrumentation = new Instrumentation.HttpServer({ tracer: of, port });
  return (headers, work) =>
    of.scoped(() => {
      const id = instrumentation.recordRequest("GET", `http://localhost${name}`, key => {
        const value = headers[key];
        return value === undefined ? zipkin.option.None : new zipkin.option.Some(value);
      });
      work(id);
      of.letId(id, () => {
        instrumentation.recordResponse(id, 200);
      });
    });
};
const client = new Instrumentation.HttpClient({ tracer: front, remoteServiceName: "stock" });

serverOf(
  front,
  "/cart",
  8080,
)({}, id => {
  front.letId(id, () => {
    const request = client.recordRequest({ headers: {} }, "http://localhost:9000/stock", "GET");
    const clientId = front.id;
    const headers = Object.fromEntries(Object.entries(request.headers));
    serverOf(
      back,
      "/stock",
      9000,
    )(headers, serverId => {
      back.letId(serverId, () => {
        back.recordMessage("looked up");
        back.recordBinary("item.count", 3);
        back.local("count items", () => undefined);
      });
    });
    client.recordResponse(clientId, "500");
  });
});
void Annotation;
await Promise.race([sent, new Promise(resolve => setTimeout(resolve, 10_000))]);
// The rest of the batch, if it came after the first.
await new Promise(resolve => setTimeout(resolve, 300));
process.stdout.write(JSON.stringify({ spans: made, failures }));
process.exit(0);
