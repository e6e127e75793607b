/** One id in every spelling, behind keys of logs, documents and headers, and pasted alone: all of them name one trace. */

import { describe, expect, test } from "vitest";
import { listIds, recogniseIds } from "../../../src/logs/recogniseIds.ts";
import { listPossibleSpanIds, listPossibleTraceIds } from "../../../src/model/idSpellings.ts";
import { spanId, spanSpellings, traceId, traceSpellings } from "../model/spellings.ts";

const kinds = [
  { key: "trace_id", id: traceId, spellings: traceSpellings, list: listPossibleTraceIds },
  { key: "span_id", id: spanId, spellings: spanSpellings, list: listPossibleSpanIds },
];

describe.each(kinds)("$key", ({ key, id, spellings, list }) => {
  const rows = spellings.map(({ name, text }) => ({ name, text: text.trim() }));

  test.each(rows)("in a log: $name", ({ text }) => {
    for (const line of [
      `2026-05-04 08:00:01 INFO paid ${key}=${text} ok`,
      `2026-05-04 08:00:01 INFO paid ${key}: ${text}`,
      `level=info ${key}="${text}" msg=paid`,
      `{"level":"info","msg":"paid","${key}":"${text}"}`,
    ]) {
      const meant = recogniseIds(line).filter(match => list(match.id).includes(id));
      expect(
        meant.some(({ isCertain }) => isCertain),
        line,
      ).toBe(true);
    }
  });

  test.each(rows)("in a document: $name", ({ text }) => {
    for (const line of [`{"${key}":"${text}"}`, `{'${key}': '${text}'}`]) {
      expect(
        recogniseIds(line).some(match => list(match.id).includes(id)),
        line,
      ).toBe(true);
    }
  });

  test.each(rows)("pasted: $name", ({ text }) => {
    expect(listIds(text).some(each => list(each).includes(id))).toBe(true);
  });
});
