/** Hand-overs to another program, or to a worker that runs a file: it begins anew, unless its environment says more. Pure. */

import type { Range } from "../callRanges.ts";
import { findCalls, hasWord } from "./callText.ts";
import type { HandOver } from "./handOver.ts";

const starting =
  /\b(?:subprocess\.(?:run|Popen|call|check_call|check_output)|create_subprocess_(?:exec|shell)|os\.(?:system|popen|spawn\w{0,3})|exec\.Command(?:Context)?|new\s+(?:Worker|ProcessBuilder)|(?<![.\w])(?:child_process\.)?(?:fork|(?:spawn|exec|execFile)(?:Sync)?))\(/gu;
const carried = /traceparent|\binject\w*\(/iu;
/** The program that runs it starts itself. */
const self = /\bos\.Args\[0\]|\b__file__\b|\bprocess\.argv\[1\]|\bos\.Executable\(/u;

/** `started`: the file in which the root began. */
export function listStartedPrograms(
  { path, text }: { readonly path: string; readonly text: string },
  within: Range,
  started: string,
): readonly HandOver[] {
  const body = text.slice(within.from, within.to);
  if (carried.test(body)) return [];
  const [file = "", folder = ""] = started.split("/").reverse();
  const names = [file.replace(/\.\w+$/u, ""), folder];
  const isSelf = started === path ? self.test(body) : names.some(name => hasWord(body, name));
  return isSelf
    ? Array.from(findCalls(text, within, starting), ({ from, to }) => ({
        ...{ kind: "process" as const, from, to, fix: [] },
      }))
    : [];
}
