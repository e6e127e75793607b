const Hapi = require("@hapi/hapi");
const { trace } = require("@opentelemetry/api");
const routes = require("./routes");

async function main() {
  const server = Hapi.server({ port: 0, host: "127.0.0.1" });
  server.route({
    method: "GET",
    path: "/health",
    handler: () => {
      here();
      return "ok";
    },
  });
  server.route(routes);
  await server.start();
  ask(server.info.port, ["GET /health", "GET /bikes", "GET /bikes/7", "POST /bikes/7/rent"]);
}

main();
