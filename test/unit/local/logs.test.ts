/** Logs that name no trace are kept, and found by time, service and words; they make no trace. */

import { expect, test } from "vitest";
import type { LogRecord } from "../../../src/model/logRecord.ts";
import { openSpanLog } from "../../../src/stores/local/log/spanLog.ts";
import { never, traceId, useStores } from "./records.ts";

const { newFile, open } = useStores();

const noonMs = Date.UTC(2026, 4, 4, 12);

function log(
  name: string,
  atMs: number,
  service = "shop",
  trace = "",
  severity = "INFO",
): LogRecord {
  const attributes = [
    { key: "log.severity", value: severity },
    { key: "resource.service.name", value: service },
  ];
  return { traceId: trace, event: { name, timeUnixNs: `${atMs}000000`, attributes } };
}

async function keep(...logs: readonly LogRecord[]) {
  const file = newFile();
  const spanLog = openSpanLog({ file, capBytes: Infinity });
  expect(await spanLog.ingestLogs(logs)).toEqual({ stored: logs.length, rejected: 0 });
  await spanLog.close();
  return open(file);
}

const around = { fromUnixMs: noonMs - 3_600_000, toUnixMs: noonMs + 3_600_000, limit: 10 };
const names = (logs: readonly LogRecord[]): string => logs.map(({ event }) => event.name).join();

test("by time, service and words", async () => {
  const store = await keep(
    log("second", noonMs + 61_000),
    log("First of all", noonMs),
    log("other", noonMs + 1, "mail"),
    log("late", noonMs + 7_200_000),
    log("of a trace", noonMs, "shop", traceId),
  );
  const read = async (query: object) => {
    const { logs, isCut } = await store.readLogs({ ...around, ...query }, never);
    return names(logs) + (isCut ? "…" : "");
  };
  expect(await read({})).toBe("First of all,other,second");
  expect(await read({ services: ["shop", "web"] })).toBe("First of all,second");
  expect(await read({ services: [] })).toBe("");
  expect(await read({ text: "FIRST of" })).toBe("First of all");
  expect(await read({ fromUnixMs: noonMs + 1 })).toBe("other,second");
  expect(await read({ toUnixMs: noonMs })).toBe("First of all");
  expect(await read({ limit: 1 })).toBe("First of all…");
  expect(await read({ fromUnixMs: noonMs - 1e10, toUnixMs: noonMs })).toBe("First of all…");
});

test("those of a trace, and no trace of those without one", async () => {
  const store = await keep(
    log("loose", noonMs),
    log("b", noonMs + 1, "shop", traceId),
    log("a", noonMs, "mail", traceId),
  );
  const { logs } = await store.readLogs({ traceId, limit: 10 }, never);
  expect(names(logs)).toBe("a,b");
  expect((await store.searchTraces({ limit: 10 }, never)).traces).toEqual([]);
  expect((await store.searchTraces({ limit: 10, text: "loose" }, never)).traces).toEqual([]);
  expect(await store.readFacts(never)).toMatchObject({ traceCount: 0 });
  await store.clear(never);
  expect((await store.readLogs(around, never)).logs).toEqual([]);
});

test("one that does not know its time is of now, and the same again is kept once", async () => {
  const store = await keep(log("timeless", 0), log("twice", noonMs), log("twice", noonMs));
  const nowMs = Date.now();
  const now = { fromUnixMs: nowMs - 60_000, toUnixMs: nowMs + 60_000, limit: 10 };
  expect(names((await store.readLogs(now, never)).logs)).toBe("timeless");
  expect(names((await store.readLogs(around, never)).logs)).toBe("twice");
});

test("by level, and the last of many", async () => {
  const store = await keep(
    log("one", noonMs),
    log("two", noonMs + 61_000, "shop", "", "ERROR2"),
    log("three", noonMs + 122_000, "shop", "", "Fatal"),
    log("four", noonMs + 122_001, "shop", "", "whatever"),
  );
  const read = async (query: object) => {
    const { logs, isCut } = await store.readLogs({ ...around, ...query }, never);
    return names(logs) + (isCut ? "…" : "");
  };
  expect(await read({ levels: ["error"] })).toBe("two,three");
  expect(await read({ levels: ["error", "info"] })).toBe("one,two,three");
  expect(await read({ levels: ["debug"] })).toBe("");
  expect(await read({ newestFirst: true })).toBe("one,two,three,four");
  expect(await read({ newestFirst: true, limit: 2 })).toBe("three,four…");
  expect(await read({ newestFirst: true, limit: 1, levels: ["info"] })).toBe("one");
});
