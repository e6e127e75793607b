/**
 * The files that each coding agent needs to find the tools: a skill that it reads, or an entry for the MCP server. As
 * edits of text, each with its way back; knows no editor and touches no file.
 */

import { applyEdits, modify, parse, type ParseError } from "jsonc-parser";
import { SKILL_NAME, writeSkill } from "./agentSkill.ts";

export interface AgentClient {
  readonly id: string;
  /** As its makers write it. */
  readonly name: string;
  readonly kind: "skill" | "mcp";
  /** Skills go into the workspace; entries hold a token and go into the user's own files. */
  readonly folder: "workspace" | "home";
  readonly path: string;
  /** Whether our part is in the text. */
  has(text: string): boolean;
  /** The text with our part; throws `UnreadableSettings`. `undefined`: there is no file yet. */
  add(text: string | undefined, access: AgentAccess): string;
  /** Without it; `undefined` where nothing is left of the file. */
  remove(text: string): string | undefined;
}

export interface AgentAccess {
  /** `http://127.0.0.1:4318`. */
  readonly address: string;
  readonly token: string;
}

/** The client's own file cannot be read: it is not ours to mend. */
export class UnreadableSettings extends Error {}

const SERVER = "traceside";

const skill = (id: string, name: string, folder: string): AgentClient => ({
  ...{ id, name, kind: "skill", folder: "workspace" },
  path: `${folder}/skills/${SKILL_NAME}/SKILL.md`,
  has: text => text.includes(`name: ${SKILL_NAME}`),
  add: (_text, { address }) => writeSkill(address),
  remove: () => undefined,
});

const json = (
  id: string,
  name: string,
  path: string,
  entry: (access: AgentAccess) => object,
): AgentClient => ({
  ...{ id, name, kind: "mcp", folder: "home", path },
  has: text => readServer(text) !== undefined,
  add: (text, access) => edit(text ?? "{}\n", entry(access)),
  remove: text => edit(text, undefined),
});

function readServer(text: string): unknown {
  const value = parse(text, [], { allowTrailingComma: true }) as
    { readonly mcpServers?: Readonly<Record<string, unknown>> } | undefined;
  return value?.mcpServers?.[SERVER];
}

function edit(text: string, value: object | undefined): string {
  const errors: ParseError[] = [];
  const root: unknown = parse(text.trim() === "" ? "{}" : text, errors, {
    allowTrailingComma: true,
  });
  const isObject = typeof root === "object" && root !== null && !Array.isArray(root);
  if (errors.length > 0 || !isObject) throw new UnreadableSettings();
  const formattingOptions = { insertSpaces: true, tabSize: 2, eol: "\n" };
  const source = text.trim() === "" ? "{}\n" : text;
  return applyEdits(source, modify(source, ["mcpServers", SERVER], value, { formattingOptions }));
}

const bearer = ({ token }: AgentAccess): string => `Bearer ${token}`;

/** Codex keeps TOML; ours is one table, from its header to the next. */
const tomlTable = /(?:^|\n)\[mcp_servers\.traceside\][^]*?(?=\n\[(?!mcp_servers\.traceside\.)|$)/;

const codex: AgentClient = {
  ...{ id: "codexMcp", name: "Codex", kind: "mcp", folder: "home" },
  path: ".codex/config.toml",
  has: text => tomlTable.test(text),
  add: (text = "", access) => {
    const before = text.replace(tomlTable, "").trimEnd();
    const table = [
      `[mcp_servers.${SERVER}]`,
      `url = "${access.address}/mcp"`,
      `http_headers = { "Authorization" = "${bearer(access)}" }`,
    ].join("\n");
    return `${before === "" ? "" : `${before}\n\n`}${table}\n`;
  },
  remove: text => {
    const rest = text.replace(tomlTable, "").trim();
    return rest === "" ? undefined : `${rest}\n`;
  },
};

export const agentClients: readonly AgentClient[] = [
  skill("claudeSkill", "Claude Code", ".claude"),
  skill("agentsSkill", "Codex, Copilot CLI, Gemini CLI, OpenCode", ".agents"),
  json("claudeMcp", "Claude Code", ".claude.json", access => ({
    type: "http",
    url: `${access.address}/mcp`,
    headers: { Authorization: bearer(access) },
  })),
  json("cursorMcp", "Cursor", ".cursor/mcp.json", access => ({
    url: `${access.address}/mcp`,
    headers: { Authorization: bearer(access) },
  })),
  codex,
  json("geminiMcp", "Gemini CLI", ".gemini/settings.json", access => ({
    httpUrl: `${access.address}/mcp`,
    headers: { Authorization: bearer(access) },
  })),
];
