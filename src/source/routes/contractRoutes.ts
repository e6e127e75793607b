/**
 * Routes that a contract declares, and that a function of the operation's name answers: OpenAPI's documents, and the
 * addresses that a `.proto` gives its methods.
 */

import { unknownPrefix } from "./routeFacts.ts";
import type { RouteReader } from "./routeReader.ts";

const path = /^\s{0,12}["']?(\/[^\s"'#]{0,300}?)["']?\s{0,4}:\s{0,4}\{?\s*$/;
const verb = /^\s{1,16}["']?(get|post|put|patch|delete|head|options)["']?\s{0,4}:\s{0,4}\{?\s*$/;
const operation = /^\s{1,24}["']?operationId["']?\s{0,4}:\s{0,4}["']?([\w./-]{1,200})/;

const member =
  /\bservice\s{1,4}(\w+)\s{0,4}\{|\brpc\s{1,4}(\w+)|\b(get|post|put|patch|delete)\s{0,4}:\s{0,4}"([^"\n]{1,300})"/g;

/** The server knows what stands before the paths. Line by line, as both YAML and JSON are written. */
export function readOpenApi(reader: RouteReader): void {
  let route = "";
  let method = "";
  let index = 0;
  for (const line of reader.text.split("\n")) {
    route = path.exec(line)?.[1] ?? route;
    method = verb.exec(line)?.[1] ?? method;
    const name = operation.exec(line)?.[1];
    if (name !== undefined && route !== "" && method !== "") {
      // Python names the function by its module, others by its name alone.
      const camel = name.replace(/[-_/](\w)/g, (_whole, letter: string) => letter.toUpperCase());
      const handlers = [...new Set([name, camel, capitalize(camel), toSnake(camel)])];
      reader.addRoute(index, {
        method,
        path: `${unknownPrefix}${route}`,
        handlers,
        isContract: true,
      });
    }
    index += line.length + 1;
  }
}

/** `rpc PackBox(…) returns (…) { option (google.api.http) = { post: "/v1/boxes" }; }` */
export function readProto(reader: RouteReader): void {
  let service = "";
  let name = "";
  for (const { index, 1: owner, 2: rpc, 3: method, 4: written } of reader.text.matchAll(member)) {
    service = owner ?? service;
    name = rpc ?? name;
    if (written === undefined || name === "") continue;
    const short = service.replace(/Service$/, "");
    const handlers = [name, name.charAt(0).toLowerCase() + name.slice(1), toSnake(name)].map(
      each => `${short}.${each}`,
    );
    const route = written.replace(/\{(\w[\w.]*)=[^{}]*\}/g, "{$1}");
    reader.addRoute(index, { method, path: route, handlers, isContract: true });
  }
}

function capitalize(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function toSnake(name: string): string {
  return name.replace(/([a-z\d])([A-Z])/g, "$1_$2").toLowerCase();
}
