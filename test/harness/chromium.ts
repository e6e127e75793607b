/**
 * The browser that stands in front of the VS Code server: Chromium or Chrome as the machine has it, without a screen.
 */
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";
import type { Unavailable } from "./codeServer.ts";

const usualPlaces = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

const flags = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // WebGL by software, for the parts of a page that want it.
  "--enable-unsafe-swiftshader",
  // Small shared memory, as in containers, would otherwise end the tab.
  "--disable-dev-shm-usage",
];

export type FoundChromium = { readonly kind: "found"; readonly path: string };

export function findChromium(): FoundChromium | Unavailable {
  const wanted = process.env["TRACESIDE_CHROMIUM"];
  const path = [...(wanted === undefined ? [] : [wanted]), ...usualPlaces].find(existsSync);
  return path === undefined
    ? {
        kind: "unavailable",
        reason:
          "There is no Chromium (Debian: apt-get install chromium; or set TRACESIDE_CHROMIUM).",
      }
    : { kind: "found", path };
}

export async function launchChromium(): Promise<Browser> {
  const found = findChromium();
  if (found.kind === "unavailable") {
    throw new Error(found.reason);
  }
  return chromium.launch({
    executablePath: found.path,
    headless: true,
    args: flags,
    timeout: 120_000,
    // Whoever launched it closes it; a signal is for them to handle.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}
