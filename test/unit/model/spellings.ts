/** One trace id and one span id in all the spellings in which people, SDKs and stores write them. */

export interface Spelling {
  readonly name: string;
  readonly text: string;
  /** Nothing else can be meant, whoever wrote it; without it only the format or a store can tell. */
  readonly isCertain: boolean;
  /** A store of documents may hold it so. */
  readonly isStored: boolean;
}

/** With leading zeros, so that they can be cut. */
export const traceId = "003f8a51c97be0246d80f1a2b3c4d5e6";
export const spanId = "0a7b3c91d2e4f506";

const bytes = Buffer.from(traceId, "hex");
const spanBytes = Buffer.from(spanId, "hex");

export const traceSpellings: readonly Spelling[] = [
  spell("as it is", traceId),
  spell("upper case", traceId.toUpperCase()),
  spell("with spaces around", ` ${traceId}\n`, { isStored: false }),
  spell("0x", `0x${traceId}`),
  spell("0x without leading zeros", `0x${traceId.slice(2)}`),
  spell("leading zeros cut", traceId.slice(2)),
  spell("UUID", toUuid(traceId), { isCertain: false }),
  spell("UUID in upper case", toUuid(traceId).toUpperCase(), { isCertain: false, isStored: false }),
  spell("decimal", BigInt(`0x${traceId}`).toString()),
  spell("base64", bytes.toString("base64")),
  spell("base64 without padding", bytes.toString("base64").replace(/=+$/, ""), {
    isCertain: false,
  }),
  spell("base64url", bytes.toString("base64url"), { isCertain: false }),
  spell("base64 of hex text", Buffer.from(traceId).toString("base64"), { isStored: false }),
  spell("base64url of hex text", Buffer.from(traceId).toString("base64url"), { isStored: false }),
  spell("hex of hex text", Buffer.from(traceId).toString("hex"), { isStored: false }),
  spell("MLflow", `tr-${traceId}`),
  spell("X-Ray", `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`),
  spell(
    "X-Ray's header",
    `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${spanId};Sampled=1`,
    { isStored: false },
  ),
  spell("Google's name", `projects/shop/traces/${traceId}`, { isStored: false }),
  spell("Google's header", `${traceId}/${BigInt(`0x${spanId}`)};o=1`, { isStored: false }),
  spell("traceparent", `00-${traceId}-${spanId}-01`, { isStored: false }),
];

export const spanSpellings: readonly Spelling[] = [
  spell("as it is", spanId),
  spell("upper case", spanId.toUpperCase()),
  spell("0x", `0x${spanId}`),
  spell("0x without leading zeros", `0x${spanId.slice(1)}`),
  spell("leading zeros cut", spanId.slice(1), { isCertain: false }),
  spell("decimal", BigInt(`0x${spanId}`).toString(), { isCertain: false }),
  spell("base64", spanBytes.toString("base64")),
  spell("base64 without padding", spanBytes.toString("base64").replace(/=+$/, ""), {
    isCertain: false,
  }),
  spell("base64url", spanBytes.toString("base64url"), { isCertain: false }),
  spell("base64 of hex text", Buffer.from(spanId).toString("base64")),
  spell("base64url of hex text", Buffer.from(spanId).toString("base64url")),
  spell("hex of hex text", Buffer.from(spanId).toString("hex")),
  spell("X-Ray's header", `Root=1-00000000-${traceId.slice(8)};Parent=${spanId};Sampled=1`),
  spell("Google's name", `projects/shop/traces/${traceId}/spans/${spanId}`),
  spell("Google's header", `${traceId}/${BigInt(`0x${spanId}`)};o=1`),
  spell("traceparent", `00-${traceId}-${spanId}-01`),
];

function spell(
  name: string,
  text: string,
  { isCertain = true, isStored = true }: Partial<Spelling> = {},
): Spelling {
  return { name, text, isCertain, isStored };
}

function toUuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
