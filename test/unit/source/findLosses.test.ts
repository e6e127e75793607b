/** The losses of one trace among others that ran at the same time, and how often their code is read. */

import { expect, test } from "vitest";
import { SpanKind } from "../../../src/model/span.ts";
import { findContextLosses, type SpanInCode } from "../../../src/source/contextLoss/findLosses.ts";
import { createWorkspace } from "./indexFiles.ts";

const path = "/ws/bakery.py";
const text = `def bake(loaf):
    heat()
    Thread(target=tell_shop).start()

def heat():
    pass

def tell_shop():
    pass
`;
const lines = { bake: 0, heat: 4, tell_shop: 7 };

function draw(traceId: string, name: keyof typeof lines, startUnixMs: number): SpanInCode {
  return {
    ...{ traceId, spanId: `${traceId} ${name}`, name, kind: SpanKind.internal },
    ...{ isRoot: name !== "heat", readHasLinks: () => Promise.resolve(false) },
    ...{ startUnixMs, endUnixMs: startUnixMs + 100 },
    place: { path, line0: lines[name] },
  };
}

async function find(traceId: string, spans: readonly SpanInCode[]) {
  const { readSymbols } = await createWorkspace({ [path]: text });
  let reads = 0;
  const { losses, mayLose } = await findContextLosses(traceId, spans, async asked => {
    reads += 1;
    return asked === path ? { text, symbols: await readSymbols(path) } : undefined;
  });
  return {
    reads,
    mayLose,
    pairs: losses.map(({ caller, root }) => `${caller.traceId} lost ${root.traceId}`),
  };
}

/** Two of one kind, one soon after the other. */
const two = [
  draw("first", "bake", 0),
  draw("first told", "tell_shop", 50),
  draw("second", "bake", 1_000),
  draw("second told", "tell_shop", 1_050),
];

test.each([
  ["first", "first lost first told"],
  ["first told", "first lost first told"],
  ["second", "second lost second told"],
  ["second told", "second lost second told"],
])("%s: %s", async (traceId, pair) => {
  expect((await find(traceId, two)).pairs).toEqual([pair]);
});

test.each([
  ["a function of it hands work over", "bake", SpanKind.server, true],
  ["nobody asked for it from outside", "heat", SpanKind.internal, true],
  ["it is a request that hands nothing over", "heat", SpanKind.server, false],
] as const)("a trace may lose another, or be lost: %s", async (_, name, kind, expected) => {
  const span = { ...draw("only", name, 0), isRoot: true, kind };
  expect((await find("only", [span])).mayLose).toBe(expected);
});

test("a thread that was started before the span began carries nothing of it", async () => {
  const late = { ...draw("first", "bake", 0), place: { path, line0: 2 } };
  const told = draw("first told", "tell_shop", 50);
  expect((await find("first", [late, told])).pairs).toEqual(["first lost first told"]);
  const early = { ...late, place: { path, line0: 3 } };
  expect((await find("first", [early, told])).pairs).toEqual([]);
});

test("a file is read once, for however many spans", async () => {
  const many = Array.from({ length: 200 }, (_, i) => draw("first", "heat", i));
  expect(await find("first", [...many, ...two])).toMatchObject({
    reads: 1,
    pairs: ["first lost first told"],
  });
});

test("the run that began last is found among very many, and the code is asked once for all", async () => {
  const runs = Array.from({ length: 20_000 }, (_, i) => draw("first", "bake", i * 10));
  const told = Array.from({ length: 2_000 }, (_, i) => draw(`told ${i}`, "tell_shop", i * 100 + 5));
  const { reads, pairs } = await find("first", [...runs, ...told]);
  // One place of the code is named once, with the last that was lost there.
  expect({ reads, pairs }).toEqual({ reads: 1, pairs: ["first lost told 1999"] });
});

interface Handing {
  /** Of the caller, whose function is the first of its file, and of the root, whose is the last. */
  readonly files: Readonly<Record<string, string>>;
  readonly kind?: SpanKind;
}

const goMail = `
func mail(ctx context.Context, box int) {
	_, span := tracer.Start(ctx, "mail")
	defer span.End()
}
`;
const goGroup = (context: string): string => `package boxes
func pack(ctx context.Context, box int) error {
	group, inner := errgroup.WithContext(${context})
	group.Go(func() error { mail(inner, box); return nil })
	return group.Wait()
}
${goMail}`;
const goCall = `package boxes
func pack(ctx context.Context, box int) {
	err := tell(context.Background(), box)
	record(err)
}
func tell(ctx context.Context, box int) error {
	_, span := tracer.Start(ctx, "mail")
	return nil
}
func open() {}
${goMail}`;
const javaThread = (work: string): string => `class Boxes {
  void pack(int box) {
    Thread.ofVirtual().name("mail").unstarted(${work}).start();
  }
  void mail(int box) {
    tracer.spanBuilder("mail").startSpan();
  }
}
`;
const kafkaSender = (fields: string): string => `package boxes
func pack(ctx context.Context, writer *kafka.Writer) error {
	${fields === "" ? "" : "otel.GetTextMapPropagator().Inject(ctx, carrier)"}
	return writer.WriteMessages(ctx, kafka.Message{Topic: "boxes"${fields}})
}
`;
const kafkaReader = (name: string): string => `package mails
func mail(reader *kafka.Reader) {
	_, span := tracer.Start(context.Background(), "${name} process")
	defer span.End()
}
`;
const sqsSender = "def pack(box):\n    sqs.send_message(QueueUrl=BOXES_URL, MessageBody=box)\n";
const sqsReader = (url: string): string =>
  `def mail():\n    for box in sqs.receive_message(QueueUrl=${url}):\n        open(box)\n`;

