/**
 * A statement that a mapper made stands nowhere in the program: the lines that ask for its table do, and the model that
 * the table is of. Which of them ran nobody can tell from the statement, so none is sure.
 *
 *     SELECT … FROM box_labels WHERE owner_id = ?   →   BoxLabel.query.filter_by(owner_id=…), class BoxLabel
 */

import { fold } from "../routes/handlers.ts";
import { getConstant, isMade } from "./constants.ts";
import { MAX_ALTERNATIVES, type SearchContext } from "./searchContext.ts";
import { escapePattern, type TextHit } from "./textSearch.ts";

/** The operations of databases, by how their own words and the mappers' methods for them begin. */
const operations: readonly (readonly [verb: string, is: RegExp, methods: string])[] = [
  [
    "INSERT",
    /^(?:insert|create|save|add)/,
    "create insert save add store persist new bulk upsert push build",
  ],
  ["UPDATE", /^(?:update|upsert|replace|merge|modify)/, "update save set store upsert increment"],
  ["DELETE", /^(?:del|remove|destroy)/, "delete destroy remove truncate"],
  [
    "SELECT",
    /./,
    "find get select query first last all where filter exists count list load fetch paginat take objects read search aggregate scalar order include join prefetch pluck single to",
  ],
];
/** Clients whose members are models: `prisma.box.findMany`, `_context.Boxes.Where`. */
const holders = "(?:prisma(?:\\.client)?|_?db|tx|trx|\\w*[cC]ontext)\\.";
/** The calls of statement builders that take a table's name: `Insert("boxes")`, `knex("boxes")`. */
const builders =
  "(?:[fF]rom|[iI]nto|[tT]able|[iI]nsert|[uU]pdate|[dD]elete|[sS]elect|knex|trx|db|conn|collection|model)";
