/** Tests that run outside of VS Code. Host suites and end-to-end tests have runners of their own. */

import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/unit/**/*.test.ts", "test/contract/**/*.test.ts"],
    tags: [
      { name: "data", description: "Needs the folder of public traces: see CONTRIBUTING.md." },
    ],
    // By default one core is left to vitest itself, which does next to nothing.
    maxWorkers: availableParallelism(),
    // Bounds a hang; says nothing of speed. A machine may be busy.
    testTimeout: 180_000,
    hookTimeout: 300_000,
  },
});
