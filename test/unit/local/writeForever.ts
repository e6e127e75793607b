/** A process that writes batches of a hundred spans until it is killed, and tells how many were acknowledged. */

import { openSpanLog } from "../../../src/stores/local/log/spanLog.ts";
import { record, workerPath } from "./records.ts";

const [file = "", prefix = ""] = process.argv.slice(2);
const log = openSpanLog({ file, workerPath, capBytes: Infinity });
for (let batch = 0; ; batch += 1) {
  await log.ingestSpans(
    Array.from({ length: 100 }, (_, i) =>
      record({ spanId: `${prefix}-${batch}-${i}`, name: `${prefix} of ${batch}` }),
    ),
  );
  process.send?.(batch + 1);
}
