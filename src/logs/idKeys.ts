/**
 * The keys behind which logs, headers and exporters write ids, and their look-up. Pure.
 *
 * A key is known in every spelling: `trace_id`, `TraceId`, `trace.id` and `Trace ID` are one, and so are those with
 * something in front, as `dd.trace_id`, `X-Trace-Id` and `selectedTraceId`.
 */

export interface IdKey {
  readonly role: "trace" | "span" | "task" | "any";
  /** The key alone says little: only what has the form of an id is one. */
  readonly isVague?: boolean;
  /** A UUID behind the key may be anything, as payments have transactions, too; or it is a task's. */
  readonly uuid?: "none" | "task";
  /** The key may name anything of a program: a value counts only in a log or behind a header. */
  readonly isLogOnly?: boolean;
  /** The value is a whole header, with several ids. */
  readonly header?: "b3" | "jaeger";
}

const vagueTask: IdKey = { role: "task", isVague: true };
const logged: IdKey = { role: "any", isVague: true, isLogOnly: true };

/** Keys in the form of `normalizeKey`. */
const meanings: readonly (readonly [keys: string, meaning: IdKey])[] = [
  ["traceid oteltraceid traceidhex", { role: "trace" }],
  // Serilog writes `@tr`, Application Insights `operation_Id`, Google `trace` and `X-Cloud-Trace-Context`, Pinpoint `TxId`.
  ["trace @tr operationid tracecontext", { role: "trace", isVague: true }],
  ["txid ptxid", { role: "trace", isVague: true, uuid: "none" }],
  ["tr", { role: "trace", isVague: true, uuid: "none", isLogOnly: true }],
  ["sp", { role: "span", isVague: true, uuid: "none", isLogOnly: true }],
  ["rootid", { role: "trace", isVague: true, uuid: "task" }],
  ["spanid parentspanid otelspanid spanidhex", { role: "span" }],
  ["span parent parentid parentspan @sp @ps uifind", { role: "span", isVague: true, uuid: "task" }],
  // AWS has `SegmentId` and Elastic `transaction.id`: both are spans to OpenTelemetry.
  ["segmentid transactionid", { role: "span", isVague: true, uuid: "none" }],
  ["taskid jobid jid workflowid messageid msgid taskuuid jobuuid correlationid", { role: "task" }],
  // Jobs of Zeebe are `jobKey`, and messages of Spring `headers={id`.
  ["offsetmsgid uniqkey submissionid jobkey processinstancekey headersid", { role: "task" }],
  ["task job message workflow asyncresult workflowexecutionid executorid", vagueTask],
  ["requestid reqid xcorrelationid runid invocationid executionid", { role: "any" }],
  ["amzcfid vercelid auditid flowid requestuuid", { role: "any" }],
  ["req rid request run correlation corr rayid callid reconcileid cid flow execution", logged],
  ["execid logid corrid delivery trackingid opid rquid attemptid activityid", logged],
  ["causationid interactionid", logged],
  ["b3 sentrytrace", { role: "trace", header: "b3" }],
  ["ubertraceid", { role: "trace", header: "jaeger" }],
];

const byKey = new Map<string, IdKey>(
  meanings.flatMap(([keys, meaning]) => keys.split(" ").map(key => [key, meaning] as const)),
);

/** The last two characters of every key, as a piece of a regular expression: cheap to look for. */
export const KEY_ENDS = [...new Set([...byKey.keys()].map(key => key.slice(-2)))].join("|");

/** The kind of a message in systemd's journal. */
const FOREIGN = "MESSAGE_ID";

/** Written keys repeat from line to line. */
const known = new Map<string, IdKey | undefined>();
/** Keys come from texts of any kind; a text of nothing but keys must not stay in memory. */
const MAX_KNOWN = 10_000;

/** Returns the meaning of a key as it is written, in the singular or not: that of the longest of its ends in the table. */
export function getIdKey(written: string): IdKey | undefined {
  if (known.has(written)) return known.get(written);
  let found: IdKey | undefined;
  // A key begins at the front, behind a sign, or at a capital letter.
  for (const { index } of written.matchAll(/(?<![\p{L}\d])[\w@]|(?<=[a-z\d])[A-Z]/gu)) {
    const key = normalizeKey(written.slice(index));
    found = byKey.get(key) ?? byKey.get(key.replace(/s$/, ""));
    if (found !== undefined) break;
  }
  if (written === FOREIGN) found = undefined;
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(written, found);
  return found;
}

function normalizeKey(key: string): string {
  return key.toLowerCase().replaceAll(/[^a-z\d@]/g, "");
}
