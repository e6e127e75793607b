/** What a client's or a producer's span leads to: the line that calls, in the service's folder; never, for sure, the other side. */

import { expect, test } from "vitest";
import { SpanKind } from "../../../src/model/span.ts";
import { getCodeHints } from "../../../src/source/codeHints.ts";
import { resolveSource } from "../../../src/source/resolveSource.ts";
import { createWorkspace } from "./indexFiles.ts";
import { toDetail } from "../../corpus/judge.ts";

const workspace = await createWorkspace({
  "/ws/shop/main.go":
    'package main\n\nfunc place(ctx context.Context) {\n\tclient.Weigh(ctx, box)\n\twriter.Publish("boxes", box)\n}\n',
  "/ws/shop/fetchPrice.ts":
    "export async function fetchPrice(id: number) {\n  return fetch(`${base}/prices/${id}`);\n}\n",
  "/ws/page/menu.ts":
    '// BOX-1 is shown first.\nexport const show = (id: string) => load("/weights/" + id);\n',
  "/ws/shop/weights.js":
    'var host = process.env.SCALES_HOST || "scales"\nfunction ask(id) {\n  request("http://" + host + ":8080/weights/" + id, done);\n}\n',
  "/ws/scales/server.go":
    "package main\n\nfunc (s *scales) Weigh(ctx context.Context, r *pb.Box) (*pb.Kilos, error) {\n\treturn nil, nil\n}\n",
  "/ws/scales/worker.py": '@broker.subscriber("boxes")\ndef pack(box):\n    pass\n',
  "/ws/prices/api.py": '@app.get("/prices/{id}")\ndef price(id):\n    pass\n',
  "/ws/scales/store.py":
    'DELETE = "DELETE FROM crates WHERE id = %s"\n\ndef load(id):\n    return db.fetch("""SELECT id, name\n        FROM crates WHERE id = %s""")\n',
  "/ws/scales/Weigher.java":
    "class Weigher extends Base {\n}\nclass Base {\n  void calibrate() {}\n}\n",
});

async function find(
  name: string,
  service: string,
  kind: SpanKind,
  attributes: Readonly<Record<string, string>>,
): Promise<string[]> {
  const hints = getCodeHints(toDetail(attributes), { name, service, queue: "", kind });
  const { locations } = await resolveSource(hints, workspace);
  return locations.map(
    ({ path, line0, isSure, reason }) =>
      `${reason.code} ${path.slice(4)}:${line0 + 1}${isSure ? "" : "?"}`,
  );
}

test("one address: the service's own line before that of another, whatever value is asked for", async () => {
  const url = { "http.request.method": "GET", "url.full": "http://scales:8080/weights/BOX-1" };
  expect((await find("GET", "shop", SpanKind.client, url))[0]).toBe("callSite shop/weights.js:3");
});

const rpc = { "rpc.system": "grpc", "rpc.service": "pack.Scales", "rpc.method": "Weigh" };

test("one remote method: the caller's line for the client, the handler for the server", async () => {
  expect(await find("pack.Scales/Weigh", "shop", SpanKind.client, rpc)).toEqual([
    "callSite shop/main.go:4",
    "otherSide scales/server.go:3?",
  ]);
  expect((await find("pack.Scales/Weigh", "scales", SpanKind.server, rpc))[0]).toBe(
    "rpcHandler scales/server.go:3",
  );
});

test("one topic: the publishing line for the producer, the handler for the consumer", async () => {
  const topic = { "messaging.system": "kafka", "messaging.destination.name": "boxes" };
  expect((await find("boxes publish", "shop", SpanKind.producer, topic))[0]).toBe(
    "published shop/main.go:5",
  );
  expect((await find("boxes process", "scales", SpanKind.consumer, topic))[0]).toBe(
    "consumed scales/worker.py:2",
  );
});

test("a request leads to the line that holds its address", async () => {
  const attributes = { "http.request.method": "GET", "url.full": "http://prices:80/prices/12" };
  expect((await find("GET", "shop", SpanKind.client, attributes))[0]).toBe(
    "callSite shop/fetchPrice.ts:2",
  );
});

test("what a class inherits is found where it is defined", async () => {
  expect((await find("Weigher.calibrate", "scales", SpanKind.internal, {}))[0]).toBe(
    "ownerDeclared scales/Weigher.java:4",
  );
});

test("a statement leads to the line where it is written", async () => {
  const attributes = {
    "db.system.name": "postgresql",
    "db.query.text": "SELECT id, name FROM crates WHERE id = $1",
  };
  expect((await find("SELECT crates", "scales", SpanKind.client, attributes))[0]).toBe(
    "callSite scales/store.py:4",
  );
});
