/** Spans that libraries make by themselves: whatever of the program looks like them is a question, never an answer. */

import { expect, test } from "vitest";
import { SpanKind } from "../../../src/model/span.ts";
import { getCodeHints } from "../../../src/source/codeHints.ts";
import { resolveSource } from "../../../src/source/resolveSource.ts";
import { createWorkspace } from "./indexFiles.ts";
import { toDetail } from "../../corpus/judge.ts";

const files = {
  "/ws/shop/app.py":
    '@app.route("/")\ndef root(): ...\n\n\ndef connect(): ...\n\n\ndef query(): ...\n\n\nclass User(db.Model):\n    def name(self): ...\n\n\ndef count():\n    return db.execute("SELECT \'users\' AS kind, count(0) AS value FROM users")\n',
  "/ws/shop/queues.py": 'QUEUES = {"queue": consume("default")}\n',
  "/ws/shop/Auth.php": "<?php\nclass Auth {\n  public function check($request) {}\n}\n",
  "/ws/shop/pages/index.js": 'import "./home";\n',
  "/ws/other/app.py": '@app.route("/")\ndef root(): ...\n',
};
const { internal, server, client, consumer } = SpanKind;
const rows: readonly (readonly [string, SpanKind, Readonly<Record<string, string>>])[] = [
  ["query", internal, { "graphql.operation.type": "query" }],
  ["connect", internal, {}],
  ["connect", client, { "db.system": "redis" }],
  ["middleware - query", internal, { "express.type": "middleware", "http.route": "/" }],
  ["SELECT users", client, { "db.statement": "select u.id, u.name from users u where u.id = ?" }],
  ["User.find_by_sql", internal, {}],
  [
    "grpc.health.v1.Health/Check",
    server,
    { "rpc.system": "grpc", "rpc.service": "grpc.health.v1.Health", "rpc.method": "Check" },
  ],
  ["default process", consumer, { "messaging.destination.name": "default" }],
  ["GET /", server, { "http.method": "GET", "http.route": "/" }],
  ["GET", client, { "http.method": "GET", "http.url": "https://api.example.com/users" }],
];

/** Instrumentations that name a file of their own, installed outside, in the workspace, or copied into it. */
const library = "def execute(statement):\n    pass\n";
const libraries = [
  "/usr/lib/python3/site-packages/driver/cursor.py",
  "/ws/.venv/lib/python3.13/site-packages/driver/cursor.py",
  "/ws/shop/node_modules/driver/cursor.js",
  "/ws/vendor/driver/cursor.php",
  "/app/third_party/driver/cursor.py",
];

test.each(libraries)("a span whose file is %s", async file => {
  const local = file.replace("/app/", "/ws/");
  const isInside = /vendor|third_party/.test(file);
  const workspace = await createWorkspace(
    { ...files, ...(isInside && { [local]: library }) },
    isInside ? [] : [file],
  );
  const attributes = { "code.file.path": file, "code.line.number": "1" };
  const span = { name: "execute", service: "", queue: "", kind: internal };
  const { locations } = await resolveSource(getCodeHints(toDetail(attributes), span), workspace);
  expect(locations).toMatchObject([{ path: local, isSure: false }]);
});

test("a span whose file lies in a workspace below such a folder is the program's", async () => {
  const workspace = await createWorkspace(files);
  const attributes = { "code.file.path": "/srv/vendor/ws/shop/app.py", "code.line.number": "2" };
  const span = { name: "root", service: "", queue: "", kind: internal };
  const { locations } = await resolveSource(getCodeHints(toDetail(attributes), span), workspace);
  expect(locations[0]).toMatchObject({ path: "/ws/shop/app.py", isSure: true });
});

test.each(rows)("%s", async (name, kind, attributes) => {
  const hints = getCodeHints(toDetail(attributes), { name, service: "", queue: "", kind });
  const { locations } = await resolveSource(hints, await createWorkspace(files));
  expect(locations.filter(({ isSure }) => isSure)).toEqual([]);
});
