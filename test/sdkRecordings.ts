/** What real SDKs put on the wire, recorded by `test/peers/recordSdks.ts` and kept in `test/fixtures/sdks`. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "fixtures/sdks");

/** How a message came. */
export interface Meta {
  readonly transport?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function listRecordings(): readonly string[] {
  return readdirSync(folder).filter(file => !/(?:\.meta\.json|\.md)$/.test(file));
}

/** The bodies that one run of a sender sent, in JSON. */
export function readRun(name: string): readonly string[] {
  return listRecordings()
    .filter(file => file.replace(/-\d+\.json$/, "") === name)
    .map(file => readRecording(file).toString("utf8"));
}

export function readRecording(file: string): Buffer {
  return readFileSync(join(folder, file));
}

export function readMeta(file: string): Meta {
  return JSON.parse(readFileSync(join(folder, `${file}.meta.json`), "utf8")) as Meta;
}
