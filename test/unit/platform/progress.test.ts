/** A notification of long work says how far it has come, as shares that add up to the whole. */

import { expect, it, vi } from "vitest";
import { withProgress } from "../../../src/platform/progress.ts";

const reports: { readonly message?: string; readonly increment?: number }[] = [];

vi.mock("vscode", () => ({
  ProgressLocation: { Notification: 15 },
  l10n: { t: (text: string) => text },
  window: {
    withProgress: (_options: unknown, task: (...args: unknown[]) => Promise<unknown>) =>
      task(
        { report: (step: object) => reports.push(step) },
        { onCancellationRequested: () => ({ dispose: () => undefined }) },
      ),
  },
}));

it("adds the shares that were told before it was shown and after", async () => {
  let nowMs = 0;
  vi.spyOn(performance, "now").mockImplementation(() => nowMs);
  const shown = Promise.withResolvers<undefined>();
  const done = withProgress("Keeping", async (_signal, say) => {
    say("1 of 4", 0.25);
    await shown.promise;
    say("too soon to be read", 0.5);
    for (const [message, share] of [["3 of 4", 0.75], ["3 of 4"], ["4 of 4", 1]] as const) {
      nowMs += 501;
      say(message, share);
    }
    return "kept";
  });
  await vi.waitFor(() => expect(reports).toHaveLength(1));
  shown.resolve(undefined);
  expect(await done).toBe("kept");
  expect(reports).toEqual([
    { message: "1 of 4", increment: 25 },
    { message: "3 of 4", increment: 50 },
    { message: "3 of 4" },
    { message: "4 of 4", increment: 25 },
  ]);
});
