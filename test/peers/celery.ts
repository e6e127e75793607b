/** A real Celery for the tests: a Python environment with the package from PyPI, kept in the cache. */

import { join } from "node:path";
import type { PeerUnavailable } from "./cache.ts";
import { findPythonEnvironment, type PythonEnvironment } from "./pythonEnvironment.ts";

export async function findCelery(): Promise<PythonEnvironment | PeerUnavailable> {
  const requirements = join(import.meta.dirname, "celery", "requirements.txt");
  return findPythonEnvironment({ name: "Celery", folder: "celery", requirements });
}
