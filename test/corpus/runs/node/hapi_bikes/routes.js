const { trace } = require("@opentelemetry/api");

const listBikes = () => {
  here();
  return [];
};

function showBike(request) {
  here();
  return trace.getTracer("bikes").startActiveSpan("find bike", span => {
    span.end();
    return request.params.id;
  });
}

module.exports = [
  { method: "GET", path: "/bikes", handler: listBikes },
  { method: "GET", path: "/bikes/{id}", handler: showBike },
  {
    method: "POST",
    path: "/bikes/{id}/rent",
    options: { description: "Rents a bike." },
    handler: async (request, h) => {
      here();
      return h.response({}).code(201);
    },
  },
];
