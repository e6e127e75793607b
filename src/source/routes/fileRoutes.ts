/** Files that are routes by their place: Next.js, Nuxt, SvelteKit, Remix, Astro. */

import type { SymbolFact } from "../fileFacts.ts";
import type { RouteFact } from "./routeFacts.ts";

const extension = /\.(?:[cm]?[jt]sx?|vue|svelte|astro|mdx?)$/;
const verbs = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

export function readFileRoutes(
  path: string,
  text: string,
  symbols: readonly SymbolFact[],
): readonly RouteFact[] {
  if (!extension.test(path)) return [];
  const route = getFileRoute(path);
  if (route === undefined) return [];
  const findLine = (pattern: RegExp): number | undefined => {
    const match = pattern.exec(text);
    return match === null ? undefined : text.slice(0, match.index).split("\n").length - 1;
  };
  const find = (name: string): number | undefined =>
    symbols.find(symbol => symbol.name === name && symbol.owner === "")?.line0 ??
    findLine(
      new RegExp(`^export\\s+(?:async\\s+)?(?:const|let|function\\*?)\\s+${name}\\b`, "m"),
    ) ??
    // `export { GET } from "@/boxes/route"`, `export const { GET, POST } = handlers`.
    (verbs.includes(name)
      ? findLine(new RegExp(`^export\\s+(?:const\\s*)?\\{[^{}]*\\b${name}\\b[^{}]*\\}`, "m"))
      : undefined);
  const add = (line0: number, method?: string): RouteFact => ({
    ...(method !== undefined && { method }),
    path: route.path,
    line0,
    base: "",
    scope: "",
    handlers: [],
    handlerLine0: line0,
    isFile: true,
  });
  const byVerb = verbs.flatMap(verb => {
    const line0 = find(verb);
    return line0 === undefined ? [] : [add(line0, verb)];
  });
  if (byVerb.length > 0) return byVerb;
  const loader = ["loader", "load", "getServerSideProps"]
    .map(find)
    .find(line0 => line0 !== undefined);
  const action = ["action", "actions"].map(find).find(line0 => line0 !== undefined);
  const named = /export\s+default\s+(?:[\w$.]+\()?([A-Za-z_$][\w$]*)\)?\s*;?\s*$/m.exec(text)?.[1];
  const main =
    (named === undefined || named === "async" ? undefined : find(named)) ??
    findLine(/^[ \t]*export\s+default\b|^module\.exports\s*=/m) ??
    (named === undefined ? undefined : find(named));
  // A folder of that name is no router's: its files have something to show, or to answer.
  const isScript = /\.[cm]?[jt]sx?$/.test(path);
  if (isScript && main === undefined && (loader ?? action) === undefined) return [];
  return [
    add(
      loader !== undefined &&
        (route.isLoadedFirst === true || (route.isPage && !text.includes("export default")))
        ? loader
        : (main ?? 0),
      route.method,
    ),
    ...(action === undefined ? [] : [add(action, "POST")]),
  ];
}

interface FileRoute {
  readonly path: string;
  readonly isPage: boolean;
  readonly method?: string;
  /** The request runs the loader; what is drawn of its data comes after. */
  readonly isLoadedFirst?: boolean;
}

function getFileRoute(path: string): FileRoute | undefined {
  const plain = path.replace(extension, "");
  const pages = /(?:^|\/)(?:src\/)?pages\/(.*)$/.exec(plain)?.[1];
  if (pages !== undefined) {
    if (/(?:^|\/)_(?:app|document|error|middleware)$/.test(pages)) return undefined;
    return {
      path: toRoute(pages.replace(/(?:^|\/)index$/, "")),
      isPage: !pages.startsWith("api/"),
    };
  }
  const app = /(?:^|\/)app\/(?:(.*)\/)?(route|page)$/.exec(plain);
  if (app !== null) return { path: toRoute(app[1] ?? ""), isPage: app[2] === "page" };
  const kit = /(?:^|\/)src\/routes\/(?:(.*)\/)?\+(?:server|page(?:\.server)?)$/.exec(plain);
  if (kit !== null) return { path: toRoute(kit[1] ?? ""), isPage: true };
  const nuxt = /(?:^|\/)server\/(api|routes)\/(.*)$/.exec(plain);
  if (nuxt?.[2] !== undefined) {
    const method = /\.(get|post|put|patch|delete)$/.exec(nuxt[2])?.[1]?.toUpperCase();
    const name = nuxt[2]
      .replace(/\.(?:get|post|put|patch|delete)$/, "")
      .replace(/(?:^|\/)index$/, "");
    const route = toRoute(nuxt[1] === "api" ? `api/${name}` : name);
    return { path: route, isPage: false, ...(method !== undefined && { method }) };
  }
  const remix = /(?:^|\/)app\/routes\/(.*)$/.exec(plain)?.[1];
  if (remix !== undefined) {
    const flat = remix.replace(/\/(?:route|index)$/, "").replace(/(?:^|[./])_index$/, "");
    // `sitemap[.]xml` escapes what would be a slash.
    const segments = flat.split(/(?<!\[)\.|\//).filter(segment => !segment.startsWith("_"));
    const written = segments.map(segment => segment.replace(/_$/, "").replaceAll("[.]", "."));
    return { path: toRoute(written.join("/")), isPage: true, isLoadedFirst: true };
  }
  return undefined;
}

/** Groups `(shop)` and slots `@modal` are no part of the address. */
function toRoute(folders: string): string {
  const segments = folders
    .split("/")
    .filter(segment => segment !== "" && !/^\(.*\)$|^@/.test(segment))
    .map(segment => segment.replace(/^\((?:\.+)\)+/, ""));
  return `/${segments.join("/")}`;
}
