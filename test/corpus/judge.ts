/** One program of the corpus and its span → what the search for its source answers, and how right that is. */

import type { SpanKind } from "../../src/model/span.ts";
import type { AttributeValue, SpanDetail } from "../../src/model/spanDetail.ts";
import { getCodeHints } from "../../src/source/codeHints.ts";
import type { SourceLocation, SourceWorkspace } from "../../src/source/location.ts";
import { resolveSource } from "../../src/source/resolveSource.ts";
import { createWorkspace } from "../unit/source/indexFiles.ts";
import type { Idiom } from "./idiom.ts";
import { createEmptyDetail } from "../../src/model/emptyDetail.ts";

/**
 * `near`: the right file, and not the right line; `inList`: among the places that the user may choose from. A sure place
 * opens at once, so that another line of the right file is as wrong as another file.
 */
export type Verdict = "right" | "near" | "inList" | "sureAndWrong" | "wrong" | "nothing";

export interface Judgement {
  readonly verdict: Verdict;
  /** `path:line`, one-based. */
  readonly expected: string;
  readonly found: string;
  /** The first place opens without a question. */
  readonly isSure: boolean;
  /** The rule that found the first place. */
  readonly rule: string;
  /** The end of the file's name. */
  readonly language: string;
}

export interface JudgedSpan {
  readonly name: string;
  readonly service?: string;
  readonly kind?: SpanKind | undefined;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

export async function judge({ files, ...span }: Idiom): Promise<Judgement> {
  const marked = Object.entries(files).find(([, text]) => text.includes("▶"));
  if (marked === undefined) throw new Error(`${span.name} marks no line.`);
  const [path, text] = marked;
  const expected = `${path}:${text.slice(0, text.indexOf("▶")).split("\n").length}`;
  const plain = Object.entries(files).map(
    ([each, content]) => [`/ws/${each}`, content.replace("▶", "")] as const,
  );
  return judgeSpan(span, expected, await createWorkspace(Object.fromEntries(plain)));
}

/** A span of which nothing but the attributes is known. */
export function toDetail(attributes: Readonly<Record<string, AttributeValue>>): SpanDetail {
  return {
    ...createEmptyDetail("1", "2"),
    attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })),
  };
}

/** `expected`: `path:line` below `/ws`, one-based. */
export async function judgeSpan(
  { name, service = "", kind, attributes = {} }: JudgedSpan,
  expected: string,
  workspace: SourceWorkspace,
): Promise<Judgement> {
  const facts = { name, service, queue: "", ...(kind !== undefined && { kind }) };
  const { locations } = await resolveSource(getCodeHints(toDetail(attributes), facts), workspace);
  const places = locations.map(toPlace);
  const [first] = locations;
  const path = expected.slice(0, expected.lastIndexOf(":"));
  const lines = await workspace.readLines(`/ws/${path}`);
  // A chain of calls runs in its last line, and begins in the one that a reader looks for.
  let begun0 = Number(expected.slice(path.length + 1)) - 1;
  while (/^\s*\??\.\w/.test(lines[begun0] ?? "")) begun0 -= 1;
  const found = first === undefined ? "nothing" : toPlace(first);
  const isNear = first?.path === `/ws/${path}`;
  const verdict: Verdict =
    first === undefined
      ? "nothing"
      : found === expected || found === `${path}:${begun0 + 1}`
        ? "right"
        : first.isSure
          ? "sureAndWrong"
          : places.includes(expected)
            ? "inList"
            : isNear
              ? "near"
              : "wrong";
  const language = path.slice(path.lastIndexOf(".") + 1);
  const isSure = first?.isSure === true;
  return { verdict, expected, found, isSure, rule: first?.reason.code ?? "none", language };
}

function toPlace({ path, line0 }: SourceLocation): string {
  return `${path.replace("/ws/", "")}:${line0 + 1}`;
}
