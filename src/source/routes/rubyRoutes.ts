/** Routes of Ruby and Elixir, which write calls without parentheses: Rails, Sinatra, Grape, Hanami; Phoenix. */

import type { RouteReader } from "./routeReader.ts";
import { joinRoute } from "./routeText.ts";

const verbLine =
  /^[ \t]*(?:[\w.]+\.)?(get|post|put|patch|delete|match|root|live)\b[ (]\s*(?::?(["'])([^"'\n]*)\2|:(\w+)|(?=to:|["']))([^\n]*)/gm;
const blockLine =
  /^[ \t]*(scope|namespace|path|resource|pipe_through|concern|collection|member)\b[ (]\s*(?::(\w+)|(["'])([^"'\n]*)\3|(?=module:|path:))?([^\n]*)/gm;
const resourceLine =
  /^[ \t]*(resources?)\b[ (]\s*((?::\w+\s*,\s*)*(?::(\w+)|"([^"\n]+)"|'([^'\n]+)'))([^\n]*)/gm;
/** `collection { get :top }` */
const inBlock = /\b(get|post|put|patch|delete)\s+[:"'](\w+)/g;
const grapeBlock =
  /^[ \t]*(resources?|group|segment|route_param)\b[ (]\s*[:"']\/?([\w/:-]+)[^\n]*\bdo\b/gm;
const grapeVerb = /^[ \t]*(get|post|put|patch|delete)[ \t]+do\b/gm;
const grapeMount = /^[ \t]*mount[ (]+(?:::)?([A-Z][\w:]*)(?:[ \t]*=>[ \t]*["']([^"'\n]*))?/gm;
/** `prefix "api"`, `version "v1", using: :path`. */
const grapePrefix = /^[ \t]*(?:(prefix)|version)[ (]+([^\n]*)/gm;
const verbs = {
  index: "GET",
  new: "GET",
  create: "POST",
  show: "GET",
  edit: "GET",
  update: "PUT",
  destroy: "DELETE",
  delete: "DELETE",
} as const;

/** Blocks of routes nest so deep at most. */
const MAX_DEPTH = 12;
/** `:only => [:index]` says what `only: [:index]` says. */
const rocket = /:(\w+)(\s*)=>/g;

export function readRubyRoutes(reader: RouteReader): void {
  // Offsets stay what they are in the file.
  const text = reader.text
    .replace(rocket, "$1:$2  ")
    .replace(/,[ \t]*\r?\n/g, end => ",".padEnd(end.length));
  const isRouter =
    /routes\.draw|Router|Sinatra|sinatra|Grape|Hanami|Roda|scope|^\s*(?:get|post) ["'][^"']*["'].*do\s*$/m.test(
      text,
    );
  if (!isRouter) return;
  const findOuter = createFindOuter(reader);
  const isGrape = text.includes("Grape::API");
  if (isGrape) readGrape(reader);
  for (const match of text.matchAll(blockLine)) {
    const [, name, symbol, , literal, more = ""] = match;
    if (name === "collection" || name === "member") {
      const isMember = name === "member";
      if (!more.includes("{")) {
        if (!isMember) reader.addBlock(match.index, "..");
        continue;
      }
      for (const [, method, action = ""] of more.matchAll(inBlock)) {
        const path = isMember ? action : `../${action}`;
        const at = match.index + match[0].search(/\S/);
        reader.addRoute(at, { method, path, handlers: listActions(findOuter, at, action) });
      }
      continue;
    }
    if (name === "resource" || name === "pipe_through" || name === "concern") continue;
    const path = /\bpath:\s*nil\b/.test(more)
      ? ""
      : (/\bpath:\s*["':]([^"',\s)]*)/.exec(more)?.[1] ?? literal ?? symbol ?? "");
    if (/\bdo\b/.test(more)) reader.addBlock(match.index, path);
  }
  for (const match of isGrape ? [] : text.matchAll(resourceLine)) {
    readResource(reader, match, findOuter);
  }
  for (const match of text.matchAll(verbLine)) {
    const [, verb = "", , literal, symbol, more = ""] = match;
    const path = verb === "root" ? "/" : (literal ?? symbol ?? "");
    const target =
      /(?:to:|=>)\s*["']([\w/]+#\w+)["']/.exec(more)?.[1] ??
      (verb === "root" ? /["']([\w/]+#\w+)["']/.exec(match[0])?.[1] : undefined);
    const phoenix = /^\s*,\s*([A-Z][\w.]*)(?:\s*,\s*:(\w+))?/.exec(more);
    const isInline = /\bdo\b/.test(more);
    if (target === undefined && phoenix === null && !isInline && !/^\/?[\w:/]+$/.test(path)) {
      continue;
    }
    const implied = /^\/?(\w+)\/(\w+)$/.exec(path);
    const handlers =
      target !== undefined
        ? [addModules(findOuter, match.index, target)]
        : phoenix?.[1] !== undefined
          ? listPhoenix(
              findOuter,
              match.index,
              phoenix[1],
              verb === "live" ? undefined : phoenix[2],
            )
          : implied !== null && !isInline
            ? [addModules(findOuter, match.index, `${implied[1]}#${implied[2]}`)]
            : listActions(findOuter, match.index, /\baction:\s*[:"'](\w+)/.exec(more)?.[1] ?? path);
    const via = /via:\s*\[?\s*:(\w+)/.exec(more)?.[1];
    const method = verb === "match" ? via : verb === "root" || verb === "live" ? "GET" : verb;
    const start = match.index + match[0].search(/\S/);
    const isOfCollection = /\bon:\s*:collection/.test(more);
    for (const prefix of listLoopPrefixes(findOuter, match.index)) {
      const below = prefix === "" ? path : joinRoute(prefix, path);
      reader.addRoute(start, { method, path: isOfCollection ? `../${below}` : below, handlers });
    }
  }
}

/** `for prefix <- ["/", "/shops/:shop"] do scope prefix do`, `%w[v1 v2].each do |version| namespace version do`. */
function listLoopPrefixes(findOuter: FindOuter, index: number): readonly string[] {
  const variable = findOuter(index, /^\s*(?:scope|namespace)\b[ (]\s*([a-z_]\w*)\b(?!:)/).at(-1);
  if (variable === undefined) return [""];
  const loop = new RegExp(
    `^\\s*(?:for ${variable} <- |%[wi](?=\\[))?\\[([^\\]]*)\\](?= do\\b|\\.each do \\|${variable}\\|)`,
  );
  const list = findOuter(index, loop).at(-1);
  return list?.match(/[^\s"',:][^\s"',]*/g) ?? [""];
}

/** An API is a class: its verbs may stand without a path in blocks of any name, and it mounts others. */
function readGrape(reader: RouteReader): void {
  const { text } = reader;
  for (const { 1: kind, 2: name = "" } of text.matchAll(grapePrefix)) {
    if (kind !== undefined || /using: :path/.test(name)) {
      reader.addFilePrefix(/\w+/.exec(name)?.[0] ?? "");
    }
  }
  for (const { index, 1: kind = "", 2: name = "" } of text.matchAll(grapeBlock)) {
    reader.addBlock(index, kind === "route_param" ? "{}" : name);
  }
  for (const { index, 1: method, 0: line } of text.matchAll(grapeVerb)) {
    reader.addRoute(index + line.search(/\S/), { method, path: "" });
  }
  for (const { index, 1: target = "", 2: prefix = "" } of text.matchAll(grapeMount)) {
    reader.addMount(index, { base: "", prefix, target });
  }
}

/** Modules of Phoenix stand in those of the scopes around them; a live view begins with its `mount`. */
function listPhoenix(
  findOuter: FindOuter,
  index: number,
  module: string,
  action: string | undefined,
): readonly string[] {
  const scopes = findOuter(index, /^\s*scope\b[^#]*?[ ,](?:alias: )?([A-Z][\w.]*)/);
  const full = [...scopes, module].join(".");
  return action === undefined
    ? [`${full}.mount`, `${full}.handle_params`, full]
    : [`${full}.${action}`];
}

/** Answers with the first group of each line around an offset that fits, outermost first. */
type FindOuter = (index: number, pattern: RegExp) => readonly string[];

/** Reads once which line stands around which: the last one above it that is indented less. */
function createFindOuter(reader: RouteReader): FindOuter {
  const lines = reader.text.split("\n");
  const parents = new Int32Array(lines.length).fill(-1);
  const around: { readonly indent: number; readonly line0: number }[] = [];
  for (const [line0, line] of lines.entries()) {
    const indent = line.search(/\S/);
    if (indent < 0) continue;
    while ((around.at(-1)?.indent ?? -1) >= indent) around.pop();
    parents[line0] = around.at(-1)?.line0 ?? -1;
    around.push({ indent, line0 });
  }
  return (index, pattern) => {
    const found: string[] = [];
    let line0 = parents[reader.getLine0(index)] ?? -1;
    for (let left = MAX_DEPTH; left > 0 && line0 >= 0; left -= 1) {
      const name = pattern.exec((lines[line0] ?? "").slice(0, 300))?.[1];
      if (name !== undefined) found.unshift(name);
      line0 = parents[line0] ?? -1;
    }
    return found;
  };
}

/** An action without a controller belongs to the resources around it. */
function listActions(findOuter: FindOuter, index: number, path: string): readonly string[] {
  const name = findOuter(index, /^\s*resources?\b[ (]\s*:?["']?(\w+).*(?:\bdo\b|,\s*$)/).at(-1);
  const action = /^\/?(\w+)$/.exec(path)?.[1];
  return name === undefined || action === undefined
    ? []
    : [addModules(findOuter, index, `${name}#${action}`)];
}

/** Rails looks for the controller in the modules of the namespaces around: `api/v1/boxes#show`. */
function addModules(findOuter: FindOuter, index: number, target: string): string {
  const modules = findOuter(
    index,
    /^\s*(?:namespace\b[ (]\s*:?["']?|scope\b.*\bmodule:\s*[:"'])(\w+)/,
  );
  return target.startsWith("/") ? target : [...modules, target].join("/");
}

function toPlural(name: string): string {
  if (/s$/.test(name)) return name;
  return /(?:x|ch|sh)$/.test(name) ? `${name}es` : `${name.replace(/(?<![aeiou])y$/, "ie")}s`;
}

function readResource(reader: RouteReader, match: RegExpExecArray, findOuter: FindOuter): void {
  const [, kind = "", list = "", , , , more = ""] = match;
  const at = match.index + match[0].search(/\S/);
  const names = [...list.matchAll(/(?::|["'])\/?([\w/]+)/g)].map(each => each[1] ?? "");
  const isMany = kind === "resources";
  const phoenix = /^\s*,\s*([A-Z][\w.]*)/.exec(more)?.[1];
  const only = readList(more, "only");
  const except = readList(more, "except");
  const parameter = isMany ? "{}" : "";
  for (const name of names) {
    const path = /\bpath:\s*["']([^"']*)/.exec(more)?.[1] ?? name;
    const controller =
      phoenix ?? /controller:\s*["':](\w+)/.exec(more)?.[1] ?? (isMany ? name : toPlural(name));
    for (const [action, method] of Object.entries(verbs)) {
      // Rails destroys what Phoenix deletes.
      if (action === (phoenix === undefined ? "delete" : "destroy")) continue;
      if ((only !== undefined && !only.includes(action)) || except?.includes(action) === true) {
        continue;
      }
      if (!isMany && action === "index") continue;
      const isMember = ["show", "edit", "update", "destroy", "delete"].includes(action);
      const suffix = action === "new" || action === "edit" ? action : "";
      const full = joinRoute(path, isMember ? parameter : "", suffix);
      const handlers =
        phoenix === undefined
          ? [addModules(findOuter, at, `${controller}#${action}`)]
          : listPhoenix(findOuter, at, phoenix, action);
      reader.addRoute(at, { method, path: full, handlers });
      if (action === "update") reader.addRoute(at, { method: "PATCH", path: full, handlers });
    }
    if (/\bdo\b/.test(more)) reader.addBlock(at, joinRoute(path, parameter));
  }
}

function readList(text: string, name: string): readonly string[] | undefined {
  const found = new RegExp(`\\b${name}:\\s*(\\[[^\\]]*\\]|%i\\[[^\\]]*\\]|:\\w+)`).exec(text)?.[1];
  return found === undefined ? undefined : [...found.matchAll(/\w+/g)].map(each => each[0]);
}
