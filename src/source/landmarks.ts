/**
 * Literals in the program's text that spans will carry: names given to spans, and routes. Pure.
 * Expressions over the text, not the tree: the same few calls look alike in every language.
 */

import type { Landmark } from "./fileFacts.ts";

/** start_as_current_span("x"), startActiveSpan('x'), spanBuilder("x"), tracer.Start(ctx, "x"), @WithSpan("x"), … */
const spanPattern =
  /(?:\b(?:start_as_current_span|start_span|startActiveSpan|startSpan|start_active_span|spanBuilder|in_span|StartActivity|WithSpan|Observed|create_span|start_transaction|new_entry_span|new_local_span|new_exit_span)|\b[Tt]racer\w*(?:\(\))?\.(?:Start|start|span|trace|wrap|startTrace))\(\s{0,40}(?:[\w.()]{1,60}\s{0,4},\s{0,40})?(?:\w{1,20}\s{0,4}=\s{0,4})?(["'`])([^"'`\n]{1,200})\1/g;
/** @app.route("/x"), @router.get('/x'), @GetMapping("/x"), router.post("/x", …), r.HandleFunc("/x", …), r.GET("/x", …) */
const routePattern =
  /(?:@(?:(Get|Post|Put|Delete|Patch|Request)Mapping|\w{1,40}\.(?:route|api_route|websocket)|(?:Http)?(Get|Post|Put|Delete|Patch)|Path)|[\w)\]]\.(get|post|put|delete|patch|all|use|HandleFunc|Handle|GET|POST|PUT|DELETE|PATCH))\(\s{0,40}(?:(?:value|path)\s{0,4}=\s{0,4})?(["'`])((?:(?:GET|POST|PUT|DELETE|PATCH) )?\/?[^"'`\n\s]{1,200})\4/g;
/** Most files hold neither; this is the quick look. */
const hint =
  /span|tracer|activity|route|mapping|Handle|\.(?:get|post|put|delete|patch|use)\(|@(?:Get|Post|Put|Delete|Patch|Path)\(/i;
const methods = new Set(["GET", "POST", "PUT", "DELETE", "PATCH"]);

export function readLandmarks(text: string): readonly Landmark[] {
  if (!hint.test(text)) return [];
  const found: { readonly index: number; readonly mark: Omit<Landmark, "line0"> }[] = [];
  for (const match of text.matchAll(spanPattern)) {
    found.push({ index: match.index, mark: { kind: "span", text: match[2] ?? "" } });
  }
  for (const match of text.matchAll(routePattern)) {
    const [, mapping, verb, call, , literal = ""] = match;
    const isDecorated = mapping !== undefined || verb !== undefined || match[0].startsWith("@");
    // Clients and caches have a `get` too; a route begins with a slash.
    if (!isDecorated && !/^(?:[A-Z]+ )?\//.test(literal)) continue;
    const [, inline, route = literal] = /^([A-Z]+) (\/.*)$/.exec(literal) ?? [];
    const method = (inline ?? mapping ?? verb ?? call)?.toUpperCase();
    found.push({
      index: match.index,
      mark: {
        kind: "route",
        text: route,
        ...(method !== undefined && methods.has(method) && { method }),
      },
    });
  }
  if (found.length === 0) return [];
  found.sort((a, b) => a.index - b.index);
  const marks: Landmark[] = [];
  let line0 = 0;
  let position = 0;
  for (const { index, mark } of found) {
    for (; position < index; position += 1) if (text.charCodeAt(position) === 10) line0 += 1;
    marks.push({ ...mark, line0 });
  }
  return marks;
}

/** `/users/{id}`, `/users/:id`, `/users/<int:id>` and `/users/[id]/` are one route. */
export function normalizeRoute(route: string): string {
  const plain = route
    .replace(/<[^>]*>|\{[^}]*\}|\[[^\]]*\]|:\w+|\*+/g, "{}")
    .replace(/^\/?/, "/")
    .replace(/\/+$/, "");
  return plain === "" ? "/" : plain;
}
