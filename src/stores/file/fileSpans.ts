/** The spans of a file that was opened, however they are held. */

import type { LogRecord } from "../../model/logRecord.ts";
import type { SpanDetail } from "../../model/spanDetail.ts";
import type { SpanRecord } from "../../model/spanRecord.ts";
import type { TraceCells } from "../local/read/traceCells.ts";
import type { TextSearch } from "../local/read/textSearch.ts";
import type { OpenedFacts } from "./fileApi.ts";

export interface FileSpans {
  readonly facts: OpenedFacts;
  readonly logs: readonly LogRecord[];
  /** `undefined` where the trace is not in the file. */
  readTrace(traceId: string): TraceCells | undefined;
  /** Reads what the `slot`th span of that id tells, from 0 on, with its logs. */
  findDetail(traceId: string, spanId: string, slot: number): SpanDetail | undefined;
  /** The keys of the details that hold the text that is sought. */
  findText(traceId: string, search: TextSearch): string[];
  /** The spans between two places in the file. */
  readRecords(from: number, to: number): readonly SpanRecord[];
}
