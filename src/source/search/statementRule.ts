/** The line of the program that holds the statement which a database was sent; an ORM's statements stand nowhere. */

import type { SearchContext } from "./searchContext.ts";
import { escapePattern } from "./textSearch.ts";

const statementHead =
  /^\s*(?:(?:with|explain)\b[^]*?)?\b(select|insert\s+into|update|delete\s+from|merge\s+into|call)\b/i;
const table = /\b(?:from|into|update|join|call)\s+["'`[]?(?:\w+["'`\]]?\.["'`[]?)?(\w+)/i;

/**
 * Whoever wrote the statement wrote its first words in this order; a statement that a mapper made shares verb and table
 * alone with some other statement of the program.
 */
const FIRST_WORDS = 6;

export async function findStatement(context: SearchContext): Promise<void> {
  const { hints, workspace, folders } = context;
  const statement = hints.statement?.slice(0, 4_000) ?? "";
  const verb = statementHead.exec(statement)?.[1];
  const name = table.exec(statement)?.[1];
  if (verb === undefined || name === undefined) return;
  const ordered = statement.toLowerCase().match(/[a-z_]\w+/g) ?? [];
  const words = new Set(ordered);
  const head = ordered.slice(0, FIRST_WORDS).join(" ");
  // Verb and table may stand in two lines of one text.
  const pattern = `\\b(?:from|into|update|join|call)\\s+["'\`[]?(?:\\w+["'\`\\]]?\\.["'\`[]?)?${escapePattern(name)}\\b`;
  const hits = await workspace.searchText({ words: name, pattern, flags: "i", folders });
  const ranked = hits
    .filter(({ path }) => context.isInService(path))
    .flatMap(hit => {
      const lines = [...hit.before, hit.text];
      const start = lines.findLastIndex(line =>
        new RegExp(`\\b${verb.split(/\s/)[0] ?? ""}\\b`, "i").test(line),
      );
      if (start < 0) return [];
      const written = [...lines.slice(start), ...hit.after]
        .join(" ")
        .toLowerCase()
        .match(/[a-z_]\w+/g);
      const shared = new Set(written?.filter(word => words.has(word))).size;
      const line0 = hit.line0 - (lines.length - 1 - start);
      const isSame = written?.join(" ").includes(head) ?? false;
      return [{ path: hit.path, line0, shared, isSame }];
    })
    .sort((a, b) => b.shared - a.shared);
  const [best, second] = ranked;
  for (const place of ranked.slice(0, 10)) {
    const isSure =
      place === best && (second === undefined || second.shared < place.shared) && place.isSame;
    const { path, line0 } = place;
    context.add({
      path,
      line0,
      reason: { code: "callSite", call: `${verb.toUpperCase()} ${name}` },
      isSure,
    });
  }
}
