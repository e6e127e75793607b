/** From a click on a span to its line, in six frameworks: what runs it, what calls it, and what raised. */

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { openSession, type Session } from "./driver/session.ts";
import type { Workbench } from "./driver/workbench.ts";
import { TracePanel } from "./support/tracePanel.ts";

/** `▶` marks where a click must land, and is taken out of the text. */
const programs: Readonly<Record<string, string>> = {
  "bakery/router.go":
    'package bakery\n\nfunc Register(r *gin.Engine) {\n\tv1 := r.Group("/api/v1")\n\tv1.GET("/bread/:kind", ShowBread)\n}\n',
  "bakery/bread.go":
    "package bakery\n\ntype Bread struct{}\n\n▶func ShowBread(c *gin.Context) {\n\tc.JSON(200, Bread{})\n}\n",
  "clinic/src/main/java/clinic/VisitController.java":
    '@RestController\n@RequestMapping("/owners/{ownerId}")\nclass VisitController {\n\n  @GetMapping("/visits")\n▶  List<Visit> visits(@PathVariable int ownerId) {\n    return List.of();\n  }\n}\n',
  "zoo/src/animals.controller.ts":
    '@Controller("animals")\nexport class AnimalsController {\n  @Put(":id/food")\n▶  feed(@Param("id") id: string) {\n    return id;\n  }\n}\n',
  "mail/letters/tasks.py":
    "from celery import shared_task\n\n\n@shared_task\n▶def send_letter(address):\n    return address\n",
  "shop/books.py":
    "class Books:\n    def balance(self, account):\n▶        return self._stub.GetBalance(Entry(account=account)).balance\n",
  "ledger/server.go":
    "package ledger\n\nfunc (s *server) GetBalance(ctx context.Context, r *pb.Entry) (*pb.Answer, error) {\n\treturn nil, nil\n}\n",
  "depot/weigh.py":
    '@app.post("/parcels")\ndef weigh(parcel):\n    return load(parcel)\n\n\ndef load(parcel):\n▶    raise ValueError("no scale")\n',
};
const stack =
  'Traceback (most recent call last):\n  File "/app/depot/weigh.py", line 3, in weigh\n    return load(parcel)\n  File "/app/depot/weigh.py", line 7, in load\n    raise ValueError("no scale")\nValueError: no scale\n';

interface Clicked {
  readonly service: string;
  readonly name: string;
  /** As OTLP numbers them. */
  readonly kind: 2 | 3 | 5;
  readonly attributes: Readonly<Record<string, string>>;
  readonly file: string;
  readonly isFailed?: boolean;
}

const http = (method: string, route: string) => ({
  "http.request.method": method,
  "http.route": route,
});
const rows: readonly Clicked[] = [
  {
    service: "bakery",
    name: "GET /api/v1/bread/:kind",
    kind: 2,
    attributes: http("GET", "/api/v1/bread/:kind"),
    file: "bakery/bread.go",
  },
  {
    service: "clinic",
    name: "GET /owners/{ownerId}/visits",
    kind: 2,
    attributes: http("GET", "/owners/{ownerId}/visits"),
    file: "clinic/src/main/java/clinic/VisitController.java",
  },
  {
    service: "zoo",
    name: "AnimalsController.feed",
    kind: 2,
    attributes: {
      ...http("PUT", "/animals/:id/food"),
      "nestjs.controller": "AnimalsController",
      "nestjs.callback": "feed",
    },
    file: "zoo/src/animals.controller.ts",
  },
  {
    service: "mail",
    name: "run/letters.tasks.send_letter",
    kind: 5,
    attributes: { "celery.action": "run", "celery.task_name": "letters.tasks.send_letter" },
    file: "mail/letters/tasks.py",
  },
  {
    service: "shop",
    name: "/bank.v1.Ledger/GetBalance",
    kind: 3,
    attributes: {
      "rpc.system": "grpc",
      "rpc.service": "bank.v1.Ledger",
      "rpc.method": "GetBalance",
    },
    file: "shop/books.py",
  },
  {
    service: "depot",
    name: "POST /parcels",
    kind: 2,
    attributes: http("POST", "/parcels"),
    file: "depot/weigh.py",
    isFailed: true,
  },
];

function getLine1(file: string): number {
  const text = programs[file] ?? "";
  return text.slice(0, text.indexOf("▶")).split("\n").length;
}

function toValues(attributes: Readonly<Record<string, string>>): readonly object[] {
  return Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}

/** One span of each service, all below the first. */
function writeTrace(): string {
  const startMs = Date.UTC(2026, 0, 5);
  const id = (index: number): string => String(index + 1).padStart(16, "0");
  const resourceSpans = rows.map(({ service, name, kind, attributes, isFailed }, index) => ({
    resource: { attributes: toValues({ "service.name": service }) },
    scopeSpans: [
      {
        spans: [
          {
            traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
            spanId: id(index),
            ...(index > 0 && { parentSpanId: id(0) }),
            name,
            kind,
            startTimeUnixNano: `${startMs + index * 10}000000`,
            endTimeUnixNano: `${startMs + 900 - index * 10}000000`,
            attributes: toValues(attributes),
            status: { code: isFailed === true ? 2 : 1 },
            events:
              isFailed === true
                ? [
                    {
                      name: "exception",
                      timeUnixNano: `${startMs + 100}000000`,
                      attributes: toValues({
                        "exception.type": "ValueError",
                        "exception.message": "no scale",
                        "exception.stacktrace": stack,
                      }),
                    },
                  ]
                : [],
          },
        ],
      },
    ],
  }));
  return JSON.stringify({ resourceSpans });
}

let session: Session;
let workbench: Workbench;
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "traceside-spans-"));
  const folder = join(home, "services");
  for (const [path, text] of Object.entries(programs)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text.replace("▶", ""));
  }
  await writeFile(join(folder, "trace.json"), writeTrace());
  // Wide enough for the timeline with an editor beside it.
  session = await openSession({ workspaceFolder: folder, width: 2300, height: 1300 });
  ({ workbench } = session);
  const path = join(session.workspaceFolder, "trace.json");
  await workbench.executeCommand("traceside.openTraceFile", { scheme: "file", path });
});

afterAll(async () => {
  await session.close();
  await rm(home, { recursive: true, force: true });
});

test.each(rows)("$service: $name", async row => {
  const panel = await TracePanel.find(workbench);
  // Rows stand in the order in which the spans began.
  const { label } = (await panel.waitForRows(rows.length))[rows.indexOf(row)]!;
  await panel.clickRow(label);
  await panel.waitForSelectedRow(row.name, selected => selected.label === label);
  await panel.press("Enter");
  await workbench.waitForEditor(row.file, getLine1(row.file));
});
