/**
 * The windows that share the embedded store: one of them has the ports, and hands a tool's call to the window that has the
 * caller's folder open, because only that one knows its code. Each listens on loopback, and leaves a note with its
 * folders, its port and a secret beside the store, which only this user can read. Knows no editor.
 */

import { randomBytes, timingSafeEqual } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, connect, type AddressInfo, type Server, type Socket } from "node:net";
import { isAbsolute, join, relative } from "node:path";
import { Owner, toDisposable } from "../../base/disposables.ts";
import { isProcessAlive } from "../../base/isProcessAlive.ts";
import type { ToolReply } from "../../collector/collectorApi.ts";

/** Arguments are short texts; an answer is at most 40,000 characters, each of six bytes where it is escaped. */
const MAX_LINE_BYTES = 512 * 1024;
/** Who says nothing for so long says nothing any more. */
const SILENCE_MS = 10_000;
/** A call ends by itself before that: thirty seconds, and sixty where it waits. */
const ANSWER_MS = 120_000;

export type RunTool = (name: string, input: unknown, signal: AbortSignal) => Promise<ToolReply>;

export interface OtherWindow {
  readonly folders: readonly string[];
  readonly pid: number;
  readonly port: number;
  readonly secret: string;
}

export class OtherWindows extends Owner {
  readonly #directory: string;
  readonly #run: RunTool;
  readonly #secret = randomBytes(32).toString("base64url");
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  /** `directory` is for the notes of all windows. */
  constructor(directory: string, run: RunTool) {
    super();
    this.#directory = directory;
    this.#run = run;
  }

  /** Lets the others ask this window about these folders from now on; a window without one is not asked. */
  async tell(folders: readonly string[]): Promise<void> {
    if (folders.length === 0 || this.isDisposed) return;
    this.#server ??= await this.#listen();
    const { port } = this.#server.address() as AddressInfo;
    const note: OtherWindow = { folders, pid: process.pid, port, secret: this.#secret };
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const file = this.#fileOf(process.pid);
    writeFileSync(`${file}.new`, JSON.stringify(note), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  /** All that are open but this one. */
  list(): readonly OtherWindow[] {
    let names: readonly string[];
    try {
      names = readdirSync(this.#directory);
    } catch {
      // No window has left a note yet.
      return [];
    }
    return names.flatMap(name => {
      const pid = Number(/^(\d{1,10})\.json$/.exec(name)?.[1]);
      if (!(pid > 0) || pid === process.pid) return [];
      const note = readNote(join(this.#directory, name));
      if (note !== undefined && isProcessAlive(pid)) return [note];
      // A window that was killed could not take its note away.
      rmSync(join(this.#directory, name), { force: true });
      return [];
    });
  }

  /** The one that has this folder open; the deepest of its folders counts, where several have one. */
  find(folder: string): OtherWindow | undefined {
    const fitting = this.list().flatMap(window => {
      const depths = window.folders.filter(own => isWithin(folder, own)).map(own => own.length);
      return depths.length === 0 ? [] : [{ window, depth: Math.max(...depths) }];
    });
    return fitting.sort((a, b) => b.depth - a.depth)[0]?.window;
  }

  /** `undefined` where that window does not answer. */
  ask(
    { port, secret }: OtherWindow,
    name: string,
    input: unknown,
    signal: AbortSignal,
  ): Promise<ToolReply | undefined> {
    return new Promise(resolve => {
      const socket = connect({ host: "127.0.0.1", port });
      const end = (reply: ToolReply | undefined): void => {
        signal.removeEventListener("abort", onAbort);
        socket.destroy();
        resolve(reply);
      };
      const onAbort = (): void => end(undefined);
      signal.addEventListener("abort", onAbort, { once: true });
      socket.setTimeout(ANSWER_MS, () => end(undefined));
      socket.on("error", () => end(undefined));
      socket.on("close", () => end(undefined));
      readLine(socket, line => end(toReply(line)));
      socket.write(`${JSON.stringify({ secret, name, input })}\n`);
    });
  }

  async #listen(): Promise<Server> {
    const server = createServer(socket => this.#answer(socket));
    server.maxConnections = 16;
    this.own(
      toDisposable(() => {
        server.close();
        for (const socket of this.#sockets) socket.destroy();
        rmSync(this.#fileOf(process.pid), { force: true });
      }),
    );
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    // No window stays open for it.
    server.unref();
    return server;
  }

  #answer(socket: Socket): void {
    const controller = new AbortController();
    this.#sockets.add(socket);
    socket.on("close", () => {
      this.#sockets.delete(socket);
      controller.abort();
    });
    socket.on("error", () => socket.destroy());
    socket.setTimeout(SILENCE_MS, () => socket.destroy());
    readLine(socket, line => {
      const call = parseObject(line);
      const { secret, name, input } = call ?? {};
      if (typeof secret !== "string" || typeof name !== "string" || !this.#isSecret(secret)) {
        socket.destroy();
        return;
      }
      socket.setTimeout(0);
      this.#run(name, input, controller.signal).then(
        reply => socket.end(`${JSON.stringify(reply)}\n`),
        () => socket.destroy(),
      );
    });
  }

  #isSecret(given: string): boolean {
    const [own, other] = [Buffer.from(this.#secret), Buffer.from(given)];
    return own.length === other.length && timingSafeEqual(own, other);
  }

  #fileOf(pid: number): string {
    return join(this.#directory, `${pid}.json`);
  }
}

/** Whether it is that folder or one below it, by whatever links the two are named. */
export function isWithin(folder: string, above: string): boolean {
  const way = relative(realPathOf(above), realPathOf(folder));
  return !way.startsWith("..") && !isAbsolute(way);
}

function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

function readNote(file: string): OtherWindow | undefined {
  try {
    const note = parseObject(readFileSync(file, "utf8"));
    const { folders, pid, port, secret } = (note ?? {}) as Partial<OtherWindow>;
    const isWhole =
      Array.isArray(folders) &&
      folders.every(each => typeof each === "string") &&
      [pid, port].every(Number.isInteger) &&
      typeof secret === "string";
    return isWhole ? (note as unknown as OtherWindow) : undefined;
  } catch {
    return undefined;
  }
}

/** The first line; what is longer than any ends the connection. */
function readLine(socket: Socket, take: (line: string) => void): void {
  let text = "";
  socket.setEncoding("utf8");
  const onData = (part: string): void => {
    text += part;
    const end = text.indexOf("\n");
    if (end >= 0) {
      socket.off("data", onData);
      take(text.slice(0, end));
    } else if (text.length > MAX_LINE_BYTES) socket.destroy(new Error("too long"));
  };
  socket.on("data", onData);
}

function toReply(line: string): ToolReply | undefined {
  const { text, isError } = parseObject(line) ?? {};
  return typeof text === "string" ? { text, isError: isError === true } : undefined;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
