/**
 * The tools by the Model Context Protocol, at `POST /mcp`: its streamable HTTP without sessions and streams, so that
 * each request is answered by itself and nothing is kept between them. Whoever asks must have the token.
 */

import { HttpRefusal, type CallRoute, type HttpRequest } from "../collector/http/route.ts";
import type { ToolHost } from "../collector/collectorApi.ts";
import type { AskTool } from "./toolQuestions.ts";

/** Arguments are short texts. */
const MAX_BODY_BYTES = 256 * 1024;

const MCP_PATH = "/mcp";

export function createMcpRoute(
  ask: AskTool,
  { checkToolToken }: Pick<ToolHost, "checkToolToken">,
): CallRoute {
  return {
    kind: "call",
    path: MCP_PATH,
    async answer(request, body, signal) {
      const token = readToken(request);
      if (token === undefined || !(await checkToolToken(token))) {
        throw new HttpRefusal(401, "the token of Traceside's MCP server is missing or wrong", {
          "WWW-Authenticate": "Bearer",
        });
      }
      if (body.length > MAX_BODY_BYTES) throw new HttpRefusal(413, "the request is too large");
      // Most never ask: what it weighs is loaded by the first who does.
      const { answerMcp } = await import("./mcpServer.ts");
      return answerMcp(request, body, ask, signal);
    },
  };
}

function readToken({ headers }: HttpRequest): string | undefined {
  const { authorization } = headers;
  if (typeof authorization !== "string") return undefined;
  return /^Bearer ([\w-]{16,200})$/i.exec(authorization.trim())?.[1];
}
