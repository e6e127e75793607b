/**
 * Messages that are known by their type, as buses of .NET, Java and PHP have them: who sends one makes it, who takes one
 * has a method with a parameter of the type.
 *
 *     Publish<BoxPacked>(…), Send(new BoxPacked(…))   →   Consume(ConsumeContext<BoxPacked> context), __invoke(BoxPacked $it)
 */

import type { Place, SourceReason } from "../location.ts";
import { findEntry } from "./entryMethods.ts";
import { findPlace } from "./literalRules.ts";
import type { SearchContext } from "./searchContext.ts";
import { escapePattern, type TextHit } from "./textSearch.ts";

const takes =
  "(?:[Cc]onsume|[Hh]andle|[Oo]n|[Pp]rocess|[Rr]eceive|[Ee]xecute|(?:__)?[Ii]nvoke|[Aa]pply|[Ll]isten)\\w*\\s*\\([^()]*";
const hands =
  "(?:[Pp]ublish|[Ss]end|[Ii]nit|[Ee]nqueue|[Dd]ispatch|[Ee]mit|[Pp]roduce|[Pp]ost|[Rr]espond|[Rr]eply)\\w*\\s*";
/** The ends of the names of classes whose queue is called by the rest of the name. */
const consumerEnds = ["Consumer", "Handler", "Listener", "Subscriber", "StateMachine", "Saga"];

export async function findMessageTypes(context: SearchContext): Promise<void> {
  const { messageTypes } = context.hints;
  for (const type of messageTypes) {
    const name = escapePattern(type);
    const pattern = context.isOutgoing
      ? `\\b${hands}(?:<\\s*(?:\\w+\\.)*${name}\\b|\\([^()]*\\bnew\\s+(?:[\\w\\\\]+[.\\\\])?${name}\\b)`
      : `\\b${takes}\\b${name}\\b`;
    const hits = await context.search(type, pattern);
    const declared = hits.filter(hit => context.isOutgoing || isDeclared(hit));
    const transitions = context.isOutgoing ? [] : await listTransitions(context, type);
    const subscribed = context.isOutgoing ? [] : await listSubscriptions(context, type);
    const meant = [transitions, subscribed, declared].find(each => each.length > 0) ?? [];
    const inService = meant.filter(({ path }) => context.isInService(path));
    const reason = context.getMessageReason(type);
    context.addAll(inService.length > 0 ? inService : meant, reason, inService.length === 1);
    if (context.isOutgoing && meant.length === 0) await findHandedOver(context, type, reason);
  }
}

/** The methods below `[Topic("pubsub", nameof(BoxPacked))]`. */
async function listSubscriptions(context: SearchContext, type: string): Promise<readonly Place[]> {
  const pattern = `^\\s*[@[]\\w+\\([^)]*(?:["']|nameof\\()${escapePattern(type)}["')]`;
  const hits = await context.search(type, pattern);
  return Promise.all(hits.map(hit => findPlace(context, hit, true)));
}

/**
 * Lists what a state machine does with a message, which it knows by a property: `Event<BoxPacked> Packed`, `When(Packed)`.
 * In several states, the one that the saga was in is meant.
 */
async function listTransitions(context: SearchContext, type: string): Promise<readonly TextHit[]> {
  const { workspace, hints } = context;
  const pattern = `\\bEvent<\\s*(?:\\w+\\.)*${escapePattern(type)}\\s*>\\s+\\w+`;
  const found: TextHit[] = [];
  for (const hit of await context.search(`Event ${type}`, pattern)) {
    const property = /(\w+)\s*(?:\{.*|;.*|=.*)?$/.exec(hit.text)?.[1] ?? "";
    const [machine = ""] = /[^/]+(?=\.\w+$)/.exec(hit.path) ?? [];
    if (!hints.qualifiedNames.some(name => name.split(".").includes(machine))) continue;
    const lines = await workspace.readLines(hit.path);
    const taken = new RegExp(`\\bWhen\\(\\s*${property}\\s*[,)]`);
    let state = "";
    for (const [line0, text] of lines.entries()) {
      const { 1: during, 2: initially } =
        /\bDuring(?:Any)?\(([^()]*)|\b(Initial)ly\(/.exec(text) ?? [];
      state = during ?? initially ?? state;
      if (taken.test(text)) found.push({ ...hit, line0, text, before: [state] });
    }
  }
  const inState = found.filter(({ before }) =>
    before[0]?.split(/\W+/).includes(hints.clause ?? ""),
  );
  return inState.length > 0 ? inState : found;
}

/** `var packed = box.Adapt<BoxPacked>(); … bus.Publish(packed)`: made in one line, handed over in another below. */
async function findHandedOver(
  context: SearchContext,
  type: string,
  reason: SourceReason,
): Promise<void> {
  const { workspace } = context;
  const name = escapePattern(type);
  const made = `\\bnew\\s+(?:[\\w\\\\]+[.\\\\])?${name}\\b|=.*<\\s*(?:\\w+\\.)*${name}\\s*>\\(`;
  const handing = new RegExp(`(?:\\.|->)${hands}\\(`);
  for (const { path, line0 } of await context.searchOwn(type, made)) {
    const symbols = await workspace.readSymbols(path);
    const around = symbols.findLast(each => each.line0 <= line0 && each.endLine0 >= line0);
    const lines = (await workspace.readLines(path)).slice(0, (around?.endLine0 ?? line0) + 1);
    const below = lines.findIndex((line, index) => index >= line0 && handing.test(line));
    if (below >= 0) context.add({ path, line0: below, reason, isSure: false });
  }
}

/** `box-packed` is the queue of `BoxPackedConsumer`: buses of .NET call a queue by the class that takes from it. */
export async function findConsumerClass(context: SearchContext): Promise<void> {
  const { queue } = context.hints;
  if (context.isOutgoing || queue === "") return;
  const words = queue.split(/[^\p{L}\p{N}]+/u).filter(word => word !== "");
  const name = words.map(word => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  for (const end of consumerEnds) {
    const symbols = await context.workspace.findSymbols(`${name}${end}`);
    for (const symbol of context.order(symbols)) {
      if (symbol.kind !== "class") continue;
      const { path, line0 } = await findEntry(context, symbol);
      context.add({ path, line0, reason: { code: "consumed", name: queue }, isSure: false });
    }
  }
}

/** A method with a body, and neither a call of one nor an interface's. */
function isDeclared({ text }: TextHit): boolean {
  const isCall = /\b(?:await|return)\b/.test(text.slice(0, text.indexOf("(")));
  return !isCall && (text.includes("=>") || !/;\s*$/.test(text));
}
