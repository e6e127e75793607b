/**
 * A Jaeger batch, a call of the agent and a list of Zipkin spans, written by Apache's own thrift for JavaScript in both
 * protocols, with fields that no reader knows strewn in. Printed as JSON: hexadecimal by name.
 *
 *     node thriftOracle.mjs
 */

import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const thrift = require("thrift");
const Int64 = require("node-int64");
const { Type } = thrift.Thrift;

function encode(Protocol, write) {
  let bytes = Buffer.alloc(0);
  const transport = new thrift.TBufferedTransport(null, written => {
    bytes = written;
  });
  write(new Protocol(transport));
  transport.flush();
  return bytes.toString("hex");
}

const i64 = hex => new Int64(Buffer.from(hex.padStart(16, "0"), "hex"));
const micros = value => i64(BigInt(value).toString(16));

function struct(out, fields) {
  out.writeStructBegin("");
  for (const [id, type, write] of fields) {
    out.writeFieldBegin("", type, id);
    write(out);
    out.writeFieldEnd();
  }
  out.writeFieldStop();
  out.writeStructEnd();
}
const text = value => out => out.writeString(value);
const int32 = value => out => out.writeI32(value);
const long = value => out => out.writeI64(value);
const bool = value => out => out.writeBool(value);
const double = value => out => out.writeDouble(value);
const binary = value => out => out.writeBinary(value);
const record = fields => out => struct(out, fields);
const list = (type, items) => out => {
  out.writeListBegin(type, items.length);
  for (const item of items) item(out);
  out.writeListEnd();
};

/** One of every type, in fields with large and small numbers, which a reader must pass over. */
const strange = [
  [100, Type.BOOL, bool(true)],
  [101, Type.BOOL, bool(false)],
  [102, Type.BYTE, out => out.writeByte(-3)],
  [103, Type.I16, out => out.writeI16(-300)],
  [104, Type.I32, int32(-70_000)],
  [105, Type.I64, long(i64("ffffffffffffffff"))],
  [106, Type.DOUBLE, double(-0.5)],
  [107, Type.STRING, text("x".repeat(300))],
  [108, Type.LIST, list(Type.BOOL, [bool(true), bool(false)])],
  [
    109,
    Type.LIST,
    list(Type.LIST, [
      list(
        Type.I32,
        Array.from({ length: 20 }, () => int32(7)),
      ),
    ]),
  ],
  [
    110,
    Type.SET,
    out => {
      out.writeSetBegin(Type.STRING, 1);
      out.writeString("a");
      out.writeSetEnd();
    },
  ],
  [
    111,
    Type.MAP,
    out => {
      out.writeMapBegin(Type.STRING, Type.STRUCT, 1);
      out.writeString("key");
      struct(out, [
        [1, Type.BOOL, bool(true)],
        [2, Type.STRING, text("inner")],
      ]);
      out.writeMapEnd();
    },
  ],
  [
    112,
    Type.MAP,
    out => {
      out.writeMapBegin(Type.STRING, Type.I32, 0);
      out.writeMapEnd();
    },
  ],
  [2000, Type.STRUCT, record([[1, Type.STRUCT, record([])]])],
];

const tag = (key, vType, id, type, write) =>
  record([
    [1, Type.STRING, text(key)],
    [2, Type.I32, int32(vType)],
    ...(id === undefined ? [] : [[id, type, write]]),
    ...strange.slice(0, 2),
  ]);
