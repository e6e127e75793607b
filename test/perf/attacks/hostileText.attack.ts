/** Text that the editor's own thread reads: settings, stacks, documents with links. Each piece, repeated, in good time. */

import assert from "node:assert/strict";
import { recogniseIds } from "../../../src/logs/recogniseIds.ts";
import { getFailure } from "../../../src/model/failure.ts";
import { readTraceFile } from "../../../src/formats/traceFile.ts";
import { readComposeMounts, readDevContainer } from "../../../src/source/containerMappings.ts";
import { MAX_LAUNCH_LENGTH, readLaunchMappings } from "../../../src/source/launchMappings.ts";
import { parseStack } from "../../../src/source/stackFrames.ts";
import type { Attack } from "./attack.ts";

const KB = 1024;
/** CPU time of the process: a machine that is busy with others slows no attack down. */
const MAX_SECONDS = 1;

interface Reader {
  readonly length: number;
  readonly pieces: readonly string[];
  read(text: string): unknown;
}

const brackets = ["[", "{", '{"a":', "[{", '["', "/*", "//", '"\\', "\\", ",", " ", '\\"', "\n"];
const readers: Readonly<Record<string, Reader>> = {
  "launch.json": { length: MAX_LAUNCH_LENGTH - KB, pieces: brackets, read: readLaunchMappings },
  "devcontainer.json": {
    length: MAX_LAUNCH_LENGTH - KB,
    pieces: brackets,
    read: text => readDevContainer(text, "/ws"),
  },
  "compose.yaml": {
    length: 256 * KB,
    pieces: ["? ", "- ", "[", "{a: ", "&a ", "*a ", "a: &a [*a]\n", "|", "'", "!", " ", "- - \n"],
    read: text => readComposeMounts(`services:\n ${text}`, "/ws"),
  },
  "trace.yaml": {
    length: 200 * KB,
    pieces: ["? ", "- ", "[", "{a: ", "&a ", "- &a\n", "'", "a: ", "#", "\t"],
    read(text) {
      const context = { store: "", path: "", nowUnixMs: 0 };
      try {
        return readTraceFile(Buffer.from(`resourceSpans:\n  ${text}`), context);
      } catch (error) {
        const failure = getFailure(error);
        if (failure === undefined) throw error;
        return failure;
      }
    },
  },
  stack: {
    length: 100 * KB,
    pieces: ["at ", "(", " at a.b(", 'File "', ":1", "in ", "a", " ", "\tat a(b:", "<", "#1 ", "/"],
    read: parseStack,
  },
  "ids in text": {
    length: 200 * KB,
    pieces: ["trace_id=", '"trace_id":"', "0", "a-", "00-", "{", "=", "\\u", "\u001b[", "[", "tr-"],
    read: recogniseIds,
  },
};

export const attack: Attack = {
  name: "no repeated piece of text holds up the editor",
  maxSeconds: 240,
  async run({ report, signal }) {
    const slow: string[] = [];
    for (const [name, { length, pieces, read }] of Object.entries(readers)) {
      let most = 0;
      for (const piece of pieces) {
        if (signal.aborted) return;
        const before = process.cpuUsage();
        await read(piece.repeat(Math.floor(length / piece.length)));
        const { user, system } = process.cpuUsage(before);
        const seconds = (user + system) / 1e6;
        most = Math.max(most, seconds);
        if (seconds > MAX_SECONDS) slow.push(`${name}, ${JSON.stringify(piece)}: ${seconds} s`);
      }
      report(`${name}, the slowest piece`, Math.round(most * 1_000), "ms of CPU");
    }
    assert.deepEqual(slow, []);
  },
};
