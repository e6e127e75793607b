/** What Connect a Coding Agent writes into the files of other programs, and how it goes again. */

import { describe, expect, test } from "vitest";
import { agentClients, UnreadableSettings } from "../../../src/features/agentTools/agentClients.ts";
import { writeSkill } from "../../../src/features/agentTools/agentSkill.ts";
import { toolNames } from "../../../src/tools/toolTable.ts";

const access = { address: "http://127.0.0.1:4318", token: "tok_en-1234567890" };
const skills = agentClients.filter(({ kind }) => kind === "skill");
const servers = agentClients.filter(({ kind }) => kind === "mcp");

describe.each(servers)("$id", client => {
  const isToml = client.path.endsWith(".toml");
  const others = isToml
    ? 'model = "x"\n\n[mcp_servers.other]\ncommand = "y"\n\n[profiles.z]\na = 1\n'
    : '{\n  // kept\n  "theme": "dark",\n  "mcpServers": {\n    "other": { "command": "y" }\n  }\n}\n';

  test("adds its entry beside what is there, and takes only that away", () => {
    const text = client.add(others, access);
    expect(client.has(others)).toBe(false);
    expect(client.has(text)).toBe(true);
    expect(text).toContain(`${access.address}/mcp`);
    expect(text).toContain(`Bearer ${access.token}`);
    expect(text).toContain(isToml ? "[profiles.z]" : "// kept");
    const rest = client.remove(text)!;
    expect(client.has(rest)).toBe(false);
    expect(rest).not.toContain(access.token);
    expect(rest.replaceAll(/\s+/g, " ").trim()).toBe(others.replaceAll(/\s+/g, " ").trim());
  });

  test("makes a file where there is none, and writes itself anew with another token", () => {
    const first = client.add(undefined, access);
    const again = client.add(first, { ...access, token: "another-0987654321" });
    expect(again).not.toContain(access.token);
    expect(again.match(/traceside/g)).toHaveLength(1);
  });

  test("stands in the user's own folder, for its token is a secret", () => {
    expect(client.folder).toBe("home");
  });
});

test("a settings file that cannot be read is left alone", () => {
  for (const client of servers.filter(({ path }) => path.endsWith(".json"))) {
    for (const text of ['{ "a": ', "[1]", '"x"']) {
      expect(() => client.add(text, access), client.id).toThrow(UnreadableSettings);
    }
  }
});

test("the skill names every tool, holds no secret, and is short", () => {
  const text = writeSkill(access.address);
  for (const name of toolNames) expect(text).toContain(`\`${name}\``);
  for (const client of skills) expect(client.add(undefined, access)).not.toContain(access.token);
  // Words and marks are what tokenizers count at least: 650 tokens are fewer than so many of these.
  const pieces = text.match(/[A-Za-z]{1,6}|\d{1,3}|[^\sA-Za-z\d]/g) ?? [];
  expect(pieces.length).toBeLessThanOrEqual(650);
  expect(text.length).toBeLessThanOrEqual(2_600);
});
