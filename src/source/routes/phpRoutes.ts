/** Routes of PHP: Laravel, Symfony, Slim and those that look like them. */

import {
  getLiteral,
  getNamed,
  getPositional,
  isInline,
  listLiterals,
  readCall,
} from "./callText.ts";
import { unknownPrefix } from "./routeFacts.ts";
import { readPaths, type RouteReader } from "./routeReader.ts";
import { joinRoute } from "./routeText.ts";

const call =
  /(Route::|->|\$\w+->)\s*(get|post|put|patch|delete|options|any|map|match|resource|apiResource|prefix|group|controller|add|addRoute)\(/g;
/** The options of a group stand before its function. */
const MAX_GROUP_HEAD = 300;
const attribute = /(?:#\[|@)(?:\w+\\)*Route\(/g;
/** `use App\Http\BoxController;`, `use App\Http\BoxController as Boxes;` */
const importLine = /^use[ \t]+([\w\\]+\\(\w+))(?:[ \t]+as[ \t]+(\w+))?[ \t]*;/gm;

export function readPhpRoutes(reader: RouteReader): void {
  const { text } = reader;
  for (const [, module = "", name = "", alias = name] of text.matchAll(importLine)) {
    reader.imports.set(alias, module);
  }
  const namespace = /^namespace[ \t]+([\w\\]+)/m.exec(text)?.[1] ?? "";
  /** The prefix that a class puts before the names of its routes. */
  const names = new Map<string, string>();
  const invoked = [...text.matchAll(/function\s+__invoke\b/g)].map(each =>
    reader.getLine0(each.index),
  );
  for (const match of text.matchAll(attribute)) {
    const args = readCall(text, match.index + match[0].length - 1);
    const written = getNamed(args, "path") ?? getPositional(args)[0];
    const path = written === undefined ? "" : (readPaths(written)[0] ?? "");
    const name = getLiteral(getNamed(args, "name") ?? "");
    const below = reader.findBelow(reader.getLine0(match.index));
    const methods = listLiterals(getNamed(args, "methods") ?? "");
    if (reader.addClassPrefix(match.index, () => path)) {
      if (below === undefined) continue;
      if (name !== undefined) names.set(below.name, name);
      const { line0, endLine0 } = below;
      if (!invoked.some(line => line > line0 && line <= endLine0)) continue;
      for (const method of methods.length === 0 ? [undefined] : methods) {
        reader.addRoute(match.index, { method, path, name, handlers: [`${below.name}.__invoke`] });
      }
      continue;
    }
    const owner = reader.findClass(reader.getLine0(match.index))?.name ?? "";
    for (const method of methods.length === 0 ? [undefined] : methods) {
      const full =
        name === undefined
          ? getSymfonyName(`${namespace}\\${owner}`, below?.name ?? "")
          : `${names.get(owner) ?? ""}${name}`;
      reader.addRoute(match.index, { method, path, name: full, isAnnotation: true });
    }
  }
  // A file that a framework loads under a prefix of its own.
  if (/\/routes\/api\.php$/.test(reader.path)) {
    reader.addFilePrefix(unknownPrefix);
  }
  let group = "";
  for (const match of text.matchAll(call)) {
    // Laravel: a group's namespace stands before the names of its classes.
    if (match[2] === "group") {
      const said = text.slice(match.index, match.index + MAX_GROUP_HEAD);
      group = /["']namespace["']\s*=>\s*["']([^"'\n]*)["']/.exec(said)?.[1] ?? group;
    }
    readRouteCall(reader, match, group);
  }
}

/** Symfony names a route that has no name by its controller: `app_box_show` of `App\Controller\BoxController::show`. */
function getSymfonyName(controller: string, method: string): string {
  return `${controller}_${method}`
    .replaceAll("\\", "_")
    .toLowerCase()
    .replaceAll(/(?:bundle|controller)_/g, "_")
    .replaceAll("__", "_")
    .replace(/action$/, "");
}

function readRouteCall(reader: RouteReader, match: RegExpExecArray, group: string): void {
  const [whole, base = "", verb = ""] = match;
  const { text } = reader;
  const args = readCall(text, match.index + whole.length - 1);
  const [first = "", ...others] = getPositional(args);
  const at = match.index;
  // A file that is loaded under a prefix: Route::prefix("api")->group(base_path("routes/api.php")).
  if (verb === "prefix" || verb === "group") {
    const prefix =
      verb === "prefix"
        ? getLiteral(first)
        : (/["']prefix["']\s*=>\s*["']([^"']*)["']/.exec(first)?.[1] ??
          (getLiteral(first)?.startsWith("/") === true || others.length > 0
            ? getLiteral(first)
            : undefined));
    if (prefix === undefined) return;
    const after = text.slice(args.end, args.end + 400);
    const file =
      /^[^;{]*group\(\s*(?:base_path|app_path|__DIR__\s*\.)?\(?\s*["']([^"'\n]+\.php)["']/.exec(
        after,
      )?.[1];
    if (file !== undefined) reader.addMount(at, { base: "", prefix, target: file });
    else if (
      verb === "group"
        ? others.some(isInline) || /function|fn/.test(first + others.join())
        : /^[^;{]*group\(/.test(after)
    ) {
      reader.addBlock(at, prefix);
    }
    return;
  }
  const path = getLiteral(first);
  if (path === undefined && verb !== "map" && verb !== "match" && verb !== "addRoute") return;
  if (base !== "Route::" && !/^\/|^$/.test(path ?? "/")) return;
  if (others.length === 0) return;
  if (verb === "resource" || verb === "apiResource") {
    const [controller] = listClasses(others[0] ?? "");
    const actions = [
      ["GET", "index", ""],
      ["POST", "store", ""],
      ["GET", "show", "{}"],
      ["PUT", "update", "{}"],
      ["PATCH", "update", "{}"],
      ["DELETE", "destroy", "{}"],
      ["GET", "create", "create"],
      ["GET", "edit", "{}/edit"],
    ] as const;
    for (const [method, action, suffix] of actions) {
      reader.addRoute(at, {
        method,
        path: joinRoute((path ?? "").replaceAll(".", "/{}/"), suffix),
        handlers: [`${controller ?? ""}.${action}`],
      });
    }
    return;
  }
  const isMany = verb === "map" || verb === "match" || verb === "addRoute";
  const methods = isMany ? listLiterals(first) : [verb === "any" ? undefined : verb];
  const handler = isMany ? others[1] : others[0];
  const written = isMany ? (readPaths(others[0] ?? "")[0] ?? "") : (path ?? "");
  for (const method of methods) {
    reader.addRoute(at, {
      method,
      path: written,
      handlers:
        handler === undefined || (isInline(handler) && !/^(?:\[|array\()/.test(handler))
          ? []
          : listTargets(reader, handler, group),
    });
  }
}

/** `[UserController::class, "show"]`, `"UserController@show"`, `UserController::class . ":show"`, `ShowUser::class`. */
function listTargets(reader: RouteReader, handler: string, group: string): readonly string[] {
  const used = /["']uses["']\s*=>\s*(["'][^"'\n]*["'])/.exec(handler)?.[1];
  const literals = listLiterals(used ?? handler);
  // "Auth\\BoxController@show" stands in the namespace of its group.
  const at = /^[\w\\]*@\w+$/.test(literals[0] ?? "") ? literals[0] : undefined;
  if (at !== undefined) {
    return [[group, at].filter(Boolean).join("\\").replaceAll(/\\+|@/g, ".")];
  }
  const [written] = listClasses(handler);
  // A variable is somebody's class, and its registration is not what answers.
  if (written === undefined && literals.length === 0) return [handler];
  const name = written && (reader.imports.get(written)?.replaceAll("\\", ".") ?? written);
  if (name !== undefined) {
    const method = literals[0]?.replace(/^[:@]/, "");
    return [method === undefined || method === "" ? `${name}.__invoke` : `${name}.${method}`, name];
  }
  return literals.slice(0, 1).map(each => each.replace(/.*\\/, "").replace(/[@:]+/, "."));
}

function listClasses(text: string): readonly string[] {
  return [...text.matchAll(/(\w+)::class|["'](?:[\w\\]*\\)?(\w+Controller)["']/g)].map(
    ([, name, quoted = ""]) => name ?? quoted,
  );
}
