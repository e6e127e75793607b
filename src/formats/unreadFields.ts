/** The fields of a file of JSON that its reader does not look at, so that they can be told. Pure. */

import { takeSample } from "./formatScore.ts";
import { fieldName } from "./values/fieldName.ts";
import type { FileContent, TraceFormat } from "./traceFormat.ts";

/** Wire formats and pages of tracing servers have these for themselves; they say nothing of a span. */
const internal = new Set([
  ...["flags", "traceflags", "tracestate", "remote", "isremote", "sampled", "debug", "shared"],
  ...["schemaurl", "childspancount", "childspanids", "haschildren", "relativestarttime", "depth"],
  ...["span", "starttimemillis", "spanhash", "retrievedtimerange"],
  ...["total", "limit", "page", "size", "hasmore", "nextcursor", "totalpages"],
  ...["totaljobs", "completedjobs", "totalblocks", "totalblockbytes", "inspectedbytes"],
]);

/** Names, each once, in the order of the file; a field without a value is none, and what is read anywhere is read. */
export function listUnreadFields(format: TraceFormat, content: FileContent): readonly string[] {
  const sample = takeSample(content);
  if (sample.kind !== "json") return [];
  const watched = new WatchedValue(sample.items);
  const items = watched.value as readonly unknown[];
  const { records } = format.read({ kind: "json", items }, { store: "sample", nowUnixMs: 0 });
  // Details are made when they are asked for.
  records.forEach(record => record.detail);
  return watched.listUnread().filter(name => !internal.has(fieldName(name)));
}

class WatchedValue {
  readonly #proxies = new WeakMap<object, object>();
  readonly #owners: object[] = [];
  readonly #read = new Set<PropertyKey>();
  /** The value to read in place of this one. */
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = this.#watch(value);
  }

  listUnread(): readonly string[] {
    const all = this.#owners.flatMap(owner =>
      Object.entries(owner).flatMap(([key, value]) => (isEmpty(value) ? [] : [key])),
    );
    return [...new Set(all)].filter(key => !this.#read.has(key));
  }

  #watch(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    const known = this.#proxies.get(value);
    if (known !== undefined) return known;
    if (!Array.isArray(value)) this.#owners.push(value);
    const proxy = new Proxy(value, {
      get: (target, key) => {
        // Who prints an object to show it as it stands has read none of its fields.
        if (key === "toJSON") return () => target;
        this.#read.add(key);
        return this.#watch(Reflect.get(target, key));
      },
    });
    this.#proxies.set(value, proxy);
    return proxy;
  }
}

function isEmpty(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === "" || value === 0 || value === false;
}
