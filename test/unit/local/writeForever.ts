/** A process that writes batches of a hundred spans until it is killed, and tells how many were acknowledged. */

import { openLocalStore } from "../../../src/stores/local/localStore.ts";
import { record, workerPath } from "./records.ts";

const [file = "", prefix = ""] = process.argv.slice(2);
const store = openLocalStore({ file, workerPath, name: "local" });
for (let batch = 0; ; batch += 1) {
  await store.addSpans(
    Array.from({ length: 100 }, (_, i) =>
      record({ spanId: `${prefix}-${batch}-${i}`, name: `${prefix} of ${batch}` }),
    ),
  );
  process.send?.(batch + 1);
}
