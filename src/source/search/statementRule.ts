/** The line of the program that holds the statement which a database was sent; an ORM's statements stand nowhere. */

import { getFolder } from "../routes/handlers.ts";
import type { Place } from "../location.ts";
import { getConstant } from "./constants.ts";
import { type SearchContext } from "./searchContext.ts";
import { escapePattern, getCallLine0, opensCall, type TextHit } from "./textSearch.ts";

const statementHead =
  /^\s*(?:(?:with|explain)\b[^]*?)?\b(select|insert\s+into|update|delete\s+from|merge\s+into|call|create\s+table|alter\s+table|drop\s+table|truncate(?:\s+table)?)\b/i;
const before =
  "\\b(?:from|into|update|join|call|truncate|table(?:\\s+if(?:\\s+not)?\\s+exists)?)\\s+[\"'`[]?(?:\\w+[\"'`\\]]?\\.[\"'`[]?)?";
const opensTable = /\b(?:from|into|update|join)\s*$/i;
const table = new RegExp(`${before}(?!(?:if|table)\\b)(\\w+)`, "i");
/** Tools that make a function of each query leave its name in the statement: `-- name: GetBox :one`. */
const queryName = /^\s*--\s*name:\s*([\w-]+)(?:\s+:\w+)?/;
/** The parts that a program fills into a text when it runs. */
const filledIn = /\$?\{[^{}]*\}|#\{[^{}]*\}|%[sv]|\$\w+|["'`]\s*[+.]\s*[\w.$]+(?:\s*[+.]\s*["'`])?/;

/**
 * Whoever wrote the statement wrote its first words in this order; a statement that a mapper made shares verb and table
 * alone with some other statement of the program.
 */
const FIRST_WORDS = 6;
/** A statement that is the same word for word is meant before any that shares more words. */
const SAME = 1_000;

/** A migration changed the tables once: it asks them only where it says the very words. */
const migrations = /\/(?:migrations?|db\/migrate|alembic\/versions|changelogs?)\//i;

/** A statement may have each of its columns in a line of its own, before its table. */
const MAX_COLUMNS = 40;

interface Written {
  readonly hit: TextHit;
  readonly line0: number;
  readonly shared: number;
  readonly isSame: boolean;
}

export async function findStatement(context: SearchContext): Promise<void> {
  const { hints, workspace, folders } = context;
  const sent = hints.statement?.slice(0, 4_000) ?? "";
  const query = queryName.exec(sent);
  if (query?.[1] !== undefined) await findQueryCalls(context, query[1]);
  const statement = sent.slice(query?.[0].length ?? 0).replace(/^(?:\s*--[^\n]*\n)+/, "");
  const verb = statementHead.exec(statement)?.[1];
  const name = table.exec(statement)?.[1];
  if (verb === undefined || name === undefined) return;
  const ordered = statement.toLowerCase().match(/[a-z_]\w+/g) ?? [];
  const words = new Set(ordered);
  const head = ordered.slice(0, FIRST_WORDS).join(" ");
  const whole = normalise(statement);
  // Verb and table may stand in two lines of one text, and so may `from` and the table.
  const lookedFor = { words: name, flags: "i", folders, besides: "statements" } as const;
  const pattern = `${before}${escapePattern(name)}\\b`;
  const begun = `^\\s*(?:\\w+\\.)?${escapePattern(name)}\\b`;
  const hits = [
    ...(await workspace.searchText({ ...lookedFor, pattern })),
    ...(await workspace.searchText({ ...lookedFor, pattern: begun })).filter(hit =>
      opensTable.test(hit.before.at(-1) ?? ""),
    ),
  ];
  const verbWord = new RegExp(`\\b${verb.split(/\s/)[0] ?? ""}\\b`, "i");
  const begins = new RegExp(`(?:^\\s*|["'\`]\\s*)${verbWord.source}`, "i");
  const inService = hits.filter(({ path }) => context.isInService(path));
  if (inService.length === 0) {
    await findFilledIn(context, verb.split(/\s/)[0] ?? "", statement);
    if (context.found.length > 0) return;
  }
  // A library of the workspace may ask for the service.
  const texts = new Map<string, readonly string[]>();
  for (const { path } of hits) {
    texts.set(path, texts.get(path) ?? (await workspace.readLines(path)));
  }
  const ranked = (inService.length > 0 ? inService : hits)
    .flatMap((hit): Written[] => {
      const { path, line0 } = hit;
      const lines = texts.get(path)?.slice(Math.max(0, line0 - MAX_COLUMNS), line0 + 1) ?? [];
      const start = lines.findLastIndex((line, index) =>
        (index < lines.length - 4 ? begins : verbWord).test(line),
      );
      if (start < 0) return [];
      const text = [...lines.slice(start), ...hit.after].join("\n");
      const written = text.toLowerCase().match(/[a-z_]\w+/g);
      const shared = new Set(written?.filter(word => words.has(word))).size;
      const begun = text.slice(text.search(verbWord));
      const isWhole =
        normalise(begun).startsWith(whole) && !/^\w/.test(normalise(begun).slice(whole.length));
      return [
        {
          hit,
          line0: line0 - (lines.length - 1 - start),
          shared: shared + (isWhole ? SAME : 0),
          isSame: written?.join(" ").includes(head) ?? false,
        },
      ];
    })
    .filter(({ isSame, hit }) => isSame || (inService.length > 0 && !migrations.test(hit.path)))
    .sort((a, b) => b.shared - a.shared);
  const [best, second] = ranked;
  const reason = { code: "callSite", call: `${verb.toUpperCase()} ${name}` } as const;
  for (const place of ranked.slice(0, 10)) {
    const isSure =
      inService.length > 0 &&
      place === best &&
      (second === undefined || second.shared < place.shared) &&
      place.isSame;
    const { path } = place.hit;
    const use = await findUse(context, place);
    const { line0: at } = place;
    const lines = texts.get(path) ?? [];
    const before = lines.slice(Math.max(0, at - 3), at);
    const line0 = getCallLine0({ ...place.hit, line0: at, text: lines[at] ?? "", before });
    context.add({ ...(use ?? { path, line0 }), reason, isSure });
    if (use !== undefined) context.add({ path, line0: place.line0, reason, isSure: false });
  }
}

