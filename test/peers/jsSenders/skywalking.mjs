/**
 * A tiny program under SkyWalking's agent for Node: a server and a client of HTTP, two segments of one trace. The
 * agent's own ids and names are printed as JSON.
 *
 *     node skywalking.mjs 127.0.0.1:11800
 */

import { once } from "node:events";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const [collector] = process.argv.slice(2);
const { default: agent, ContextManager } = require("skywalking-backend-js");
agent.start({
  serviceName: "sw-front",
  serviceInstance: "inst-1",
  collectorAddress: collector,
  loggingLevel: "error",
});
const http = require("node:http");

const back = http.createServer((_request, response) => {
  response.end("3 items");
});
back.listen(0, "127.0.0.1");
await once(back, "listening");
const front = http.createServer((request, response) => {
  const span = ContextManager.current.newLocalSpan("count items");
  span.start();
  span.tag({ key: "items", val: "3", overridable: true });
  span.stop();
  http
    .request(
      { host: "127.0.0.1", port: back.address().port, path: `/stock${request.url}` },
      answer => {
        answer.resume();
        answer.on("end", () => response.end("done"));
      },
    )
    .end();
});
front.listen(0, "127.0.0.1");
await once(front, "listening");
await new Promise((resolve, reject) => {
  const request = http.request({ host: "127.0.0.1", port: front.address().port, path: "/cart" });
  request.on("response", answer => {
    answer.resume();
    answer.on("end", resolve);
  });
  request.on("error", reject);
  request.end();
});
await agent.flush();
// Flushing asks the buffer to be sent; it is on the wire a moment later.
await new Promise(resolve => setTimeout(resolve, 2_000));
process.stdout.write(
  JSON.stringify({ service: "sw-front", instance: "inst-1", paths: ["/cart", "/stock/cart"] }),
);
process.exit(0);
