/**
 * The notice by which the window that receives tells the others: its receivers, in a small file beside the store's.
 * They cannot ask it, and show the same ports. Knows no lock: whoever holds it writes here, and a notice without an
 * owner is not read.
 */

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { receiverNames, type ReceiverState } from "./collectorState.ts";

export function writeOwnerNotice(storeFile: string, receivers: readonly ReceiverState[]): void {
  const file = fileOf(storeFile);
  // Renamed into its place, so that nobody ever reads a half.
  writeFileSync(`${file}.new`, JSON.stringify(receivers), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** `undefined` where there is none that can be read: the owner has only just begun, or is of another version. */
export function readOwnerNotice(storeFile: string): readonly ReceiverState[] | undefined {
  try {
    const read: unknown = JSON.parse(readFileSync(fileOf(storeFile), "utf8"));
    const receivers = Array.isArray(read) ? (read as readonly ReceiverState[]) : [];
    const isWhole = receiverNames.every((name, index) => receivers[index]?.name === name);
    return isWhole ? receivers : undefined;
  } catch {
    return undefined;
  }
}

function fileOf(storeFile: string): string {
  return `${storeFile}-receivers.json`;
}