/** Where the service calls the function that a tool made of the query. */
async function findQueryCalls(context: SearchContext, name: string): Promise<void> {
  const inService = await context.searchOwn(name, `\\.${escapePattern(name)}\\(`);
  context.addAll(inService, { code: "callSite", call: name });
}

/** `SELECT name FROM ${table}`: the table's name is filled in when the program runs. */
async function findFilledIn(
  context: SearchContext,
  verb: string,
  statement: string,
): Promise<void> {
  const pattern = `\\b${verb}\\b[^]*${before}["'\`]?${filledIn.source}`;
  const hits = await context.search(verb, pattern, { flags: "i" });
  const whole = normalise(statement);
  const places = hits.filter(({ path, text }) => {
    const begun = text.slice(text.search(new RegExp(`\\b${verb}\\b`, "i")));
    const written = begun
      .replace(new RegExp(filledIn, "g"), "\0")
      .replace(/["'`][^]*|[);,\s]+$/, "");
    return context.isInService(path) && fitsParts(normalise(written).split("\0"), whole);
  });
  const reason = { code: "callSite", call: verb.toUpperCase() } as const;
  context.addAll(places, reason);
}

/** Each part stands behind the one before, with one word between them. Linear, whatever a program writes. */
function fitsParts(parts: readonly string[], whole: string): boolean {
  let end = 0;
  for (const [index, part] of parts.entries()) {
    const isLast = index > 0 && index === parts.length - 1;
    const start =
      index === 0 ? 0 : isLast ? whole.length - part.length : whole.indexOf(part, end + 1);
    const isFilled = index === 0 || (start > end && !/\s/.test(whole.slice(end, start)));
    if (!isFilled || !whole.startsWith(part, start)) return false;
    end = start + part.length;
  }
  return end === whole.length;
}

/** A value is written in the program, and a `?` in what the span tells of it. */
function normalise(statement: string): string {
  return statement
    .replace(/--[^\n]*/g, " ")
    .replace(/["'`]\s*\+?\s*\n\s*["'`]/g, " ")
    .replace(/'(?:[^'\n]|'')*'|\$\d+|[:@]\w+|%\(\w+\)s|%[sd]|\b\d+(?:\.\d+)?\b/g, "?")
    .replace(/\s+/g, " ")
    .replace(/ ?([(),=]) ?/g, "$1")
    .trim()
    .toLowerCase();
}

/** Where the program uses the constant that holds the statement, if it does so once. */
async function findUse(
  context: SearchContext,
  { hit, line0 }: Written,
): Promise<Place | undefined> {
  const { path } = hit;
  const lines = await context.workspace.readLines(hit.path);
  const text = lines[line0] ?? "";
  const above = lines[line0 - 1] ?? "";
  const quote = text.search(/["'`]/);
  // The statement of `const LIST = """` begins in the next line.
  const isBelow = quote < 0 || text.slice(0, quote).trim() === "";
  const declared = isBelow ? above.replace(/["'`]{1,3}\s*$/, "") : text.slice(0, quote);
  const name = getConstant({ ...hit, text: declared, before: [] }, declared.length);
  if (name === undefined || opensCall.test(declared)) return undefined;
  const declared0 = isBelow ? line0 - 1 : line0;
  const word = new RegExp(`(?<![\\w$])${escapePattern(name)}(?![\\w$])`);
  const uses = lines.flatMap((line, index) =>
    index > declared0 && word.test(line) && !/^\s*(?:\/\/|#|\*)/.test(line) ? [index] : [],
  );
  if (uses.length > 0) return uses.length === 1 ? { path, line0: uses[0] ?? 0 } : undefined;
  // A name in small letters means something else outside of the package's folder.
  const hits = await context.search(name, word.source);
  const [only, other] = hits.filter(
    each => each.path !== path && (/^[A-Z]/.test(name) || getFolder(each.path) === getFolder(path)),
  );
  return only === undefined || other !== undefined ? undefined : only;
}
