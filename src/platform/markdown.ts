/** The parts that hover cards are made of: text that stays text, and links that run commands. */

import * as vscode from "vscode";
import type { CommandArguments, CommandId } from "../manifest.ts";

/** With icons; of commands it runs these alone. */
export function createMarkdown(enabledCommands: readonly CommandId[]): vscode.MarkdownString {
  const card = new vscode.MarkdownString("", true);
  card.isTrusted = { enabledCommands };
  return card;
}

/** Names come from traces: they must not become links, commands or HTML. `appendText` would make every space hard. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+\-.!~<>&|$]/g, mark => `\\${mark}`).replaceAll("\n", " ");
}

/** Labels are ours, values are Markdown. */
export function appendRows(
  card: vscode.MarkdownString,
  rows: readonly (readonly [label: string, value: string | undefined])[],
): void {
  const shown = rows.filter(row => row[1] !== undefined);
  if (shown.length === 0) return;
  card.appendMarkdown("\n\n| | |\n|:--|:--|\n");
  for (const [label, value = ""] of shown) card.appendMarkdown(`| ${label} | ${value} |\n`);
}

export function createCommandLink<Id extends CommandId>(
  title: string,
  command: Id,
  args: CommandArguments[Id],
): string {
  return `[${title}](command:${command}?${encodeURIComponent(JSON.stringify(args))})`;
}

export function joinLinks(links: readonly string[]): string {
  return links.join("&nbsp;&nbsp;·&nbsp;&nbsp;");
}
