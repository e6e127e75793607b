/**
 * The keys of objects that have the same: the spans of a file have a few shapes, however many spans there are, so
 * that names are told apart once a shape and not once a span. Pure.
 */

import { fieldName, MAX_KEPT_LENGTH, MOST_KEPT } from "../values/fieldName.ts";
import { listTimeFields, type TimeField } from "./plainTimes.ts";
import type { JsonObject } from "../values/jsonObject.ts";

export class FieldShape {
  /** From names without their spelling to the keys; the first of two spellings counts. */
  readonly byName = new Map<string, string>();
  readonly times: readonly TimeField[];
  readonly #keys: readonly string[];
  readonly #present = new Map<readonly string[], readonly string[]>();
  readonly #named = new Map<ReadonlySet<string>, readonly string[]>();
  readonly #prefixed = new Map<RegExp, readonly string[]>();

  constructor(keys: readonly string[]) {
    this.#keys = keys;
    for (const key of keys) {
      const name = fieldName(key);
      if (!this.byName.has(name)) this.byName.set(name, key);
    }
    this.times = listTimeFields(this.byName.keys());
  }

  /** The names that are there; `names` is the same list again and again. */
  listPresent(names: readonly string[]): readonly string[] {
    return getOrAdd(this.#present, names, () => names.filter(name => this.byName.has(name)));
  }

  /** The keys that have one of the names; `names` is the same set again and again. */
  listKeys(names: ReadonlySet<string>): readonly string[] {
    return getOrAdd(this.#named, names, () => this.#keys.filter(key => names.has(fieldName(key))));
  }

  listPrefixed(prefix: RegExp): readonly string[] {
    return getOrAdd(this.#prefixed, prefix, () => this.#keys.filter(key => prefix.test(key)));
  }
}

function getOrAdd<K>(
  known: Map<K, readonly string[]>,
  key: K,
  create: () => readonly string[],
): readonly string[] {
  let value = known.get(key);
  if (value === undefined) {
    value = create();
    known.set(key, value);
  }
  return value;
}

/** A key after the keys before it, and the shape of an object that ends there. */
interface Step {
  readonly next: Map<string, Step>;
  shape: FieldShape | undefined;
}

const first: Step = { next: new Map(), shape: undefined };
let steps = 0;

/** The last that was asked for: several readers ask for the shape of a span, one after the other. */
let last: { readonly item: JsonObject; readonly shape: FieldShape } | undefined;

export function findShape(item: JsonObject): FieldShape {
  if (last?.item !== item) last = { item, shape: readShape(item) };
  return last.shape;
}

function readShape(item: JsonObject): FieldShape {
  const keys = Object.keys(item);
  let step = first;
  for (const key of keys) {
    let next = step.next.get(key);
    if (next === undefined) {
      if (steps >= MOST_KEPT || key.length > MAX_KEPT_LENGTH) return new FieldShape(keys);
      steps += 1;
      next = { next: new Map(), shape: undefined };
      step.next.set(key, next);
    }
    step = next;
  }
  return (step.shape ??= new FieldShape(keys));
}
