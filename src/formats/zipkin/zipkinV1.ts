/**
 * Zipkin v1, as JSON (`/api/v1/spans`) and as its thrift struct written down in JSON: there ids are signed 64-bit
 * integers and values are base64. Pure.
 */

import type { AttributeValue } from "../../model/spanDetail.ts";
import { toAttributeValue, toBigInt, toInteger } from "../values/attributeValues.ts";
import { formatIpv6 } from "../values/ipAddress.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";
import { toNanos, toPlainText, UnitPower } from "../values/wireValue.ts";
import type { ZipkinEndpoint, ZipkinSpan } from "./zipkinTypes.ts";
import { padZipkinId, readZipkinEndpoint } from "./zipkinSpan.ts";
import { splitSides, type ZipkinV1Annotation, type ZipkinV1Span } from "./zipkinV1Sides.ts";

const INT64 = /^-?\d{1,20}$/;

export function isZipkinV1Span(item: JsonObject): boolean {
  return isThrift(item) || isJson(item);
}

export function readZipkinV1Span(item: JsonObject): readonly ZipkinSpan[] {
  return splitSides(isThrift(item) ? readThrift(item) : readJson(item), item);
}

/** In thrift's field names with integers for ids. */
function isThrift(item: JsonObject): boolean {
  return (
    INT64.test(toPlainText(item["trace_id"])) &&
    INT64.test(toPlainText(item["id"])) &&
    (Array.isArray(item["annotations"]) || Array.isArray(item["binary_annotations"]))
  );
}

function isJson(item: JsonObject): boolean {
  const { traceId, id, annotations, binaryAnnotations } = item as Record<string, unknown>;
  return (
    typeof traceId === "string" &&
    typeof id === "string" &&
    (Array.isArray(binaryAnnotations) ||
      (Array.isArray(annotations) &&
        annotations.some(each => isObject(each) && isObject(each["endpoint"]))))
  );
}

function readJson(item: JsonObject): ZipkinV1Span {
  const parentId = toPlainText(item["parentId"]);
  return {
    traceId: toPlainText(item["traceId"]),
    spanId: padZipkinId(toPlainText(item["id"])),
    parentSpanId: parentId === "" ? undefined : padZipkinId(parentId),
    ...readCommon(item),
    annotations: listObjects(item["annotations"]).map(each => ({
      ...readMoment(each),
      endpoint: readZipkinEndpoint(each["endpoint"]),
    })),
    binaryAnnotations: listObjects(item["binaryAnnotations"]).map(each => ({
      key: toPlainText(each["key"]),
      value: readTyped(each["value"], toPlainText(each["type"])),
      endpoint: readZipkinEndpoint(each["endpoint"]),
    })),
  };
}

function readThrift(item: JsonObject): ZipkinV1Span {
  const high = toBigInt(item["trace_id_high"]) ?? 0n;
  const parentId = toBigInt(item["parent_id"]) ?? 0n;
  return {
    traceId: `${high === 0n ? "" : toHex(high)}${toHex(toBigInt(item["trace_id"]) ?? 0n)}`,
    spanId: toHex(toBigInt(item["id"]) ?? 0n),
    parentSpanId: parentId === 0n ? undefined : toHex(parentId),
    ...readCommon(item),
    annotations: listObjects(item["annotations"]).map(each => ({
      ...readMoment(each),
      endpoint: readThriftEndpoint(each["host"]),
    })),
    binaryAnnotations: listObjects(item["binary_annotations"]).map(each => ({
      key: toPlainText(each["key"]),
      value: decodeValue(toPlainText(each["value"]), toPlainText(each["annotation_type"])),
      endpoint: readThriftEndpoint(each["host"]),
    })),
  };
}

function readCommon(
  item: JsonObject,
): Pick<ZipkinV1Span, "name" | "startNs" | "durationNs" | "debug"> {
  const name = toPlainText(item["name"]);
  return {
    name: name === "unknown" ? "" : name,
    startNs: known(toNanos(item["timestamp"], UnitPower.us)),
    durationNs: known(toNanos(item["duration"], UnitPower.us)),
    debug: item["debug"] === true,
  };
}

function readMoment(each: JsonObject): Pick<ZipkinV1Annotation, "timeNs" | "value"> {
  return {
    timeNs: known(toNanos(each["timestamp"], UnitPower.us)),
    value: toPlainText(each["value"]),
  };
}

/** Zero is version 1's way to say "unknown". */
function known(value: bigint | undefined): bigint | undefined {
  return value === 0n ? undefined : value;
}

/** The 64 bits of a signed integer. */
function toHex(value: bigint): string {
  return BigInt.asUintN(64, value).toString(16).padStart(16, "0");
}

/** Address 4 is a signed 32-bit integer, address 6 is bytes, in base64, of the address or of its text. */
function readThriftEndpoint(value: unknown): ZipkinEndpoint | undefined {
  if (!isObject(value)) return undefined;
  const ipv4 = Number(BigInt.asUintN(32, toBigInt(value["ipv4"]) ?? 0n));
  const bytes = Buffer.from(toPlainText(value["ipv6"]), "base64");
  return readZipkinEndpoint({
    serviceName: value["service_name"],
    ipv4: ipv4 === 0 ? "" : [24, 16, 8, 0].map(shift => (ipv4 >>> shift) & 255).join("."),
    ipv6: bytes.length === 16 ? formatIpv6(bytes) : bytes.toString(),
    port: value["port"],
  });
}

/** Numbers of 64 bits stand as text. */
function readTyped(value: unknown, type: string): AttributeValue {
  const integer = /^I\d\d$/.test(type) ? toBigInt(value) : undefined;
  return integer === undefined ? toAttributeValue(value) : toInteger(integer);
}

/** Big-endian bytes in base64; what has not the length of its type stays base64. */
function decodeValue(base64: string, type: string): AttributeValue {
  const bytes = Buffer.from(base64, "base64");
  switch (type) {
    case "BOOL":
      return bytes.length === 1 ? bytes[0] !== 0 : base64;
    case "I16":
      return bytes.length === 2 ? bytes.readInt16BE() : base64;
    case "I32":
      return bytes.length === 4 ? bytes.readInt32BE() : base64;
    case "I64":
      return bytes.length === 8 ? toAttributeValue(bytes.readBigInt64BE()) : base64;
    case "DOUBLE":
      return bytes.length === 8 ? bytes.readDoubleBE() : base64;
    case "STRING":
      return bytes.toString();
    default:
      return base64;
  }
}
