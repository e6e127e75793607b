/** The texts of our questions to SkyWalking's GraphQL, made of what a version of it has. Pure. */

import type { SkywalkingSchema } from "./skywalkingApi.ts";

const plainFields = [
  ...["traceId", "segmentId", "spanId", "parentSpanId", "serviceCode", "serviceInstanceName"],
  ...["startTime", "endTime", "endpointName", "type", "peer", "component", "isError", "layer"],
];
const REFS = "refs { traceId parentSegmentId parentSpanId type }";
const PAIRS = "{ key value }";
const INSTANT = "{ seconds nanos }";
const ATTACHED = `attachedEvents { startTime ${INSTANT} event endTime ${INSTANT} tags ${PAIRS} summary ${PAIRS} }`;

/** `isShort`: without logs and events, for lists. */
function toSpanFields({ spanFields }: SkywalkingSchema, isShort: boolean): string {
  return [
    ...plainFields.filter(field => spanFields.has(field)),
    REFS,
    `tags ${PAIRS}`,
    ...(isShort ? [] : [`logs { time data ${PAIRS} }`]),
    ...(!isShort && spanFields.has("attachedEvents") ? [ATTACHED] : []),
  ].join(" ");
}

/** Several traces at once: their ids are the variables `t0`, `t1`, …; `duration` is one where `hasDuration`. */
export function toTraceQuestion(
  schema: SkywalkingSchema,
  count: number,
  { isShort = false, hasDuration = false } = {},
): string {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const variables = numbers.map(index => `$t${index}: ID!`);
  if (hasDuration) variables.push("$duration: Duration");
  const duration = hasDuration ? ", duration: $duration" : "";
  const fields = toSpanFields(schema, isShort);
  const parts = numbers.map(
    index => `t${index}: queryTrace(traceId: $t${index}${duration}) { spans { ${fields} } }`,
  );
  return `query (${variables.join(", ")}) { ${parts.join(" ")} }`;
}

export function toWholeTracesQuestion(schema: SkywalkingSchema): string {
  return `query ($condition: TraceQueryCondition) {
    found: queryTraces(condition: $condition) { traces { spans { ${toSpanFields(schema, false)} } } }
  }`;
}

export const segmentsQuestion = `query ($condition: TraceQueryCondition) {
  found: queryBasicTraces(condition: $condition) { traces { segmentId start traceIds } }
}`;

export function toServicesQuestion({ queries }: SkywalkingSchema): string {
  return queries.has("listServices")
    ? "{ found: listServices { name normal } }"
    : "query ($duration: Duration!) { found: getAllServices(duration: $duration) { name } }";
}

export function toEndpointsQuestion({ queries }: SkywalkingSchema): string {
  const query = queries.has("findEndpoint") ? "findEndpoint" : "searchEndpoint";
  return `query ($keyword: String!, $serviceId: ID!, $limit: Int!) {
    found: ${query}(keyword: $keyword, serviceId: $serviceId, limit: $limit) { id name }
  }`;
}

export const tagKeysQuestion = `query ($duration: Duration!) {
  found: queryTraceTagAutocompleteKeys(duration: $duration)
}`;

/** The id of a service that reports itself; what others only call has another ending, and no traces. */
export function toServiceId(name: string): string {
  return `${Buffer.from(name, "utf8").toString("base64")}.1`;
}
