/** The embedded store keeps the contract of all stores, with the recorded order imported as a file would be. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { readDocumentFile } from "../../src/formats/tasks/documentFile.ts";
import { openLocalStore } from "../../src/stores/local/localStore.ts";
import { workerPath } from "../unit/local/records.ts";
import { readRecorded, readRecordedDocuments } from "./recordedFunboost.ts";
import { describeStoreContract } from "./storeContract.ts";
import { addSpans } from "../unit/local/addSpans.ts";

const folder = mkdtempSync(join(tmpdir(), "traceside-contract-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeStoreContract("local", async () => {
  const store = openLocalStore({ name: "local", file: join(folder, "traces.db"), workerPath });
  // Read long after the recording, so the task whose worker was killed counts as silent.
  const context = { store: "local", nowUnixMs: Date.UTC(2100, 0) };
  const text = [...readRecordedDocuments().values()].join("");
  await addSpans(store, readDocumentFile(text, context).records);
  return { store, expected: readRecorded() };
});
