/** Paths of spans that climb out of the workspace: each must look like what it is, so that it is asked for first. */

import assert from "node:assert/strict";
import { posix } from "node:path";
import { LearnedMappings, PathMapper } from "../../../src/source/pathMapping.ts";
import { createRandom } from "../../unit/formats/fuzzing.ts";
import type { Attack } from "./attack.ts";

const PATHS = 4_000;
const pieces = ["..", ".", "%2e%2e", "%2E.", "shop", "outside", "..\\..", "", "...", "x y"];
const starts = ["", "/", "/ws/", "/app/", "file:///ws/", "webpack://app/./", "./", "C:\\", "//ws/"];

export const attack: Attack = {
  name: `${PATHS} paths that climb out of the workspace never look like a file inside`,
  maxSeconds: 60,
  run({ report }) {
    const random = createRandom(11);
    const pick = <T>(list: readonly T[]): T => list[random() % list.length] as T;
    const mapper = new PathMapper({
      folders: [{ name: "ws", path: "/ws" }],
      mappings: [{ remoteRoot: "/app", localRoot: "${workspaceFolder}" }],
      files: ["/ws/shop/x.py"],
      learned: new LearnedMappings(),
    });
    let outside = 0;
    for (let each = 0; each < PATHS; each += 1) {
      const middle = Array.from({ length: 1 + (random() % 6) }, () => pick(pieces));
      const remote = pick(starts) + [...middle, "x.py"].join(pick(["/", "/", "\\"]));
      for (const { path } of mapper.findFiles(remote, "")) {
        // What the editor compares with its folders is what the disk would open.
        const opened = posix.normalize(path.replaceAll("\\", "/"));
        assert.equal(opened.startsWith("/ws/"), path.startsWith("/ws/"), `${remote} is ${path}`);
        if (!path.startsWith("/ws/")) outside += 1;
      }
    }
    report("led outside, and say so", outside, "files");
    assert.ok(outside > 0);
    return Promise.resolve();
  },
};
