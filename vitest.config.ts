/** Tests that run outside of VS Code. Host suites and end-to-end tests have runners of their own. */

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/unit/**/*.test.ts", "test/contract/**/*.test.ts"],
    // Bounds a hang; says nothing of speed. A machine may be busy.
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
});
