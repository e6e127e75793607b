/**
 * A Java server for the tests, put together from Maven's packages once and kept in the cache, started on loopback.
 * Knows no product.
 */
import { createInterface } from "node:readline";
import { spawnBound } from "./spawnBound.ts";

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
/** A test's server does little: a small heap, and no time spent on compiling it well. */
const jvmArgs = ["-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];

/** Why it did not start, as text. */
export async function startJavaServer(options: JavaServerOptions): Promise<JavaServer | string> {
  const server = spawnBound("java", [...jvmArgs, ...options.args], options);
  const last: string[] = [];
  const up = new Promise<true>(resolve => {
    for (const stream of [server.stdout, server.stderr]) {
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
  const ended = server.ended.then(code => `it ended with ${String(code)}`);
  const outcome = await Promise.race([up, ended, timeout]);
  if (outcome === true) return { stop: () => server.stop() };
  await server.stop();
  return [outcome, ...last].join("\n");
}
