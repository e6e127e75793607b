/** Small gzip files that become 100 MB of brackets, blanks or endless fields: read or refused in good time. */

import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { getFailure } from "../../../src/model/failure.ts";
import { readTraceFile } from "../../../src/formats/traceFile.ts";
import type { Attack } from "./attack.ts";

const BYTES = 100 * 1024 * 1024;
/** CPU time of the process: a machine that is busy with others slows no attack down. */
const MAX_SECONDS = 40;

const pieces = [
  ...["[", "{", '{"a":', "[{", "[]", "{}", "{},", "[1,", "1,", "]", '"', '"\\', ",", "0"],
  ...[" ", "\n", " \n", "\t", "- ", "a,b\n", '{"\n', "{}\n", "x {", 'x [{"\n'],
];

export const attack: Attack = {
  name: "no gzip file of 100 MB of brackets or blanks holds up the reader",
  maxSeconds: 900,
  run({ report, signal }) {
    const slow: string[] = [];
    for (const start of ["", "{", "[", '{"a":"']) {
      let most = 0;
      for (const piece of start === "" ? pieces : [" ", "\n", ", "]) {
        if (signal.aborted) break;
        const text = start + piece.repeat(Math.floor(BYTES / piece.length));
        const seconds = read(gzipSync(text, { level: 1 }));
        most = Math.max(most, seconds);
        if (seconds > MAX_SECONDS) slow.push(`${JSON.stringify(start + piece)}: ${seconds} s`);
      }
      report(`the slowest behind ${JSON.stringify(start)}`, Math.round(most * 1_000), "ms of CPU");
    }
    assert.deepEqual(slow, []);
    return Promise.resolve();
  },
};

function read(bytes: Uint8Array): number {
  const before = process.cpuUsage();
  try {
    readTraceFile(bytes, { store: "", path: "", nowUnixMs: 0 });
    assert.fail("it was read as a trace");
  } catch (error) {
    if (getFailure(error)?.code !== "unreadableFile") throw error;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
