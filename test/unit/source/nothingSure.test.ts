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

test.each(rows)("%s", async (name, kind, attributes) => {
  const hints = getCodeHints(toDetail(attributes), { name, service: "", queue: "", kind });
  const { locations } = await resolveSource(hints, await createWorkspace(files));
  expect(locations.filter(({ isSure }) => isSure)).toEqual([]);
});
