/** The memory of a process, in bytes, as Linux counts it. */

import { readFile } from "node:fs/promises";

export async function readMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
}
