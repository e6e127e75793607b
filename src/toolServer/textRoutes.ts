/**
 * The tools for shells: `GET /agent/find_traces?query=status:error` answers with the tool's own text. No token, as with
 * the rest of the read API: whoever may run a program here may read what programs here sent.
 */

import { HttpRefusal, type HttpAnswer, type ReadRoute } from "../collector/http/route.ts";
import { toolNames, toolTable } from "../tools/toolTable.ts";
import { FOLDER_TEXT, type AskTool } from "./toolQuestions.ts";

const MAX_QUERY_CHARS = 8_000;

export function createTextRoutes(ask: AskTool): readonly ReadRoute[] {
  return [
    { kind: "read", path: "/agent", answer: () => Promise.resolve(toAnswer(200, describeTools())) },
    {
      kind: "read",
      path: "/agent/{tool}",
      async answer({ parameters, query }, signal) {
        if (query.toString().length > MAX_QUERY_CHARS) {
          throw new HttpRefusal(414, "the query is too long");
        }
        const { tool = "" } = parameters;
        const { text, isError } = await ask(tool, Object.fromEntries(query), signal);
        return toAnswer(isError ? 400 : 200, text);
      },
    },
  ];
}

function toAnswer(status: number, text: string): HttpAnswer {
  return {
    status,
    headers: { "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff" },
    body: `${text}\n`,
  };
}

/** One line a tool and one an argument: what a reader without a schema needs. */
function describeTools(): string {
  return [
    "Traceside's tools for coding agents: GET /agent/TOOL?argument=value, lists as a,b,c.",
    `Any tool: folder: ${FOLDER_TEXT}`,
    ...toolNames.flatMap(name => {
      const { description, inputSchema } = toolTable[name];
      const { properties, required = [] } = inputSchema;
      return [
        "",
        `/agent/${name}: ${description}`,
        ...Object.entries(properties).map(([key, schema]) => {
          const facts = [
            ...(required.includes(key) ? ["required"] : []),
            ...(schema.enum === undefined ? [] : [schema.enum.join(" | ")]),
            ...(schema.default === undefined ? [] : [`default ${schema.default}`]),
            ...(schema.maximum === undefined ? [] : [`at most ${schema.maximum}`]),
          ];
          return `  ${key}: ${schema.description}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`;
        }),
      ];
    }),
  ].join("\n");
}
