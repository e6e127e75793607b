/**
 * SQL laid out in lines and told apart by what its words are, in the dialect of its database. A file of its own, because
 * the formatter weighs more than the panel's host; it is loaded when the first statement is shown. Knows no VS Code.
 */

import * as sql from "sql-formatter";
import type { SqlToken, SqlTokenKind } from "../../protocol/traceView.ts";

/** `db.system.name` of OpenTelemetry, old and new, and the dialect of the formatter. */
const dialects: Readonly<Record<string, sql.DialectOptions>> = {
  postgresql: sql.postgresql,
  cockroachdb: sql.postgresql,
  "aws.redshift": sql.redshift,
  redshift: sql.redshift,
  mysql: sql.mysql,
  mariadb: sql.mariadb,
  tidb: sql.tidb,
  singlestore: sql.singlestoredb,
  sqlite: sql.sqlite,
  duckdb: sql.duckdb,
  mssql: sql.transactsql,
  "microsoft.sql_server": sql.transactsql,
  oracle: sql.plsql,
  "oracle.db": sql.plsql,
  db2: sql.db2,
  "ibm.db2": sql.db2,
  snowflake: sql.snowflake,
  "gcp.bigquery": sql.bigquery,
  bigquery: sql.bigquery,
  clickhouse: sql.clickhouse,
  trino: sql.trino,
  spark: sql.spark,
  hive: sql.hive,
};

/** The formatter takes 50 ms for so many characters; a longer statement is coloured as it stands. */
const FORMAT_AT_MOST = 50_000;

export function readSql(text: string, system: string): readonly SqlToken[] {
  const dialect = dialects[system.toLowerCase()] ?? sql.sql;
  return colour(text.length > FORMAT_AT_MOST ? text : format(text, dialect), dialect);
}

/** Only white space may differ: a formatter that misreads a statement must not change it. */
function format(text: string, dialect: sql.DialectOptions): string {
  const withoutSpace = (each: string): string => each.replaceAll(/\s+/g, "");
  try {
    const formatted = sql.formatDialect(text, {
      dialect,
      // The placeholders of psycopg are no SQL.
      paramTypes: { custom: [{ regex: String.raw`%\(\w+\)s` }, { regex: "%s" }] },
    });
    return withoutSpace(formatted) === withoutSpace(text) ? formatted : text;
  } catch {
    // No statement of this dialect, or one that was cut: it stays as it is.
    return text;
  }
}

const TOKENS = new RegExp(
  [
    String.raw`(?<comment>--[^\n]*|/\*[^]*?(?:\*/|$))`,
    String.raw`(?<string>'(?:[^']|'')*(?:'|$)|\$\$[^]*?(?:\$\$|$))`,
    '(?<name>"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$))',
    String.raw`(?<parameter>\$\d+|%s|%\(\w+\)s|\?|(?<![:\w]):\w+|@\w+)`,
    String.raw`(?<number>(?<![\w.])\d+(?:\.\d+)?(?:e[+-]?\d+)?\b)`,
    String.raw`(?<word>[\p{L}_][\p{L}\p{N}_]*)`,
  ].join("|"),
  "giu",
);

function colour(text: string, { tokenizerOptions }: sql.DialectOptions): readonly SqlToken[] {
  const words = (lists: readonly (readonly string[])[]): ReadonlySet<string> =>
    new Set(lists.flat().flatMap(each => each.toUpperCase().match(/[A-Z_]+/g) ?? []));
  const { reservedKeywords, reservedDataTypes, reservedFunctionNames } = tokenizerOptions;
  const keywords = words([
    reservedKeywords,
    tokenizerOptions.reservedSelect,
    tokenizerOptions.reservedClauses,
    tokenizerOptions.reservedSetOperations,
    tokenizerOptions.reservedJoins,
  ]);
  const types = words([reservedDataTypes]);
  const functions = words([reservedFunctionNames]);
  const kindOf = (word: string, isCalled: boolean): SqlTokenKind => {
    const upper = word.toUpperCase();
    if (isCalled && functions.has(upper)) return "function";
    if (keywords.has(upper)) return "keyword";
    return types.has(upper) ? "type" : "text";
  };
  const tokens: SqlToken[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKENS)) {
    const [word] = match;
    if (match.index > end) tokens.push(["text", text.slice(end, match.index)]);
    end = match.index + word.length;
    const { groups = {} } = match;
    const kind = (["comment", "string", "name", "parameter", "number"] as const).find(
      each => groups[each] !== undefined,
    );
    // A column may be called as a keyword is.
    const isColumn = text[match.index - 1] === ".";
    tokens.push([kind ?? (isColumn ? "text" : kindOf(word, text[end] === "(")), word]);
  }
  if (end < text.length) tokens.push(["text", text.slice(end)]);
  return tokens;
}
