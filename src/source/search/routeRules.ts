/** The handler of the route that a server's span answered. */

import type { RouteHint } from "../callHints.ts";
import type { SourceLocation } from "../location.ts";
import { findPlace } from "./literalRules.ts";
import { MAX_ALTERNATIVES, type SearchContext } from "./searchContext.ts";
import { escapePattern } from "./textSearch.ts";

/** The end of a route in the service's own folder is worth more than the whole of it in another's: 53 and this, or 100. */
const OWN_FOLDER = 60;

/** A route of which only the end is declared counts 50, and 3 for each word: without a word any route ends so. */
const TAIL_WITH_A_WORD = 53;

export async function findRoute(context: SearchContext): Promise<void> {
  const { hints, workspace } = context;
  const [first] = hints.routes;
  if (first === undefined) return;
  const method = hints.httpMethod !== undefined && { method: hints.httpMethod };
  let found = await workspace.findRoutes({ routes: hints.routes, ...method });
  if (!found.some(({ path, isWhole }) => isWhole && context.isInService(path))) {
    const routes = await withoutBase(context);
    const below = routes.length > 0 ? await workspace.findRoutes({ routes, ...method }) : [];
    const answering = below.filter(({ path }) => context.isInService(path));
    if (answering.length > 0) found = answering;
  }
  if (found.length === 0) {
    context.tried.push({ code: "route", route: first.text });
    await findWrittenRoute(context, first.text);
    if (context.found.length === 0) await findWrittenPrefix(context);
  }
  const ranked = found
    .map(place => ({
      ...place,
      rank: place.score + (context.isInFolders(place.path) ? OWN_FOLDER : 0),
    }))
    .sort((a, b) => b.rank - a.rank);
  const [best, second] = ranked;
  // The end of a route is not what answers it where the whole of it stands in the program.
  const isWritten =
    best?.isWhole === false &&
    !first.isConcrete &&
    (await findWrittenRoute(context, first.text, true));
  for (const place of ranked.slice(0, MAX_ALTERNATIVES)) {
    const isAhead = place === best && (second === undefined || second.rank < place.rank);
    const isSure =
      isAhead &&
      place.isHandler &&
      !isWritten &&
      // Behind one route stand many procedures.
      hints.rpc === undefined &&
      // Every service answers `/`.
      (context.folders.length > 0 || ranked.length === 1 || /\w/.test(first.text)) &&
      (place.isWhole || (ranked.length === 1 && place.score >= TAIL_WITH_A_WORD)) &&
      context.isInService(place.path);
    // Next.js runs another function of the page's file first.
    const metadata = /^generateMetadata\b/.test(hints.spanName)
      ? (await workspace.readSymbols(place.path)).find(({ name }) => name === "generateMetadata")
      : undefined;
    const location: SourceLocation = {
      path: place.path,
      line0: metadata?.line0 ?? place.line0,
      reason: { code: "routeDeclared", route: first.text },
      isSure,
    };
    context.add(location);
  }
}

/** The routes below the path that the service's settings put before all of them: `server.servlet.context-path: /shop`. */
async function withoutBase({
  hints,
  folders,
  workspace,
}: SearchContext): Promise<readonly RouteHint[]> {
  const [, base = ""] = /^\/?([\w.-]+)\//.exec(hints.routes[0]?.text ?? "") ?? [];
  if (base === "" || folders.length === 0) return [];
  const pattern = `(?:context|base|root)-?path["']?\\s*[:=]\\s*["']?/?${escapePattern(base)}/?["']?\\s*$`;
  const query = { words: base, pattern, flags: "i", folders, instead: "settings" } as const;
  if ((await workspace.searchText(query)).length === 0) return [];
  const below = new RegExp(`^/?${escapePattern(base)}(?=/)`);
  return hints.routes.map(route => ({ ...route, text: route.text.replace(below, "") }));
}

/**
 * A framework that nobody knows here: where the template stands in the program, whole or its longest end. Whatever the
 * call is, it has the address and what answers it.
 */
async function findWrittenRoute(
  context: SearchContext,
  route: string,
  isOnlyWhole = false,
): Promise<boolean> {
  const segments = route.split("/").filter(segment => segment !== "");
  for (let start = 0; start < segments.length; start += 1) {
    const tail = segments.slice(start);
    const words = tail.filter(segment => /^[\w.-]{3,}$/.test(segment));
    if (words.length === 0 || (isOnlyWhole && start > 0)) return false;
    const hits = await context.workspace.searchText({
      words: words.join(" "),
      pattern: `["'\`](?:[A-Z]+ )?[/^]${tail.length > 1 ? "?" : ""}${tail.map(escapePattern).join("/")}/?["'\`$]`,
      folders: context.folders,
      // What stands elsewhere asks the service rather than answers for it.
      isOnlyInFolders: isOnlyWhole,
    });
    for (const hit of hits.slice(0, MAX_ALTERNATIVES)) {
      const { path, line0 } = await findPlace(context, hit, true);
      context.add({ path, line0, reason: { code: "textFound", text: route }, isSure: false });
    }
    if (hits.length > 0) return true;
  }
  return false;
}

/** A path with values, of which a router that nobody knows here has the first words: `mount "/boxes"` for /boxes/17. */
async function findWrittenPrefix(context: SearchContext): Promise<void> {
  const { hints, folders } = context;
  const path = hints.routes.find(({ isConcrete }) => isConcrete)?.text ?? "";
  const words = /^(?:\/[a-z][\w.-]*)+(?=\/|$)/i.exec(path)?.[0].split("/").slice(1) ?? [];
  for (; words.length > 0 && folders.length > 0; words.pop()) {
    const written = words.map(escapePattern).join("\\\\?/");
    const hits = await context.search(words.join(" "), `["'\`^]\\\\?/${written}(?:["'\`]|\\\\?/)`, {
      isOnlyInFolders: true,
    });
    const method = new RegExp(`${hints.httpMethod ?? "\\b"}\\b`, "i");
    const ordered = hits.toSorted(
      (a, b) => Number(method.test(b.text)) - Number(method.test(a.text)),
    );
    context.addAll(ordered, { code: "textFound", text: `/${words.join("/")}` }, false);
    if (hits.length > 0) return;
  }
}
