/**
 * Queues and topics that a program knows by a key of its settings:
 *
 *     kafkaTopics: { boxPacked: { topicName: box_packed } }    →   cfg.KafkaTopics.BoxPacked.TopicName
 *     app.topics.packed=box_packed                             →   @KafkaListener(topics = "${app.topics.packed}")
 *     mp.messaging.incoming.packed.topic=box_packed            →   @Incoming("packed")
 */

import {
  addUses,
  consumes,
  findFieldUses,
  findMessagesOf,
  injects,
  publishes,
  scoreUse,
  type Use,
} from "./literalRules.ts";
import type { SearchContext } from "./searchContext.ts";
import { escapePattern } from "./textSearch.ts";

/** So many keys may hold one value. */
const MAX_KEYS = 6;
/** Frameworks that give a key of the settings to a function by its name. */
const channel =
  /^mp\.messaging\.(?:incoming|outgoing)\.([\w-]+)\.|(?:^|\.)bindings\.([\w-]+)\.destination$/;
/** Spring Cloud Stream: the function `pack` reads from `pack-in-0`. */
const bound = /^(\w+)-(?:in|out)-\d+$/;

export async function findConfigured(context: SearchContext): Promise<void> {
  const { queue } = context.hints;
  if (queue.length < 3) return;
  for (const key of await listKeys(context, queue)) {
    const names = channel.exec(key);
    const named = names?.[1] ?? names?.[2];
    if (named !== undefined) {
      await findMessagesOf(context, named);
      await findBound(context, bound.exec(named)?.[1]);
    }
    const usage = context.isOutgoing ? publishes : consumes;
    const uses = await listUses(context, key, usage);
    const reason = context.getMessageReason(queue);
    await addUses(context, queue, uses, reason, { code: "textFound", text: key });
    if (context.found.length > 0) return;
  }
}

/** The dotted keys that hold the value, those of the service's own settings where it has some. */
async function listKeys(context: SearchContext, value: string): Promise<readonly string[]> {
  const { workspace } = context;
  const pattern = `[:=]\\s*["']?${escapePattern(value)}["']?\\s*,?\\s*(?:#.*)?$`;
  const hits = await context.search(value, pattern, { instead: "settings" });
  const inService = hits.filter(({ path }) => context.isInService(path));
  const keys = new Set<string>();
  for (const hit of (inService.length > 0 ? inService : hits).slice(0, MAX_KEYS)) {
    keys.add(readKey(await workspace.readLines(hit.path), hit.line0));
  }
  keys.delete("");
  return [...keys];
}

/** The key of a line with those that it is indented below. */
function readKey(lines: readonly string[], line0: number): string {
  const parts: string[] = [];
  let indent = Infinity;
  for (let at = line0; at >= 0 && indent > 0; at -= 1) {
    const line = lines[at] ?? "";
    const lineIndent = line.search(/\S/);
    const name = /^\s*(?:-\s+)?["']?%?([\w.\-/]+)["']?\s*[:=]/.exec(line)?.[1];
    if (lineIndent < 0 || lineIndent >= indent || name === undefined) continue;
    parts.unshift(name);
    indent = lineIndent;
  }
  return parts.join(".");
}

async function listUses(
  context: SearchContext,
  key: string,
  wanted: RegExp,
): Promise<readonly Use[]> {
  const parts = key.split(".").map(part => escapePattern(part));
  const whole = `["'{]${parts.join("[.:]")}(?:["':}]|\\|)`;
  // `box-packed` is `BoxPacked` of a structure, and `getBoxPacked()`.
  const members = parts
    .slice(-2)
    .map(part => part.replace(/(?:\\?-|_)+/g, "[_-]?"))
    .join("\\w{0,12}(?:\\(\\))?[.:](?:get)?");
  const pattern = parts.length > 1 ? `${whole}|\\b(?:get)?${members}\\b` : `\\b${members}\\b`;
  const uses: Use[] = [];
  for (const words of new Set([lastWord(key), lastWord(key).replace(/[-_]/g, "")])) {
    const hits = await context.search(words, pattern, { flags: "i" });
    for (const hit of hits) {
      const fields = injects.test(hit.text) ? await findFieldUses(context, hit, wanted) : [];
      if (fields.length > 0) uses.push(...fields);
      else uses.push({ hit, score: scoreUse(hit, wanted) });
    }
  }
  const usedLines = new Set<string>();
  return uses
    .filter(
      ({ hit }) =>
        !usedLines.has(`${hit.path}:${hit.line0}`) && usedLines.add(`${hit.path}:${hit.line0}`),
    )
    .sort((a, b) => b.score - a.score);
}

async function findBound(context: SearchContext, name: string | undefined): Promise<void> {
  if (name === undefined || context.found.length > 0) return;
  const symbols = await context.workspace.findSymbols(name);
  const inService = symbols.filter(
    ({ kind, path }) => kind === "function" && context.isInService(path),
  );
  context.addAll(inService, { code: "consumed", name: context.hints.queue });
}

function lastWord(key: string): string {
  return key.slice(key.lastIndexOf(".") + 1);
}