/** A variable that holds a table is what asks for it. */
const HELD = 4;
const declares =
  /^\s*(?:#|\/\/|\*|(?:export |public |abstract |final )*(?:class|interface|import|from|using|use)\b)|^\s*(?:(?:public|private|protected|internal|static|override|virtual|async|func?|def)\s+){1,6}[^=;]*\)\s*[{:]?\s*$/;

export async function findModel(context: SearchContext): Promise<void> {
  const { hints, workspace } = context;
  const { table, operation } = hints;
  if (table === undefined || operation === undefined) return;
  const [verb, , methods] = operations.find(([, is]) => is.test(operation)) ?? [];
  if (verb === undefined || methods === undefined) return;
  const models = listModels(table);
  const plain = models.map(escapePattern).join("|");
  const small = models.map(name => escapePattern(lowerFirst(name))).join("|");
  const known = `${methods} ${operation.replaceAll(/\W/g, "")}`;
  const op = `(?:${known.replaceAll(/(\w)(\w*) ?/g, (_whole, first: string, rest: string) => `|[${first}${first.toUpperCase()}]${rest}`).slice(1)})\\w*`;
  const then = `(?:\\.|::|->)(?:objects\\.|query\\.)?${op}\\b`;
  const owner = "(?:[rR]epo(?:sitory)?|[mM]odel|Dao|DAO|[sS]tore|[mM]apper)(?:\\(\\))?";
  const pattern = [
    `\\b(?:${plain})(?:s|es)?(?:${owner})?${then}`,
    `\\b(?:${small})(?:s|es)?_?${owner}${then}`,
    `\\b${holders}(?:${small})${then}`,
    // `session.query(Box)`, `db.Find(&Box{})`, `query<Box>()`.
    `\\b${op}[<(][&\\s]*(?:\\w+\\.)?(?:${plain})\\b`,
    // `knex<Box>("boxes")`, `(trx ?? knex)("boxes")`, `db(Tables.boxes)`.
    `\\b${builders}\\w*\\)?(?:<[^<>()]{0,60}>)?\\(\\s*(?:["'\`]${escapePattern(table)}["'\`]|\\w+\\.${escapePattern(table)}\\s*\\))`,
    ...(verb === "INSERT" ? [`(?:\\bnew\\s+|[\\s(=])(?:${plain})\\(`] : []),
  ].join("|");
  const does = new RegExp(`\\b${op}`);
  const literal = new RegExp(`["'\`]${escapePattern(table)}["'\`]`);
  const columns = listColumns(hints.statement ?? "", verb);
  const sites = new Map<string, { readonly hit: TextHit; readonly score: number }>();
  for (const words of listWords(models, table)) {
    for (const hit of await context.search(words, pattern)) {
      if (!context.isInService(hit.path) || declares.test(hit.text)) continue;
      const end = hit.after.findIndex(line => !/^\s*(?:\??\.|->)/.test(line));
      const begun = [hit.text, ...hit.after.slice(0, end < 0 ? undefined : end)].join(" ");
      const said = fold([hit.text, ...hit.after].join(" "));
      const at = hit.text.search(literal);
      const holder = at < 0 ? undefined : getConstant(hit, at);
      for (const use of holder === undefined ? [] : await findUses(context, hit, at, holder, op)) {
        const isSaid = use.text.toLowerCase().includes(`.${operation}`);
        sites.set(`${use.path}:${use.line0}`, { hit: use, score: HELD + Number(isSaid) });
      }
      const score =
        columns.filter(column => said.includes(column)).length +
        // The table's own name is written.
        Number(at >= 0) * 2 +
        Number(does.test(at < 0 ? hit.text : begun)) +
        Number((at < 0 ? hit.text : begun).toLowerCase().includes(`.${operation}(`)) * 4;
      sites.set(`${hit.path}:${hit.line0}`, { hit, score });
    }
  }
  const ordered = [...sites.values()].sort((a, b) => b.score - a.score);
  for (const { hit } of ordered.slice(0, MAX_ALTERNATIVES)) {
    const reason = { code: "callSite", call: `${verb} ${table}` } as const;
    context.add({ path: hit.path, line0: hit.line0, reason, isSure: false });
  }
  for (const name of models) {
    const found = (await workspace.findSymbols(name)).filter(
      ({ kind, path, isTest }) => kind === "class" && isTest !== true && context.isInService(path),
    );
    for (const { path, line0 } of found.slice(0, 3)) {
      context.add({ path, line0, reason: { code: "ownerDeclared", name }, isSure: false });
    }
    if (found.length > 0) return;
  }
}

/** `boxes = db.collection("boxes")`: the lines below that ask what the name holds. */
async function findUses(
  { workspace }: SearchContext,
  declared: TextHit,
  at: number,
  name: string,
  op: string,
): Promise<readonly TextHit[]> {
  if (!isMade(declared.text, name, at)) return [];
  const pattern = `\\b${escapePattern(name)}\\.${op}\\b`;
  const hits = await workspace.searchText({ words: name, pattern, folders: [] });
  return hits.filter(({ path }) => path === declared.path);
}

/** The columns that whoever wrote the call named: those of the condition, or those that are written. */
function listColumns(statement: string, verb: string): readonly string[] {
  const part =
    verb === "INSERT" ? /\(([^()]*)\)/.exec(statement)?.[1] : statement.split(/\bwhere\b/i)[1];
  const names = part?.match(/[a-z_]\w{2,}/gi) ?? [];
  return [...new Set(names.map(name => fold(name.replace(/_id$/, ""))))];
}

/** A file is looked at where it has one of these words, in whatever case. */
function listWords(models: readonly string[], table: string): readonly string[] {
  const forms = models.flatMap(name => [name, `${name}s`, `${name}Repository`]);
  return [...new Set([table, ...forms].map(word => word.toLowerCase()))];
}

/** `shop_box_labels` → `ShopBoxLabel`, and without a word before, as Django puts the application there: `BoxLabel`. */
function listModels(table: string): readonly string[] {
  const words = table.split("_").flatMap(word => word.split(/(?<=[a-z\d])(?=[A-Z])/));
  const names = words.map((_word, start) =>
    [...words.slice(start, -1), toSingular(words.at(-1) ?? "")]
      .map(word => word.charAt(0).toUpperCase() + word.slice(1))
      .join(""),
  );
  return [...new Set(names)].filter(name => name.length > 2).slice(0, 3);
}

function toSingular(word: string): string {
  if (/ies$/i.test(word)) return `${word.slice(0, -3)}y`;
  if (/(?:ss|x|ch|sh)es$/i.test(word)) return word.slice(0, -2);
  return /[^su]s$/i.test(word) ? word.slice(0, -1) : word;
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
