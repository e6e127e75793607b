/**
 * Which program holds a port of this machine, asked of the system: /proc on Linux, `lsof` on macOS, `netstat` and
 * `tasklist` on Windows. Programs are run without a shell and for a bounded time; where the system does not tell
 * (another user's program), the answer is `undefined`.
 */

import { execFile } from "node:child_process";
import { readdir, readFile, readlink } from "node:fs/promises";
import type { PortOwner } from "./collectorState.ts";

export type Transport = "tcp" | "udp";

const DEADLINE_MS = 2_000;
/** Directories of processes that are read side by side. */
const PROCESSES_AT_ONCE = 32;

export async function findPortOwner(
  port: number,
  transport: Transport,
): Promise<PortOwner | undefined> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  try {
    switch (process.platform) {
      case "linux":
        return await findOnLinux(port, transport, signal);
      case "darwin":
        return parseLsof(await run("lsof", lsofArguments(port, transport), signal));
      case "win32":
        return await findOnWindows(port, transport, signal);
      default:
        return undefined;
    }
  } catch {
    // Whatever goes wrong here (no such program, too slow), the port is still taken, by someone unnamed.
    return undefined;
  }
}

async function findOnLinux(
  port: number,
  transport: Transport,
  signal: AbortSignal,
): Promise<PortOwner | undefined> {
  const inodes = new Set<string>();
  for (const file of [`/proc/net/${transport}`, `/proc/net/${transport}6`]) {
    // A machine without IPv6 has no such file.
    const table = await readFile(file, "latin1").catch(() => "");
    for (const inode of parseProcNet(table, port, transport)) inodes.add(`socket:[${inode}]`);
  }
  if (inodes.size === 0) return undefined;
  const pids = (await readdir("/proc")).filter(name => /^\d+$/.test(name));
  for (let from = 0; from < pids.length && !signal.aborted; from += PROCESSES_AT_ONCE) {
    const some = pids.slice(from, from + PROCESSES_AT_ONCE);
    const holds = await Promise.all(some.map(pid => holdsSocket(pid, inodes)));
    const pid = some.find((_each, index) => holds[index]);
    if (pid === undefined) continue;
    const program = (await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")).trim();
    return { pid: Number(pid), ...(program !== "" && { program }) };
  }
  return undefined;
}

async function holdsSocket(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  // Processes end while they are looked at, and those of others may not be looked into.
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const descriptor of descriptors) {
    const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => "");
    if (sockets.has(target)) return true;
  }
  return false;
}

/**
 * The inodes of the sockets that hold a local port:
 *
 *     sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
 *      0: 0100007F:10DE 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 31337 …
 */
export function parseProcNet(table: string, port: number, transport: Transport): string[] {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const inodes: string[] = [];
  for (const line of table.split("\n").slice(1)) {
    const cells = line.trim().split(/\s+/);
    const [, local = "", , state = ""] = cells;
    const inode = cells[9] ?? "0";
    if (!local.endsWith(ending) || inode === "0") continue;
    // 0A is LISTEN; a connection from or to that port does not hold it.
    if (transport === "udp" || state === "0A") inodes.push(inode);
  }
  return inodes;
}

function lsofArguments(port: number, transport: Transport): string[] {
  const address = `-i${transport.toUpperCase()}:${port}`;
  return ["-nP", address, ...(transport === "tcp" ? ["-sTCP:LISTEN"] : []), "-Fpc"];
}

/** Field output: a line `p` with the process id, a line `c` with the program. */
export function parseLsof(output: string): PortOwner | undefined {
  const pid = /^p(\d+)$/m.exec(output)?.[1];
  const program = /^c(.+)$/m.exec(output)?.[1];
  if (pid === undefined) return undefined;
  return { pid: Number(pid), ...(program !== undefined && { program }) };
}

async function findOnWindows(
  port: number,
  transport: Transport,
  signal: AbortSignal,
): Promise<PortOwner | undefined> {
  const pid = parseNetstat(await run("netstat", ["-ano"], signal), port, transport);
  if (pid === undefined) return undefined;
  const filter = ["/FI", `PID eq ${pid}`, "/FO", "CSV", "/NH"];
  const program = /^"([^"]+)"/.exec((await run("tasklist", filter, signal)).trim())?.[1];
  return { pid, ...(program !== undefined && { program }) };
}

/** The words of the state column are translated, so a listener is known by its remote port 0. */
export function parseNetstat(
  output: string,
  port: number,
  transport: Transport,
): number | undefined {
  for (const line of output.split(/\r?\n/)) {
    const cells = line.trim().split(/\s+/);
    const [protocol = "", local = "", remote = ""] = cells;
    if (protocol.toLowerCase() !== transport || !local.endsWith(`:${port}`)) continue;
    if (transport === "tcp" && !remote.endsWith(":0")) continue;
    const pid = Number(cells.at(-1));
    if (Number.isInteger(pid) && pid > 0) return pid;
  }
  return undefined;
}

function run(program: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { signal, timeout: DEADLINE_MS, windowsHide: true, maxBuffer: 4 << 20 };
    execFile(program, [...args], options, (error, stdout) => {
      // `lsof` ends with 1 where some file could not be looked at, and has still answered.
      if (error !== null && stdout === "") reject(new Error(error.message));
      else resolve(stdout);
    });
  });
}
