/** Routes and functions that a configuration file declares: Symfony's routes.yaml, serverless.yml and SAM's template.yaml. */

import { unknownPrefix } from "./routeFacts.ts";
import type { RouteReader } from "./routeReader.ts";

/** A name in a line of its own, and the lines that are indented below it. */
const block =
  /^([ ]{0,8})["']?([\w.-]{1,120})["']?:[ \t]*\n((?:\1[ ]{1,40}\S[^\n]*(?:\n|$)|[ \t]*\n)+)/gm;
/** `src/pack.handler` of a function, `App\Controller\BoxController::show` of a route. */
const reference =
  /^[ ]*(?:controller|handler|Handler|_controller):[ ]*["']?([\w./\\:-]{1,200}?)["']?[ ]*$/m;

export function readConfigRoutes(reader: RouteReader): void {
  const { text } = reader;
  const blocks = new RegExp(block);
  for (let match = blocks.exec(text); match !== null; match = blocks.exec(text)) {
    const [whole, , name = "", body = ""] = match;
    // Blocks nest: what stands deeper is asked for when its own name comes.
    blocks.lastIndex = match.index + whole.length - body.length;
    const indent = /^[ ]*/.exec(body)?.[0].length ?? 0;
    const own = body
      .split("\n")
      .filter(
        line => line.search(/\S/) === indent || /^\s*(?:_controller|Handler|CodeUri):/.test(line),
      )
      .join("\n");
    const handler = reference.exec(own)?.[1];
    if (handler === undefined) continue;
    const find = (key: string): string | undefined =>
      new RegExp(`^[ ]*${key}:[ ]*\\[?["']?([^"'\\s,\\]]{1,300})`, "m").exec(own)?.[1];
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
