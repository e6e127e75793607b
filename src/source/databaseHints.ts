/** The facts that a span gives of what it asked a database. Pure. */

import type { AttributeReader } from "./attributeReader.ts";

export interface DatabaseHints {
  readonly isDatabase: boolean;
  /** The text that a database was sent. */
  readonly statement?: string;
  /** The operation in small letters: `select`, `findone`. */
  readonly operation?: string;
  /** The table or collection: `boxes` of `INSERT INTO "shop"."boxes"`. */
  readonly table?: string;
}

/** Verb and table stand at the beginning of a statement, behind its columns at most. */
const MAX_HEAD = 4_000;

export function getDatabase(attributes: AttributeReader, spanName: string): DatabaseHints {
  // Prisma tells model and method in attributes of its own.
  const prisma = spanName.startsWith("prisma:") ? attributes : undefined;
  const statement = attributes.text("db.query.text", "db.statement");
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
    table: bare === "" ? undefined : bare,
  };
}
