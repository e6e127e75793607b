/**
 * The messages that Elastic's agent for browsers sends become what its other agents send: version 3 of its intake API
 * writes short names, and spans inside of their transaction. Pure.
 *
 *     {"m": {"se": {"n": "shop-ui"}}}                                        {"metadata": {"service": {"name": …}}}
 *     {"x": {"id": …, "tid": …, "n": "/", "d": 700, "y": [{"n": …}]}}   →    {"transaction": {…}}, {"span": {…}}
 */

import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";

/** The long name of each short one; with a table, for the object or the objects under it. */
interface Names {
  readonly [short: string]: string | readonly [name: string, inner: Names];
}

const named: Names = { n: "name", ve: "version" };
const service: Names = {
  ...named,
  ...{ en: "environment", a: ["agent", named], la: ["language", named], fw: ["framework", named] },
  ru: ["runtime", named],
};
const user: Names = { id: "id", un: "username", em: "email" };
const frame: Names = {
  ...{ ap: "abs_path", f: "filename", fn: "function", li: "lineno", co: "colno", cn: "classname" },
  cli: "context_line",
};
const target: Names = { n: "name", t: "type", rc: "resource" };
const context: Names = {
  h: ["http", { mt: "method", sc: "status_code" }],
  q: ["request", { mt: "method", hd: "headers", en: "env", hve: "http_version" }],
  r: ["response", { sc: "status_code", ts: "transfer_size", ebs: "encoded_body_size" }],
  p: ["page", { rf: "referer" }],
  dt: ["destination", { ad: "address", po: "port", se: ["service", target] }],
  ...{ g: "tags", cu: "custom", u: ["user", user], se: ["service", service] },
};
const metadata: Names = { se: ["service", service], u: ["user", user], l: "labels", n: "network" };
const event: Names = {
  ...{ tid: "trace_id", pid: "parent_id", n: "name", t: "type", d: "duration", o: "outcome" },
  ...{ sr: "sample_rate", c: ["context", context] },
};
const transaction: Names = {
  ...event,
  ...{ rt: "result", sm: "sampled", k: "marks", exp: "experience", ses: "session" },
  yc: ["span_count", { sd: "started", dd: "dropped" }],
};
const span: Names = {
  ...event,
  ...{ s: "start", su: "subtype", ac: "action", sy: "sync", st: ["stacktrace", frame] },
};
const error: Names = {
  ...event,
  ...{ xid: "transaction_id", ts: "timestamp", cl: "culprit" },
  ex: ["exception", { mg: "message", ty: "type", cd: "code", st: ["stacktrace", frame] }],
  log: ["log", { mg: "message", lv: "level", st: ["stacktrace", frame] }],
};

/** Browsers send how long, and the server that they send to knows when: the first microsecond is no time of anyone. */
const UNKNOWN_MOMENT = 1;

/** The lines that another agent would have sent; `undefined` for what is no line of a browser's agent. */
export function expandElasticRum(item: JsonObject): readonly JsonObject[] | undefined {
  const [key = "", ...others] = Object.keys(item);
  const inner = item[key];
  if (others.length > 0 || !isObject(inner)) return undefined;
  if (key === "m" && isObject(inner["se"])) return [{ metadata: expand(inner, metadata) }];
  if (typeof inner["id"] !== "string") return undefined;
  if (key === "e" && ("ex" in inner || "log" in inner)) return [{ error: expand(inner, error) }];
  return key === "x" && typeof inner["tid"] === "string" ? listEvents(inner) : undefined;
}

function listEvents({ y: spans, ...written }: JsonObject & Written) {
  const whole = { timestamp: UNKNOWN_MOMENT, ...expand(written, transaction) };
  const { id, tid } = written as { readonly id?: unknown; readonly tid?: unknown };
  const listed = listObjects(spans);
  const inner = listed.map(({ pi, ...each }: JsonObject & Written) => {
    const caller = listed[typeof pi === "number" ? pi : -1];
    const ids = { trace_id: tid, transaction_id: id, parent_id: caller?.["id"] ?? id };
    return { span: { ...ids, ...expand(each, span) } };
  });
  return [{ transaction: whole }, ...inner];
}

interface Written {
  readonly y?: unknown;
  /** The place of the caller in the list of spans. */
  readonly pi?: unknown;
}

function expand(written: JsonObject, names: Names): JsonObject {
  return Object.fromEntries(
    Object.entries(written).map(([key, value]): [string, unknown] => {
      const known = Object.hasOwn(names, key) ? names[key] : undefined;
      if (known === undefined) return [key, value];
      if (typeof known === "string") return [known, value];
      const [name, inner] = known;
      const open = (each: unknown): unknown => (isObject(each) ? expand(each, inner) : each);
      return [name, Array.isArray(value) ? value.map(open) : open(value)];
    }),
  );
}
