/** The debugger of Python from PyPI; the program that it debugs may be of another environment. */

import { join } from "node:path";
import type { PeerUnavailable } from "./cache.ts";
import { findPythonEnvironment, type PythonEnvironment } from "./pythonEnvironment.ts";

export async function findDebugpy(): Promise<PythonEnvironment | PeerUnavailable> {
  const requirements = join(import.meta.dirname, "debugpy", "requirements.txt");
  return findPythonEnvironment({ name: "debugpy", folder: "debugpy", requirements });
}
