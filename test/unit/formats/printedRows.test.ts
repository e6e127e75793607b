/** What clients of databases, shells and Python print of spans is read as if it had been exported. */

import { describe, expect, it } from "vitest";
import { attributesOf, detailOf, snapshot } from "./fileSnapshot.ts";

const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const [root, child] = ["00f067aa0ba902b7", "53995c3f42cd8ad8"];
const day = "2026-03-01";
const draw = (...drawn: readonly string[]): string => drawn.join("\n");

const cells = [
  ["trace_id", "span_id", "parent_id", "name", "start_time", "end_time"],
  [trace, root, "", "POST /pay", `${day} 10:00:00.25+00`, `${day} 10:00:00.5+00`],
  [trace, child, root, "SELECT till", `${day} 10:00:00.3+00`, `${day} 10:00:00.4+00`],
];
const widths = cells[0]!.map((_, at) => Math.max(...cells.map(row => row[at]!.length)));
const pad = (row: readonly string[]): readonly string[] =>
  row.map((cell, at) => cell.padEnd(widths[at]!));
const rule = (stroke: string): readonly string[] => widths.map(width => stroke.repeat(width + 2));
const table = (...lines: readonly string[]): string =>
  `till=> select * from spans;\n${draw(...lines)}\n`;
const [header, ...rows] = cells.map(pad);
const payment = draw(
  `plain spans @ ${day}T10:00:00.250Z`,
  "POST /pay 0+250000",
  "  SELECT till 50000+100000",
);

describe("a table that is printed by", () => {
  const line = (row: readonly string[]): string => ` ${row.join(" | ")} `;
  const framed = (row: readonly string[], stroke = "|"): string =>
    `${stroke} ${row.join(` ${stroke} `)} ${stroke}`;
  const nulls = rows.map(row =>
    row.map(cell => (cell.trim() === "" ? "NULL".padEnd(cell.length) : cell)),
  );
  const boxed = (left: string, middle: string, right: string): string =>
    `${left}${rule("─").join(middle)}${right}`;
  it.each([
    ["psql", [line(header!), rule("-").join("+"), ...rows.map(line), "(2 rows)"]],
    [
      "mysql",
      [
        `+${rule("-").join("+")}+`,
        framed(header!),
        `+${rule("-").join("+")}+`,
        ...nulls.map(row => framed(row)),
        `+${rule("-").join("+")}+`,
        "2 rows in set (0.00 sec)",
      ],
    ],
    ["Markdown", [framed(header!), `|${rule("-").join("|")}|`, ...rows.map(row => framed(row))]],
    [
      "DuckDB",
      [
        boxed("┌", "┬", "┐"),
        framed(header!, "│"),
        framed(pad(cells[0]!.map(() => "varchar")), "│"),
        boxed("├", "┼", "┤"),
        ...rows.map(row => framed(row, "│")),
        boxed("└", "┴", "┘"),
      ],
    ],
    [
      "ClickHouse, with lines between the rows",
      [
        boxed("┏", "┳", "┓").replaceAll("─", "━"),
        framed(header!, "┃"),
        boxed("┡", "╇", "┩").replaceAll("─", "━"),
        framed(rows[0]!, "│"),
        boxed("├", "┼", "┤"),
        framed(rows[1]!, "│"),
        boxed("└", "┴", "┘"),
      ],
    ],
    [
      "ClickHouse, with names in its frame",
      [
        `   ┌─${pad(cells[0]!)
          .map((name, at) => name.trim().padEnd(widths[at]!, "─"))
          .join("─┬─")}─┐`,
        ...rows.map((row, at) => `${at + 1}. ${framed(row, "│")}`),
        `   ${boxed("└", "┴", "┘")}`,
      ],
    ],
    [
      "psql, a line a column",
      rows.flatMap((row, at) => [
        `-[ RECORD ${at + 1} ]-----`,
        ...row.map((cell, column) => `${header![column]} | ${cell}`),
      ]),
    ],
    [
      "mysql, a line a column",
      nulls.flatMap((row, at) => [
        `${"*".repeat(27)} ${at + 1}. row ${"*".repeat(27)}`,
        ...row.map((cell, column) => `${cells[0]![column]!.padStart(10)}: ${cell}`),
      ]),
    ],
    [
      "ClickHouse, a line a column",
      rows.flatMap((row, at) => [
        `Row ${at + 1}:`,
        "──────",
        ...row.map((cell, column) => `${cells[0]![column]}:   ${cell}`),
        "",
      ]),
    ],
  ])("%s is read", (_, lines) => {
    expect(snapshot(table(...lines))).toBe(payment);
  });

  it("cqlsh has Jaeger's spans in it", () => {
    const text = table(
      " trace_id | span_id | duration | logs | operation_name | parent_id | process | refs | start_time | tags",
      "----------+---------+----------+------+----------------+-----------+---------+------+------------+------",
      ` 0x${trace} | 21 | 900 | null | pay | 0 | {service_name: 'till', tags: null} | null | 1772359200000000 | [{key: 'shelf|row', value_type: 'int64', value_string: '', value_bool: False, value_long: 7, value_double: 0, value_binary: null}]`,
      ` 0x${trace} | 22 | 300 | null | ask | 21 | {service_name: 'bank', tags: null} | [{ref_type: 'child-of', trace_id: 0x${trace}, span_id: 21}] | 1772359200000100 | null`,
      "",
      "(2 rows)",
    );
    expect(snapshot(text)).toBe(
      draw(`Jaeger JSON @ ${day}T10:00:00.000Z`, "pay #till 0+900", "  ask #bank 100+300"),
    );
  });

  it("psql goes on with a cell in the next line", () => {
    const [first] = rows;
    const more = first!.map((cell, at) =>
      at === 3 ? "AGAIN".padEnd(widths[3]!) : " ".repeat(cell.length),
    );
    const ends = line(first!).replace(/ {2}\|(?=[^|]*\|[^|]*$)/, " +|");
    const text = table(line(header!), rule("-").join("+"), ends, line(more), line(rows[1]!));
    expect(snapshot(text)).toContain("POST /pay\nAGAIN 0+250000");
  });
});

