/** End-to-end tests: one at a time, each with a real VS Code, slow and bounded. */
import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: join(import.meta.dirname, "../.."),
  test: {
    include: ["test/e2e/**/*.e2e.test.ts"],
    globalSetup: [join(import.meta.dirname, "driver/globalSetup.ts")],
    setupFiles: [join(import.meta.dirname, "driver/saveOnFailure.ts")],
    maxWorkers: 1,
    fileParallelism: false,
    // The editor itself loses a click or a key now and then. The summary names what passed on its second try.
    retry: 1,
    expect: { poll: { timeout: 60_000, interval: 100 } },
    testTimeout: 480_000,
    hookTimeout: 480_000,
    teardownTimeout: 60_000,
  },
});
