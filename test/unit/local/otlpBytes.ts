/** Writes OTLP's protobuf from plain values: the tests' own writer, which shares nothing with the reader. */

export type AnyValue = string | number | boolean | bigint | readonly AnyValue[];

export interface TestSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId?: string;
  readonly name?: string;
  readonly kind?: number;
  readonly status?: number;
  readonly message?: string;
  readonly startNs?: bigint;
  readonly endNs?: bigint;
  readonly attributes?: Readonly<Record<string, AnyValue>>;
  readonly events?: readonly {
    readonly name: string;
    readonly attributes: Readonly<Record<string, AnyValue>>;
  }[];
}

export interface TestGroup {
  readonly resource: Readonly<Record<string, AnyValue>>;
  readonly scope?: string;
  readonly spans: readonly TestSpan[];
}

export function otlpBytes(groups: readonly TestGroup[]): Buffer {
  return Buffer.concat(
    groups.map(({ resource, scope, spans }) =>
      message(1, [
        message(1, attributes(1, resource)),
        message(2, [
          ...(scope === undefined ? [] : [message(1, [text(1, scope)])]),
          ...spans.map(span => message(2, spanFields(span))),
        ]),
      ]),
    ),
  );
}

function spanFields(span: TestSpan): Buffer[] {
  return [
    bytes(1, Buffer.from(span.traceId, "hex")),
    bytes(2, Buffer.from(span.spanId, "hex")),
    ...(span.parentId === undefined ? [] : [bytes(4, Buffer.from(span.parentId, "hex"))]),
    text(5, span.name ?? "work"),
    varint(6, span.kind ?? 1),
    fixed64(7, span.startNs ?? 0n),
    fixed64(8, span.endNs ?? 0n),
    ...attributes(9, span.attributes ?? {}),
    ...(span.events ?? []).map(event =>
      message(11, [
        fixed64(1, span.startNs ?? 0n),
        text(2, event.name),
        ...attributes(3, event.attributes),
      ]),
    ),
    message(15, [
      ...(span.message === undefined ? [] : [text(2, span.message)]),
      varint(3, span.status ?? 0),
    ]),
  ];
}

function attributes(field: number, values: Readonly<Record<string, AnyValue>>): Buffer[] {
  return Object.entries(values).map(([key, value]) =>
    message(field, [text(1, key), message(2, [anyValue(value)])]),
  );
}

function anyValue(value: AnyValue): Buffer {
  switch (typeof value) {
    case "string":
      return text(1, value);
    case "boolean":
      return varint(2, value ? 1 : 0);
    case "bigint":
      return Buffer.concat([tag(3, 0), number(BigInt.asUintN(64, value))]);
    case "number": {
      if (Number.isInteger(value)) return anyValue(BigInt(value));
      const double = Buffer.alloc(8);
      double.writeDoubleLE(value);
      return Buffer.concat([tag(4, 1), double]);
    }
    default:
      return message(5, [...value.map(each => message(1, [anyValue(each)]))]);
  }
}

export function message(field: number, parts: readonly Buffer[]): Buffer {
  return bytes(field, Buffer.concat(parts));
}

export function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([tag(field, 2), number(BigInt(value.length)), value]);
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value));
}

export function varint(field: number, value: number): Buffer {
  return Buffer.concat([tag(field, 0), number(BigInt(value))]);
}

function fixed64(field: number, value: bigint): Buffer {
  const eight = Buffer.alloc(8);
  eight.writeBigUInt64LE(value);
  return Buffer.concat([tag(field, 1), eight]);
}

function tag(field: number, type: number): Buffer {
  return number(BigInt(field * 8 + type));
}

function number(value: bigint): Buffer {
  const digits: number[] = [];
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) digits.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...digits, Number(rest)]);
}