it("lines with strokes alone are no table", () => {
  expect(() => snapshot("a | b\nc | d\n")).toThrow();
  expect(() => snapshot(`${"-".repeat(40)}\nfine\n${"-".repeat(40)}\n`)).toThrow();
});

describe("Python", () => {
  it("prints objects with its own constants, classes and times", () => {
    const text = `2026-03-01 10:00:00 INFO till: [{'trace_id': UUID('4bf92f35-77b3-4da6-a3ce-929d0e0e4736'), 'span_id': '${root}', 'parent_id': None, 'name': "POST /pay", 'kind': <SpanKind.SERVER: 1>, 'start_time': datetime.datetime(2026, 3, 1, 10, 0, 0, 250000, tzinfo=datetime.timezone.utc), 'end_time': datetime.datetime(2026, 3, 1, 18, 0, 0, 500000, tzinfo=datetime.timezone(datetime.timedelta(seconds=28800))), 'attributes': {'ok': True, 'sizes': (1, 2)}}, Span(trace_id='4bf92f35-77b3-4da6-a3ce-929d0e0e4736', span_id='${child}', parent_id='${root}', name='SELECT till', start_time=1772359200.3, end_time=1772359200.4)]`;
    expect(snapshot(text)).toBe(payment.replace("/pay ", "/pay server "));
    expect(attributesOf(text, "POST /pay")).toEqual({ ok: true, sizes: [1, 2] });
  });

  it("leaves a time unknown whose zone says nothing", () => {
    const text = `{'trace_id': 't1', 'span_id': 'a', 'name': 'pay', 'start_time': datetime.datetime(2026, 3, 1, 10, 0, tzinfo=zoneinfo.ZoneInfo(key='Asia/Tokyo')), 'end_time': '2026-03-01T01:00:01Z', 'duration_ms': 500}`;
    expect(() => snapshot(text)).toThrow();
  });
});

it("mongosh prints documents with its own constructors", () => {
  const text = `[
  {
    _id: ObjectId('65a000000000000000000001'),
    trace_id: '${trace}',
    span_id: '${root}',
    name: 'pay',
    retries: Long('3'),
    start_time: ISODate('2026-03-01T10:00:00.250Z'),
    end_time: ISODate('2026-03-01T10:00:00.500Z')
  }
]`;
  expect(snapshot(text)).toBe(draw(`plain spans @ ${day}T10:00:00.250Z`, "pay 0+250000"));
  expect(attributesOf(text, "pay")).toMatchObject({ retries: "3" });
});

it("Rust prints spans below the resource that all of them have", () => {
  const text = `till is up
Spans
Resource
\t ->  service.name=String(Owned("till"))
Span #0
\tInstrumentation Scope
\t\tName         : "shop"
\t\tVersion  : "0.3.1"

\tName        : POST /pay
\tTraceId     : ${trace}
\tSpanId      : ${root}
\tTraceFlags  : TraceFlags(1)
\tParentSpanId: 0000000000000000
\tKind        : Server
\tStart time: 2026-03-01 10:00:00.250000
\tEnd time: 2026-03-01 10:00:00.500000
\tStatus: Error { description: "it\\'s \\u{7d0}" }
\tAttributes:
\t\t ->  http.route: String(Static("/pay"))
\t\t ->  tries: I64(9007199254740993)
\t\t ->  sizes: Array(I64([1, 2]))
\tEvents:
\tEvent #0
\tName      : retry
\tTimestamp : 2026-03-01 10:00:00.300000
\tAttributes:
\t\t ->  left: Bool(true)
\tLinks:
\tLink #0
\tTraceId: ${trace}
\tSpanId : ${child}
served one
`;
  expect(snapshot(text)).toBe(
    draw(
      `OpenTelemetry Rust console @ ${day}T10:00:00.250Z`,
      `POST /pay #till server error !: it's ${String.fromCodePoint(0x7d0)} 0+250000 [retry] <~ ${child}`,
    ),
  );
  const detail = detailOf(text, "POST /pay");
  expect(detail.scope).toEqual({ name: "shop", version: "0.3.1" });
  expect(attributesOf(text, "POST /pay")).toEqual({
    "http.route": "/pay",
    tries: "9007199254740993",
    sizes: [1, 2],
  });
  expect(detail.events[0]?.attributes).toEqual([{ key: "left", value: true }]);
});

it("PHP's print_r prints lists, maps and objects", () => {
  const printed = `<pre>Array
(
    [0] => Span Object
        (
            [trace_id] => ${trace}
            [span_id:protected] => ${root}
            [parent_id] => 
            [name:Span:private] => pay
            [start_time] => 2026-03-01 10:00:00.000000
            [duration_ms] => 9
            [attributes] => Array
                (
                    [note] => one
two
                )

        )

)
`.replace("<pre>", "");
  expect(snapshot(printed)).toBe(
    ["plain spans @ 2026-03-01T10:00:00.000Z", "pay 0+9000"].join("\n"),
  );
  expect(attributesOf(printed, "pay")).toMatchObject({ note: "one\ntwo" });
});