const queuePut = "def pack(box):\n    boxes.put(box)\n";
const queueTaken = "def mail():\n    box = boxes.get()\n    open(box)\n";
const javaCaller = `class Desk {
  void pack(int box) {
    mailer.mail(box);
  }
}
`;
const javaMethod = (annotation: string): string => `class Mailer {
  ${annotation}
  public void mail(int box) {
    tracer.spanBuilder("mail").startSpan();
  }
}
`;
const goRequest = (made: string): string => `package boxes
func pack(ctx context.Context, url string) error {
	request, _ := ${made}"GET", url, nil)
	return send(request)
}
${goMail}`;

test.each<readonly [string, string | undefined, Handing]>([
  [
    "a group with a context of its own",
    "background",
    { files: { "a.go": goGroup("context.Background()") } },
  ],
  ["a call whose answer is used", "background", { files: { "a.go": goCall } }],
  ["a group with the span's context", undefined, { files: { "a.go": goGroup("ctx") } }],
  [
    "a virtual thread by its builder",
    "thread",
    { files: { "A.java": javaThread("() -> mail(box)") } },
  ],
  [
    "a virtual thread that takes the context",
    undefined,
    { files: { "A.java": javaThread("Context.current().wrap(() -> mail(box))") } },
  ],
  [
    "a topic that another file reads",
    "message",
    { kind: SpanKind.consumer, files: { "a.go": kafkaSender(""), "b.go": kafkaReader("boxes") } },
  ],
  [
    "a topic with headers",
    undefined,
    {
      kind: SpanKind.consumer,
      files: { "a.go": kafkaSender(", Headers: carrier"), "b.go": kafkaReader("boxes") },
    },
  ],
  [
    "another topic",
    undefined,
    { kind: SpanKind.consumer, files: { "a.go": kafkaSender(""), "b.go": kafkaReader("crates") } },
  ],
  [
    "a queue by its address",
    "message",
    { kind: SpanKind.consumer, files: { "a.py": sqsSender, "b.py": sqsReader("BOXES_URL") } },
  ],
  [
    "another queue",
    undefined,
    { kind: SpanKind.consumer, files: { "a.py": sqsSender, "b.py": sqsReader("CRATES_URL") } },
  ],
  [
    "a queue that another file has, and a third takes from",
    "queue",
    { files: { "a.py": `from jobs import boxes\n${queuePut}`, "b.py": queueTaken } },
  ],
  [
    "another queue of the same name",
    undefined,
    { files: { "a.py": `boxes = Queue()\n${queuePut}`, "b.py": `boxes = Queue()\n${queueTaken}` } },
  ],
  [
    "a method that its framework runs in a thread",
    "pool",
    { files: { "A.java": javaCaller, "B.java": javaMethod('@Async("mails")') } },
  ],
  [
    "a method of a framework that runs it at once",
    undefined,
    { files: { "A.java": javaCaller, "B.java": javaMethod("@Transactional") } },
  ],
  [
    "a parallel stream",
    "pool",
    {
      files: {
        "A.java": javaThread("").replace(
          /Thread.*;/,
          "boxes.parallelStream().forEach(box -> mail(box));",
        ),
      },
    },
  ],
  [
    "a stream",
    undefined,
    {
      files: {
        "A.java": javaThread("").replace(/Thread.*;/, "boxes.stream().forEach(box -> mail(box));"),
      },
    },
  ],
  [
    "a request without a context",
    "background",
    { kind: SpanKind.client, files: { "a.go": goRequest("http.NewRequest(") } },
  ],
  [
    "a request with its context",
    undefined,
    { kind: SpanKind.client, files: { "a.go": goRequest("http.NewRequestWithContext(ctx, ") } },
  ],
])("%s", async (_, expected, { files, kind = SpanKind.internal }) => {
  const texts = Object.fromEntries(
    Object.entries(files).map(([name, own]) => [`/ws/${name}`, own]),
  );
  const { readSymbols } = await createWorkspace(texts);
  const [callerPath = "", rootPath = callerPath] = Object.keys(texts);
  const lineOf = (file: string, word: string): number =>
    texts[file]!.split("\n").findIndex(
      line => line.includes(` ${word}(`) && !line.includes("Thread"),
    );
  const make = (traceId: string, name: string, file: string, word: string): SpanInCode => ({
    ...draw(traceId, "bake", traceId === "first" ? 0 : 50),
    ...{ name, kind: traceId === "first" ? SpanKind.server : kind },
    place: { path: file, line0: lineOf(file, word) },
  });
  const rootName = /"(\w+) process"/.exec(texts[rootPath]!)?.[1];
  const spans = [
    make("first", "POST /boxes", callerPath, "pack"),
    make("second", rootName === undefined ? "mail" : `${rootName} process`, rootPath, "mail"),
  ];
  const { losses } = await findContextLosses("first", spans, async path => ({
    text: texts[path]!,
    symbols: await readSymbols(path),
  }));
  expect(losses.map(({ handOver }) => handOver.kind)).toEqual(
    expected === undefined ? [] : [expected],
  );
});
