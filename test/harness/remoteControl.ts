/**
 * The outer end of the remote control: settings and commands of a running VS Code, without its user interface.
 * VS Code's server does not watch its own settings file, so a test cannot simply write it.
 */
import { join } from "node:path";
import { waitFor } from "./processes.ts";

export const remoteControlFolder = join(import.meta.dirname, "remoteControl");

export type RemoteControl = {
  /** Changes user settings; `undefined` takes one back to its default. */
  readonly setSettings: (changes: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Runs a command in the extension host and gives what it returned, as far as JSON holds it. */
  readonly executeCommand: (id: string, ...args: readonly unknown[]) => Promise<unknown>;
  /** The 99th percentile of the extension host's delay since the last call, in milliseconds; 0 at the first. */
  readonly readDelayMs: () => Promise<number>;
};

export function connectRemoteControl(port: number): RemoteControl {
  const ask = async (request: object): Promise<unknown> => {
    const body = JSON.stringify(request, (_, value: unknown) => value ?? null);
    const response = await waitFor("the extension host to listen", 240_000, () =>
      post(`http://127.0.0.1:${String(port)}`, body),
    );
    const answer = (await response.json()) as { readonly value?: unknown; readonly error?: string };
    if (answer.error !== undefined) {
      throw new Error(answer.error);
    }
    return answer.value;
  };
  return {
    setSettings: async changes => {
      await ask({ kind: "settings", changes });
    },
    readDelayMs: async () => Number(await ask({ kind: "delay" })),
    executeCommand: (id, ...args) => ask({ kind: "command", id, args }),
  };
}

async function post(address: string, body: string): Promise<Response | undefined> {
  try {
    return await fetch(address, { method: "POST", body, signal: AbortSignal.timeout(60_000) });
  } catch (error) {
    if ((error as Error).name === "TimeoutError") {
      throw error;
    }
    // Nobody listens yet: the extension host starts when a window opens.
    return undefined;
  }
}
