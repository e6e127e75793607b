/** The facts that a span gives of what it asked a database. Pure. */

import type { AttributeReader } from "./attributeReader.ts";

export interface DatabaseHints {
  readonly isDatabase: boolean;
  /** The text that a database was sent. */
  readonly statement?: string;
  /** The operation in small letters: `select`, `findone`. */
  readonly operation?: string;
  /** A store's command in small letters, where stores have no statements: `setex` of Redis, `search` of Elasticsearch. */
  readonly command?: string;
  /** The table or collection: `boxes` of `INSERT INTO "shop"."boxes"`. */
  readonly table?: string;
}

const stores = /^(?:redis|valkey|memcached|elasticsearch|opensearch)/i;

/** Verb and table stand at the beginning of a statement, behind its columns at most. */
const MAX_HEAD = 4_000;

export function getDatabase(attributes: AttributeReader, spanName: string): DatabaseHints {
  // Prisma tells model and method in attributes of its own.
  const prisma = spanName.startsWith("prisma:") ? attributes : undefined;
  // Entity Framework sets options of the connection before what it asks.
  const statement = attributes
    .text("db.query.text", "db.statement")
    ?.replace(/^\s*(?:SET\s[^;]{1,80};\s*){1,4}(?=\S)/i, "");
  const parts =
    /^\s*(?:with\b[^]*?\b(?=select|insert|update|delete))?(select)\b[^]*?\bfrom\s+([\w."`[\]]+)|^\s*(insert|delete|update|merge)\s+(?:into\s+|from\s+|only\s+)?([\w."`[\]]+)/i.exec(
      statement?.slice(0, MAX_HEAD) ?? "",
    );
  // Mappers of Node name both: `mongoose.Box.findOne`.
  const named = /^(?:\w+\.)?([A-Z]\w+)\.([a-z]\w+)$/.exec(spanName);
  const operation =
    parts?.[1] ??
    parts?.[3] ??
    attributes.text("db.operation.name", "db.operation") ??
    prisma?.text("method") ??
    named?.[2];
  const table =
    parts?.[2] ??
    parts?.[4] ??
    attributes.text("db.sql.table", "db.collection.name", "db.mongodb.collection") ??
    prisma?.text("model") ??
    named?.[1];
  const bare = table
    ?.replace(/["`[\]]/g, "")
    .split(".")
    .at(-1);
  return {
    isDatabase:
      prisma !== undefined ||
      attributes.has("db.system", "db.system.name", "db.statement", "db.query.text"),
    statement,
    operation: operation?.toLowerCase(),
    command: getCommand(attributes, spanName, statement),
    table: bare === "" ? undefined : bare,
  };
}

/** `SETEX cart:17 3600`, `redis-GET`, `redis.hset`, `Elasticsearch/boxes/_search`. */
function getCommand(
  attributes: AttributeReader,
  spanName: string,
  statement: string | undefined,
): string | undefined {
  if (!stores.test(attributes.text("db.system", "db.system.name") ?? "")) return undefined;
  const operation = attributes.text("db.operation.name", "db.operation") ?? spanName;
  const command =
    /^(?:\w+[-. ])?(\w+)$/.exec(operation) ??
    /\/_(\w+)$/.exec(operation) ??
    /^(\w+)/.exec(statement ?? "");
  return command?.[1]?.toLowerCase();
}
