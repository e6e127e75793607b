/** What every attack of `npm run bench -- attack` is: one file `NAME.attack.ts` in this folder, found by its name. */

import type { Window } from "../../contract/collectorWindows/windows.ts";
import type { CollectorPorts } from "../../../src/collector/collectorState.ts";
import type { Bundles } from "../../contract/collectorWindows/bundles.ts";

/** What an attack aims at: a store and its ports, new for each attack; its windows are closed when it ends. */
export interface Target {
  /** An empty folder that is removed afterwards. */
  readonly folder: string;
  /** Of the embedded store, inside of `folder`. */
  readonly file: string;
  readonly ports: CollectorPorts;
  /** The workers as the extension ships them. */
  readonly bundles: Bundles;
  /** Aborted when the attack has taken too long. */
  readonly signal: AbortSignal;
  /** Starts the collector in a process of its own, as a window does; all windows share the store and the ports. */
  openWindow(): Promise<Window>;
  /** A figure that is printed beside "held" or "fell". */
  report(figure: string, value: number, unit: string): void;
}

export interface Attack {
  /** What is attacked and how. */
  readonly name: string;
  /** It fell, too, where it takes longer. */
  readonly maxSeconds: number;
  /** Resolves where the product held; throws, by `node:assert` or otherwise, what fell. */
  run(target: Target): Promise<void>;
}
