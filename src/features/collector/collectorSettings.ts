/** The collector's settings as they are in force. What is no port or no size counts as the default. */

import type { CollectorSettings } from "../../collector/collectorApi.ts";
import {
  defaultPorts,
  receiverNames,
  type CollectorPorts,
  type ReceiverName,
} from "../../collector/collectorState.ts";
import { settings } from "../../manifest.ts";
import { getSetting } from "../../platform/settings.ts";

const DEFAULT_MEGABYTES = 2_000;
const MIN_MEGABYTES = 50;

/** Without what needs a token. */
export function getCollectorSettings(): Omit<CollectorSettings, "exposure"> {
  const megabytes: unknown = getSetting(settings.maxStoreMegabytes);
  const isUsable = typeof megabytes === "number" && megabytes >= MIN_MEGABYTES;
  return {
    ports: readPorts(getSetting(settings.ports)),
    capBytes: (isUsable ? megabytes : DEFAULT_MEGABYTES) * 1e6,
  };
}

function readPorts(setting: unknown): CollectorPorts {
  const written = typeof setting === "object" && setting !== null ? setting : {};
  const ports: Record<ReceiverName, number> = { ...defaultPorts };
  for (const name of receiverNames) {
    const port: unknown = (written as Readonly<Record<string, unknown>>)[name];
    if (Number.isInteger(port) && Number(port) >= 0 && Number(port) <= 65_535) {
      ports[name] = Number(port);
    }
  }
  return ports;
}
