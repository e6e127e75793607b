import { expect } from "vitest";

/** Each call rejects at once with the signal's own reason, whether it is aborted before the call or during it. */
export async function expectToStop(
  ...calls: readonly ((signal: AbortSignal) => Promise<unknown>)[]
): Promise<void> {
  for (const call of calls) {
    const reason = new Error("stop");
    await expect(call(AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const answer = call(controller.signal);
    controller.abort(reason);
    await expect(answer).rejects.toBe(reason);
  }
}
