/**
 * A Java server for the tests, put together from Maven's packages once and kept in the cache, started on loopback.
 * Knows no product.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { createInterface } from "node:readline";

export interface JavaServer {
  stop(): Promise<void>;
}

export interface JavaServerOptions {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Given every line that it prints; an answer says that it is up. */
  readonly isUp: (line: string) => boolean;
}

const startTimeoutMs = 180_000;
const stopTimeoutMs = 10_000;
/** A test's server does little: a small heap, and no time spent on compiling it well. */
const jvmArgs = ["-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];

/** Why it did not start, as text. */
export async function startJavaServer(options: JavaServerOptions): Promise<JavaServer | string> {
  const child = spawn("java", [...jvmArgs, ...options.args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let ended: string | undefined;
  const exited = once(child, "exit").then(
    ([code]) => (ended = `it ended with ${String(code)}`),
    (error: unknown) => (ended = String(error)),
  );
  // A test run that is cut short must not leave servers behind.
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const stop = async (): Promise<void> => {
    process.off("exit", kill);
    if (ended !== undefined) return;
    child.kill();
    const timer = setTimeout(kill, stopTimeoutMs);
    await exited;
    clearTimeout(timer);
  };
  const last: string[] = [];
  const up = new Promise<true>(resolve => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", line => {
        last.push(line);
        if (last.length > 5) last.shift();
        if (options.isUp(line)) resolve(true);
      });
    }
  });
  const timeout = new Promise<string>(resolve => {
    setTimeout(resolve, startTimeoutMs, "it did not start in time").unref();
  });
  const outcome = await Promise.race([up, exited, timeout]);
  if (outcome === true) return { stop };
  await stop();
  return [outcome, ...last].join("\n");
}

/** Ports that nobody holds now, all different. */
export async function findFreePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map(server => once(server, "listening")));
  const ports = servers.map(server => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(server => once(server.close(), "close")));
  return ports;
}
