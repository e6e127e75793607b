/** The line of the program that holds the statement which a database was sent; an ORM's statements stand nowhere. */

import { getConstant } from "./constants.ts";
import { MAX_ALTERNATIVES, type SearchContext } from "./searchContext.ts";
import { escapePattern, getCallLine0, opensCall, type TextHit } from "./textSearch.ts";

const statementHead =
  /^\s*(?:(?:with|explain)\b[^]*?)?\b(select|insert\s+into|update|delete\s+from|merge\s+into|call|create\s+table|alter\s+table|drop\s+table|truncate(?:\s+table)?)\b/i;
const before =
  "\\b(?:from|into|update|join|call|truncate|table(?:\\s+if(?:\\s+not)?\\s+exists)?)\\s+[\"'`[]?(?:\\w+[\"'`\\]]?\\.[\"'`[]?)?";
const table = new RegExp(`${before}(?!(?:if|table)\\b)(\\w+)`, "i");
/** The parts that a program fills into a text when it runs. */
const filledIn = /\$?\{[^{}]*\}|#\{[^{}]*\}|%[sv]|\$\w+|["'`]\s*[+.]\s*[\w.$]+(?:\s*[+.]\s*["'`])?/;

/**
 * Whoever wrote the statement wrote its first words in this order; a statement that a mapper made shares verb and table
 * alone with some other statement of the program.
 */
const FIRST_WORDS = 6;
/** A statement that is the same word for word is meant before any that shares more words. */
const SAME = 1_000;

interface Written {
  readonly hit: TextHit;
  readonly line0: number;
  readonly shared: number;
  readonly isSame: boolean;
}

export async function findStatement(context: SearchContext): Promise<void> {
  const { hints, workspace, folders } = context;
  const statement = hints.statement?.slice(0, 4_000) ?? "";
  const verb = statementHead.exec(statement)?.[1];
  const name = table.exec(statement)?.[1];
  if (verb === undefined || name === undefined) return;
  const ordered = statement.toLowerCase().match(/[a-z_]\w+/g) ?? [];
  const words = new Set(ordered);
  const head = ordered.slice(0, FIRST_WORDS).join(" ");
  const whole = normalise(statement);
  // Verb and table may stand in two lines of one text.
  const pattern = `${before}${escapePattern(name)}\\b`;
  const hits = await workspace.searchText({ words: name, pattern, flags: "i", folders });
  const verbWord = new RegExp(`\\b${verb.split(/\s/)[0] ?? ""}\\b`, "i");
  const own = hits.filter(({ path }) => context.isInService(path));
  if (own.length === 0) {
    await findFilledIn(context, verb.split(/\s/)[0] ?? "", statement);
    return;
  }
  const ranked = own
    .flatMap((hit): Written[] => {
      const lines = [...hit.before, hit.text];
      const start = lines.findLastIndex(line => verbWord.test(line));
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
          line0: hit.line0 - (lines.length - 1 - start),
          shared: shared + (isWhole ? SAME : 0),
          isSame: written?.join(" ").includes(head) ?? false,
        },
      ];
    })
    .sort((a, b) => b.shared - a.shared);
  const [best, second] = ranked;
  const reason = { code: "callSite", call: `${verb.toUpperCase()} ${name}` } as const;
  for (const place of ranked.slice(0, 10)) {
    const isSure =
      place === best && (second === undefined || second.shared < place.shared) && place.isSame;
    const { path } = place.hit;
    const use = await findUse(context, place);
    context.add({ path, line0: use ?? getCallLine0(place.hit, place.line0), reason, isSure });
    if (use !== undefined) context.add({ path, line0: place.line0, reason, isSure: false });
  }
}

/** `SELECT name FROM ${table}`: the table's name is filled in when the program runs. */
async function findFilledIn(
  context: SearchContext,
  verb: string,
  statement: string,
): Promise<void> {
  const { workspace, folders } = context;
  const pattern = `\\b${verb}\\b[^]*${before}["'\`]?${filledIn.source}`;
  const hits = await workspace.searchText({ words: verb, pattern, flags: "i", folders });
  const whole = normalise(statement);
  const places = hits.filter(({ path, text }) => {
    const begun = text.slice(text.search(new RegExp(`\\b${verb}\\b`, "i")));
    const written = begun
      .replace(new RegExp(filledIn, "g"), "\0")
      .replace(/["'`][^]*|[);,\s]+$/, "");
    return context.isInService(path) && fitsParts(normalise(written).split("\0"), whole);
  });
  const reason = { code: "callSite", call: verb.toUpperCase() } as const;
  for (const { path, line0 } of places.slice(0, MAX_ALTERNATIVES)) {
    context.add({ path, line0, reason, isSure: places.length === 1 });
  }
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
    .replace(/'(?:[^'\n]|'')*'|\$\d+|[:@]\w+|%\(\w+\)s|%[sd]|\b\d+(?:\.\d+)?\b/g, "?")
    .replace(/["'`]\s*\+?\s*\n\s*["'`]/g, " ")
    .replace(/\s+/g, " ")
    .replace(/ ?([(),=]) ?/g, "$1")
    .trim()
    .toLowerCase();
}

/** Where the file uses the constant that holds the statement, if it does so once. */
async function findUse(
  { workspace }: SearchContext,
  { hit, line0 }: Written,
): Promise<number | undefined> {
  const lines = await workspace.readLines(hit.path);
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
  return uses.length === 1 ? uses[0] : undefined;
}
