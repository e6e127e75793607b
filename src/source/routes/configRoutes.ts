/**
 * Routes and functions that a configuration file declares: Symfony's routes.yaml, serverless.yml, SAM's template.yaml,
 * Play's conf/routes.
 */

import { unknownPrefix } from "./routeFacts.ts";
import type { RouteReader } from "./routeReader.ts";

/** A name in a line of its own, and the lines that are indented below it. */
const block =
  /^([ ]{0,8})["']?([\w.-]{1,120})["']?:[ \t]*\n((?:\1[ ]{1,40}\S[^\n]*(?:\n|$)|[ \t]*\n)+)/gm;
/** `src/pack.handler` of a function, `App\Controller\BoxController::show` of a route. */
const reference =
  /^[ ]*(?:controller|handler|Handler|_controller):[ ]*["']?([\w./\\:-]{1,200}?)["']?[ ]*$/m;

/** Play: `GET /boxes/:id controllers.Boxes.show(id: Long)`, `-> /boxes boxes.Routes`. */
const playRoute =
  /^(GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS|->)[ \t]+(\/\S*)[ \t]+@?((?:\w+\.)*)(\w+)/gm;

export function readConfigRoutes(reader: RouteReader): void {
  const { text } = reader;
  for (const [index, method, path, owner, name] of [...text.matchAll(playRoute)].map(
    ({ index: at, 1: a = "", 2: b = "", 3: c = "", 4: d = "" }) => [at, a, b, c, d] as const,
  )) {
    if (method !== "->") reader.addRoute(index, { method, path, handlers: [`${owner}${name}`] });
    else {
      const target = name === "Routes" ? (owner.split(".").at(-2) ?? name) : name;
      reader.addMount(index, { base: "", prefix: path, target });
    }
  }
  const blocks = new RegExp(block);
  for (let match = blocks.exec(text); match !== null; match = blocks.exec(text)) {
    const [whole, , name = "", body = ""] = match;
    // Blocks nest: what stands deeper is asked for when its own name comes.
    blocks.lastIndex = match.index + whole.length - body.length;
    const indent = /^[ ]*/.exec(body)?.[0].length ?? 0;
    const fields = body
      .split("\n")
      .filter(
        line => line.search(/\S/) === indent || /^\s*(?:_controller|Handler|CodeUri):/.test(line),
      )
      .join("\n");
    const handler = reference.exec(fields)?.[1];
    if (handler === undefined) continue;
    const find = (key: string): string | undefined =>
      new RegExp(`^[ ]*${key}:[ ]*\\[?["']?([^"'\\s,\\]]{1,300})`, "m").exec(fields)?.[1];
    const path = find("path");
    const folder = find("CodeUri")?.replace(/\/$/, "");
    reader.addRoute(match.index, {
      name,
      // A function answers no address that this file says.
      path: path ?? `${unknownPrefix}/${name}`,
      method: path === undefined ? undefined : find("methods"),
      handlers: [folder === undefined ? handler : `${folder}/${handler}`],
    });
  }
}
