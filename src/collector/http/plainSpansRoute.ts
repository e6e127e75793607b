/** `POST /spans`: spans in plain JSON, one, a list, or one a line, with the field names that hand-made tracers use. */

import { createHash } from "node:crypto";
import { isTracedSpan, readPlainSpans } from "../../formats/plain/plainSpans.ts";
import { note } from "../../formats/traceFormat.ts";
import { isObject, type JsonObject } from "../../formats/values/jsonObject.ts";
import { keepRecords, type IngestTarget } from "../ingestTarget.ts";
import { parseJsonBody } from "../jsonBody.ts";
import type { HttpAnswer, IngestRoute } from "./route.ts";

export function plainSpansRoute(target: IngestTarget): IngestRoute {
  return {
    kind: "ingest",
    path: "/spans",
    carries: "spans",
    keep: body => {
      const { values, errors, failed } = parseJsonBody(body);
      const items = values.flat();
      const spans = items.filter(isObject).filter(isTracedSpan);
      const strangers = items.length - spans.length;
      const reasons = [
        ...errors.slice(0, 1),
        ...(strangers === 0
          ? []
          : [`${strangers} of ${items.length} lack a trace id, a name or a start`]),
      ];
      const { records, problems } = readPlainSpans(spans, target, nameByContent);
      return keepRecords(target, {
        records,
        problems: [...reasons.map(text => note(target, text)), ...problems],
        lost: failed + strangers,
      });
    },
    accept: ({ stored: kept, rejected, reason, notes }) =>
      jsonAnswer(kept === 0 && rejected > 0 ? 400 : 200, { kept, rejected, reason, notes }),
    refuse: ({ status, message }) => jsonAnswer(status, { kept: 0, rejected: 0, reason: message }),
  };
}

function jsonAnswer(status: number, value: unknown): HttpAnswer {
  const headers = { "Content-Type": "application/json", "X-Content-Type-Options": "nosniff" };
  return { status, headers, body: `${JSON.stringify(value)}\n` };
}

/** A span without an id of its own has one that is the same when it is sent again. */
function nameByContent(item: JsonObject): string {
  return createHash("sha256").update(JSON.stringify(item)).digest("hex").slice(0, 16);
}
