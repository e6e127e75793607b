import { expect, test } from "vitest";
import { SpanKind } from "../../../src/model/span.ts";
import type { CallingSpan } from "../../../src/source/codeHints.ts";
import { findCaller } from "../../../src/source/findCaller.ts";
import { toDetail } from "../../corpus/judge.ts";
import { createWorkspace } from "./indexFiles.ts";

const files = {
  "/ws/boxes.py": 'import requests\n\n@app.get("/boxes/<id>")\ndef show_box(id):\n    pass\n',
  "/ws/crates.py": '@app.get("/crates")\ndef list_crates():\n    pass\n',
};
const client: CallingSpan = {
  detail: toDetail({ "http.url": "http://elsewhere/labels/17" }),
  span: { name: "GET", service: "shop", queue: "", kind: SpanKind.client },
};
const server = (path: string): CallingSpan => ({
  detail: toDetail({ "http.request.method": "GET", "http.route": path }),
  span: { name: `GET ${path}`, service: "shop", queue: "", kind: SpanKind.server },
});

test("a client's span that tells no place is called from the nearest span that has one", async () => {
  const workspace = await createWorkspace(files);
  const read: string[] = [];
  async function* listCallers(): AsyncGenerator<CallingSpan> {
    for (const caller of [client, server("/boxes/<id>"), server("/crates")]) {
      read.push(caller.span.name);
      yield await Promise.resolve(caller);
    }
  }
  const places = await findCaller(listCallers(), () => workspace);
  expect(places).toEqual([
    {
      path: "/ws/boxes.py",
      line0: 3,
      reason: { code: "calledFromSpan", span: "GET /boxes/<id>" },
      isSure: false,
    },
  ]);
  expect(read).toEqual(["GET", "GET /boxes/<id>"]);
});

test("where no span around has a sure place, nothing is claimed", async () => {
  const workspace = await createWorkspace(files);
  async function* listCallers(): AsyncGenerator<CallingSpan> {
    yield await Promise.resolve(client);
    yield server("/nowhere");
  }
  expect(await findCaller(listCallers(), () => workspace)).toEqual([]);
});
