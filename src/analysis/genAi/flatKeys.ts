/** Attributes that were flattened into keys with dots and indices, put together again. Pure. */

import type { AttributeValue } from "../../model/spanDetail.ts";

/** Keys of a hostile span must not nest without end. */
const MAX_DEPTH = 12;

type Node = Map<string, Node | AttributeValue>;

/** `p.0.role` = `user` below `p` is `[{"role": "user"}]`; `undefined` where nothing stands below it. */
export function unflatten(
  entries: Iterable<readonly [string, AttributeValue]>,
  prefix: string,
): AttributeValue {
  const root: Node = new Map();
  for (const [key, value] of entries) {
    if (!key.startsWith(`${prefix}.`)) continue;
    const path = key.slice(prefix.length + 1).split(".");
    if (path.length > MAX_DEPTH) continue;
    let node = root;
    for (const step of path.slice(0, -1)) {
      const next = node.get(step);
      const inner = next instanceof Map ? next : new Map<string, Node | AttributeValue>();
      node.set(step, inner);
      node = inner;
    }
    const last = path.at(-1) ?? "";
    if (!node.has(last)) node.set(last, value);
  }
  return root.size === 0 ? undefined : toValue(root);
}

function toValue(node: Node): AttributeValue {
  const entries = [...node].map(
    ([key, value]) => [key, value instanceof Map ? toValue(value) : value] as const,
  );
  if (!entries.every(([key]) => /^\d+$/.test(key))) return Object.fromEntries(entries);
  // Attributes come in any order.
  return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, value]) => value);
}
