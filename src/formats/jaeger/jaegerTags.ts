/**
 * Jaeger's tags, in the five shapes in which they are written, as attributes. Pure.
 *
 *     API             {"key": "k", "type": "int64", "value": 1}
 *     model           {"key": "k", "vType": "INT64", "vInt64": 1}     `v_type` and `v_int64` in snake case, types by number
 *     Thrift          {"key": "k", "vType": "LONG", "vLong": 1}       some write every field, so only the type tells
 *     Cassandra       {"key": "k", "value_type": "int64", "value_long": 1}    always every field
 *     Elasticsearch   {"k": 1} in `tag`, with `@` for each dot of a key
 */

import { createStamp } from "../../base/stamp.ts";
import type { Attribute, AttributeValue } from "../../model/spanDetail.ts";
import { toAttributeValue, toBigInt, toInteger } from "../values/attributeValues.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";

/** A large file has many of its tags as one object each. */
const knownTags = createStamp<Attribute>();

/** The `tags` and the `tag` of a span or a process. */
export function readJaegerTags(owner: JsonObject): readonly Attribute[] {
  const map = owner["tag"];
  const tags = listObjects(owner["tags"]).map(readKnownTag);
  if (!isObject(map)) return tags;
  return [
    ...tags,
    ...Object.entries(map).map(([key, value]) => ({
      key: key.replaceAll("@", "."),
      value: toAttributeValue(value),
    })),
  ];
}

function readKnownTag(tag: JsonObject): Attribute {
  let attribute = knownTags.get(tag);
  if (attribute === undefined) knownTags.set(tag, (attribute = readTag(tag)));
  return attribute;
}

type Type = "string" | "bool" | "int64" | "float64" | "binary";

const types: ReadonlyMap<string, Type> = new Map<string, Type>([
  ["string", "string"],
  ["bool", "bool"],
  ["int64", "int64"],
  ["long", "int64"],
  ["float64", "float64"],
  ["double", "float64"],
  ["binary", "binary"],
  // The model's numbers; who writes Thrift as JSON writes names.
  ["0", "string"],
  ["1", "bool"],
  ["2", "int64"],
  ["3", "float64"],
  ["4", "binary"],
]);

/** Where the model and Thrift keep a value of each type; absent is protobuf's way to write zero. */
const places: Readonly<Record<Type, { readonly keys: readonly string[]; readonly zero: unknown }>> =
  {
    string: { keys: ["vStr", "v_str", "value_string"], zero: "" },
    bool: { keys: ["vBool", "v_bool", "value_bool"], zero: false },
    int64: { keys: ["vInt64", "v_int64", "vLong", "v_long", "value_long"], zero: 0 },
    float64: { keys: ["vFloat64", "v_float64", "vDouble", "v_double", "value_double"], zero: 0 },
    binary: { keys: ["vBinary", "v_binary", "value_binary"], zero: "" },
  };

export function readTag(tag: JsonObject): Attribute {
  const key = typeof tag["key"] === "string" ? tag["key"] : "";
  const named = tag["type"] ?? tag["vType"] ?? tag["v_type"] ?? tag["value_type"];
  const isName = typeof named === "string" || typeof named === "number";
  const type = isName ? types.get(String(named).toLowerCase()) : findType(tag);
  if ("value" in tag) return { key, value: readValue(type, tag["value"]) };
  const { keys, zero } = places[type ?? "string"];
  const place = keys.find(each => tag[each] !== undefined && tag[each] !== null);
  return { key, value: readValue(type, place === undefined ? zero : tag[place]) };
}

/** Where nobody tells the type, the place of the value does. */
function findType(tag: JsonObject): Type | undefined {
  const all = Object.entries(places) as [Type, (typeof places)[Type]][];
  return all.find(([, { keys }]) =>
    keys.some(key => tag[key] !== undefined && tag[key] !== null),
  )?.[0];
}

/** A value that does not fit its type stays as it is written; bytes are text already, base64 or hexadecimal. */
function readValue(type: Type | undefined, value: unknown): AttributeValue {
  if (type === "bool" && (value === "true" || value === "false")) return value === "true";
  if (type === "int64") {
    const integer = toBigInt(value);
    if (integer !== undefined) return toInteger(integer);
  }
  if (type === "float64" && typeof value === "string" && value.trim() !== "") {
    const number = Number(value);
    if (Number.isFinite(number)) return number;
  }
  return toAttributeValue(value);
}
