/**
 * How many ids of real log lines are found and underlined, how many are made up, and how fast ordinary text is read.
 * The lines were printed by the libraries themselves, see `test/corpus/ids/record.py`; ordinary text is what is
 * installed beside this file.
 */

import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { canonicalSpanId, canonicalTraceId } from "../../src/model/ids.ts";
import { recogniseIds } from "../../src/logs/recogniseIds.ts";
import { measure, summarise, type Bench, type Figure } from "../harness/measure.ts";
import { repoRoot } from "../harness/paths.ts";

interface RecordedLine {
  readonly line: string;
  readonly ids: readonly { readonly role: "trace" | "span" | "task"; readonly written: string }[];
}

/** As much as takes some seconds; the false underlines of a whole machine were counted once by hand. */
const ORDINARY_BYTES = 30_000_000;
const LONG_LINE = 200_000;
const hostile = [
  "trace_id=",
  '"trace":{"id":',
  "id=0 ",
  "Task a[",
  "[a,",
  "00-",
  "TID:",
  "WorkflowID a1 ",
];

export const bench: Bench = async report => {
  for (const figure of countRecorded()) report(figure);
  for (const figure of countOrdinary()) report(figure);
  for (const piece of hostile) {
    const line = piece.repeat(LONG_LINE / piece.length);
    report(await measure(`hostile line of ${piece}`, { runs: 5 }, () => recogniseIds(line)));
  }
};

function* countRecorded(): Iterable<Figure> {
  const lines = readFileSync(join(repoRoot, "test/corpus/ids/lines.jsonl"), "utf8")
    .split("\n")
    .filter(line => line !== "")
    .map(line => JSON.parse(line) as RecordedLine);
  let [ids, found, underlined, strange] = [0, 0, 0, 0];
  for (const { line, ids: known } of lines) {
    const matches = recogniseIds(line);
    const expected = new Set(
      known.map(({ role, written }) =>
        role === "trace" ? canonicalTraceId(written) : canonicalSpanId(written),
      ),
    );
    ids += expected.size;
    for (const id of expected) {
      const match = matches.find(each => each.id === id);
      if (match !== undefined) found += 1;
      if (match?.isCertain === true) underlined += 1;
      if (match?.isCertain !== true) console.error(`${match ? "bare" : "missed"} ${id}: ${line}`);
    }
    for (const match of matches) if (match.isCertain && !expected.has(match.id)) strange += 1;
  }
  yield summarise("recorded lines", "lines", [lines.length]);
  yield summarise("ids in recorded lines", "ids", [ids]);
  yield summarise("found", "%", [(100 * found) / ids]);
  yield summarise("underlined", "%", [(100 * underlined) / ids]);
  yield summarise("underlined that is no id", "ids", [strange]);
}

function* countOrdinary(): Iterable<Figure> {
  let [bytes, underlined, ms] = [0, 0, 0];
  for (const path of globSync("node_modules/**/*.{js,ts,md,json}", { cwd: repoRoot })) {
    if (bytes > ORDINARY_BYTES) break;
    // A package's folder may be called as a file is.
    if (!statSync(join(repoRoot, path)).isFile()) continue;
    const text = readFileSync(join(repoRoot, path), "utf8");
    bytes += text.length;
    const start = performance.now();
    for (const line of text.split("\n")) {
      underlined += recogniseIds(line).filter(match => match.isCertain).length;
    }
    ms += performance.now() - start;
  }
  yield summarise("underlined in ordinary text", `ids in ${Math.round(bytes / 1e6)} MB`, [
    underlined,
  ]);
  yield summarise("ordinary text", "MB/s", [bytes / 1e3 / ms]);
}