const tags = [
  tag("text", 0, 3, Type.STRING, text("日本語")),
  tag("double", 1, 4, Type.DOUBLE, double(0.1)),
  tag("infinite", 1, 4, Type.DOUBLE, double(Infinity)),
  tag("yes", 2, 5, Type.BOOL, bool(true)),
  tag("no", 2, 5, Type.BOOL, bool(false)),
  tag("small", 3, 6, Type.I64, long(micros(-7n & 0xffffffffffffffffn))),
  tag("safe", 3, 6, Type.I64, long(micros(9007199254740991n))),
  tag("least safe", 3, 6, Type.I64, long(micros(-9007199254740991n & 0xffffffffffffffffn))),
  tag("unsafe", 3, 6, Type.I64, long(micros(9007199254740993n))),
  tag("least", 3, 6, Type.I64, long(i64("8000000000000000"))),
  tag("bytes", 4, 7, Type.STRING, binary(Buffer.from([0, 255, 1]))),
  tag("absent", 3),
];
const batch = record([
  [
    1,
    Type.STRUCT,
    record([
      [1, Type.STRING, text("thrifty")],
      [2, Type.LIST, list(Type.STRUCT, [tag("zone", 0, 3, Type.STRING, text("b"))])],
    ]),
  ],
  [
    2,
    Type.LIST,
    list(Type.STRUCT, [
      record([
        [1, Type.I64, long(i64("f000000000000001"))],
        [2, Type.I64, long(i64("80000000000000aa"))],
        [3, Type.I64, long(i64("fedcba9876543210"))],
        [4, Type.I64, long(i64("0000000000000001"))],
        [5, Type.STRING, text("every type")],
        [
          6,
          Type.LIST,
          list(Type.STRUCT, [
            record([
              [1, Type.I32, int32(1)],
              [2, Type.I64, long(i64("2"))],
              [3, Type.I64, long(i64("0"))],
              [4, Type.I64, long(i64("3"))],
            ]),
          ]),
        ],
        [7, Type.I32, int32(1)],
        [8, Type.I64, long(micros(1_790_000_000_000_001n))],
        [9, Type.I64, long(micros(5_000_000_000n))],
        [10, Type.LIST, list(Type.STRUCT, tags)],
        [
          11,
          Type.LIST,
          list(Type.STRUCT, [
            record([
              [1, Type.I64, long(micros(1_790_000_000_000_002n))],
              [2, Type.LIST, list(Type.STRUCT, [tag("event", 0, 3, Type.STRING, text("retry"))])],
            ]),
          ]),
        ],
        ...strange,
      ]),
    ]),
  ],
  [3, Type.I64, long(i64("7"))],
]);
const call = method => out => {
  out.writeMessageBegin(method, thrift.Thrift.MessageType.ONEWAY, 70_000);
  struct(out, [[1, Type.STRUCT, batch]]);
  out.writeMessageEnd();
};
const host = record([
  [1, Type.I32, int32(0xc0a80001 | 0)],
  [2, Type.I16, out => out.writeI16(60_000 - 65_536)],
  [3, Type.STRING, text("front")],
]);
const zipkin = list(Type.STRUCT, [
  record([
    [1, Type.I64, long(i64("b"))],
    [3, Type.STRING, text("get")],
    [4, Type.I64, long(i64("fedcba9876543210"))],
    [5, Type.I64, long(i64("c"))],
    [
      6,
      Type.LIST,
      list(Type.STRUCT, [
        record([
          [1, Type.I64, long(micros(1_790_000_000_000_001n))],
          [2, Type.STRING, text("cs")],
          [3, Type.STRUCT, host],
        ]),
        record([
          [1, Type.I64, long(micros(1_790_000_000_000_011n))],
          [2, Type.STRING, text("cr")],
          [3, Type.STRUCT, host],
        ]),
      ]),
    ],
    [
      8,
      Type.LIST,
      list(Type.STRUCT, [
        record([
          [1, Type.STRING, text("count")],
          [2, Type.STRING, binary(Buffer.from([0, 0, 0, 5]))],
          [3, Type.I32, int32(3)],
          [4, Type.STRUCT, host],
        ]),
      ]),
    ],
    [9, Type.BOOL, bool(true)],
    [12, Type.I64, long(i64("a"))],
  ]),
  record([
    [1, Type.I64, long(i64("b"))],
    [3, Type.STRING, text("no annotations")],
    [4, Type.I64, long(i64("d"))],
  ]),
  record([[3, Type.STRING, text("no ids")]]),
]);

process.stdout.write(
  JSON.stringify({
    batch: encode(thrift.TBinaryProtocol, batch),
    compactCall: encode(thrift.TCompactProtocol, call("emitBatch")),
    binaryCall: encode(thrift.TBinaryProtocol, call("emitBatch")),
    otherCall: encode(thrift.TCompactProtocol, call("emitZipkinBatch")),
    zipkin: encode(thrift.TBinaryProtocol, zipkin),
  }),
);
