/**
 * Ids that need no key and may have any spelling: headers and columns of frameworks' own log lines. Pure data.
 *
 * Every expression is bounded and begins with what is rare, so that a hostile line takes no longer than another one.
 */

import { createFormList, type IdForm } from "./idForm.ts";
import { SKYWALKING, UUID } from "./idValue.ts";

const list = createFormList("dgm");

const LEVEL = "(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)";
/** A job, its number or its id with a digit, and what became of it. */
const JOB_DID = String.raw`\b(?:[Jj]ob|[Ee]xecution) #?(?<id>[1-9]\d{0,19}|(?=[^\s\d]{1,60}\d|\d{1,60}[A-Za-z])[A-Za-z\d][\w:-]{3,100})(?= (?:(?:has|was|is|got) [a-z]|[Cc]omplet|[Ff]ail|FAIL|[Ss]tall|[Ss]tart|[Ff]inish|[Pp]rocess|[Aa]ctiv|[Dd]elay|[Ss]ucce|[Rr]etr|done|ok\b|queued|enqueued|accepted|cancel|moved|received|[Rr]emov|promot|took|added|waiting))`;
const TASK_NAME = String.raw`[\w.<>:-]{1,200}`;

export const loggedForms: readonly IdForm[] = [
  ...list("trace", {}, [
    // AWS X-Ray, alone or in its header: OpenTelemetry's id is the same without the dashes.
    String.raw`(?<![\w-]|Self=)(?<id>1-[0-9a-fA-F]{8}-[0-9a-fA-F]{24})(?![\w-])`,
    // SkyWalking: its plugins for loggers, its agents' context, and its header, which has the trace's id in base64.
    String.raw`\bTID:\s?(?<id>${SKYWALKING}|${UUID}|[0-9a-f]{32})(?![\w-])`,
    // Google's console has the same key; a UUID behind it is Azure's tenant.
    String.raw`\btid(?:["']?:\s?["']?|=)(?<id>${SKYWALKING}|[0-9a-f]{32})(?![\w-])`,
    String.raw`\bSW_CTX["']?\s{0,4}[=:]\s{0,4}["']?\[[^,\][]{0,200},[^,\][]{0,200},\s?(?<id>(?=[^,]{0,100}\d)[\w.-]{8,100}),\s?(?<none>[\w.-]{8,100}),\s?-?\d{1,6}\]`,
  ]),
  ...list("trace", { isDecimal: true }, [
    // Datadog's agent of Java.
    String.raw`\bt_id=(?<id>\d{5,20}), s_id=(?<decimal>\d{1,20}), p_id=\d`,
  ]),
  ...list("task", {}, [
    // Funboost 53 to 55, behind any prefix: `…-[pPID_tTHREAD] - logger - "file:line" - function - LEVEL - id - message`.
    String.raw`-\[p\d{1,10}_t\d{1,20}\] - [^\n"]{1,300} - "[^"\n]{1,300}:\d{1,7}" - \S{1,200} - ${LEVEL} - (?<id>\S{1,200}) - `,
    // Celery's worker, `Task shop.charge[id] succeeded in …`, Procrastinate, `Job shop.charge[42](order=7) ended`, Celery's tasks' own lines, `shop.charge[id]: message`, and beat.
    String.raw`\b(?:[Tt]ask|[Jj]ob)(?: completion)? ${TASK_NAME}\[(?<id>(?=[^\]\s\d[]{0,199}\d)[^\]\s]{1,200})\](?=\(| (?:received|start|stall|succeeded|complet|finish|fail|raised|retry|reject|ignor|INTERNAL|revoked))`,
    String.raw`/[\w-]{1,60}\] ${TASK_NAME}\[(?<id>(?=[^\]\s\d[]{0,199}\d)[^\]\s]{1,200})\]: `,
    String.raw`\bsent\. id->(?<id>(?=[^\s\d]{0,199}\d)[\w.:-]{1,200})`,
    // RQ: `Job OK (id)`; Hangfire: `Failed to process the job '42'`.
    String.raw`\bJob OK \((?<id>[\w.:-]{1,200})\)(?=\s*$)`,
    String.raw`\bprocess(?:ing)? the job '(?<id>[\w-]{1,36})': `,
    // arq: `0.12s → id:charge(42)`, `0.30s ← id:charge ● None`.
    String.raw`(?<=\ds )[→←!↻⊘●] (?<id>[\w.-]{1,200}):[A-Za-z_]\w{0,100}(?=\(| )`,
    // Temporal's pages, what Ray submits, and Airflow's runs, named by their time.
    String.raw`/namespaces/[^/\s]{1,200}/workflows/(?<id>[^/\s?#"']{1,200})`,
    String.raw`(?<![\w-])(?<id>raysubmit_[A-Za-z0-9]{16})(?!\w)`,
    String.raw`(?<!\w)(?<id>(?:scheduled|manual|backfill|(?:dataset|asset)_triggered)__\d{4}-\d\d-\d\dT[\d:.]{6,15}(?:Z|[+-]\d\d:\d\d)?)(?!\w)`,
    // Delayed Job: `Job Charge (id=42)`; Graphile Worker: `Completed task 42 (charge, …`; Oban: `%Oban.Job{id: 42`; Slurm: `Submitted batch job 42`.
    String.raw`\b[Jj]ob [\w.:]{1,200} \(id=(?<id>\d{1,20})\)`,
    String.raw`\b(?:(?:Completed|Failed) task |Oban\.Job\{id: |Submitted batch job |Your job )(?<id>\d{1,20})(?= \(|,|\s*$)`,
    // BullMQ, as its users print it: `Job 42 completed`, `[worker] job #42 failed`.
    `^(?:\\[[\\w .:-]{1,40}\\]:? )?${JOB_DID}`,
    // Laravel's worker, whose jobs have numbers in a database and UUIDs elsewhere: `[2026-05-04 08:00:01][id] Processing: …`.
    String.raw`\d\]\[(?<id>[\w-]{1,100})\] (?:Processing|Processed|Failed): `,
    String.raw`^ {0,4}[\d-]{10} [\d:]{8} [\w\\]{1,200} (?<id>[\w-]{1,100}) \.{3,}`,
    // Temporal's threads of Java: `[workflow-method-order-42-RUN]`.
    String.raw`\[workflow-method-(?<id>[^\s\]]{1,200}?)-${UUID}\]`,
  ]),
  ...list("any", {}, [
    // Requests: Kestrel's counter, HAProxy's `unique-id`, Echo's, those of OpenAI and Anthropic.
    String.raw`\b(?<id>0H[0-9A-V]{11}:[0-9A-F]{8})\b`,
    String.raw`(?<![\w:])(?<id>(?:[0-9A-F]{8,32}:[0-9A-F]{4}_){2}[0-9A-F]{8}[:_][0-9A-F]{4}:[0-9A-F]{4})(?![\w:])`,
    String.raw`"id":"(?<id>[A-Za-z0-9]{20,40})","remote_ip":`,
    String.raw`(?<![\w-])(?<id>(?:req_|(?:chat)?cmpl-)(?=[a-z_]{0,30}\d)[A-Za-z0-9_]{16,64}(?:-[0-9a-f]{1,8})?)(?![\w-])`,
    // chi's `[host/x1y2z3-000042]`, Apache's `unique_id`, CloudFront's column.
    String.raw`\[(?<id>[\w.-]{1,60}/\w{8,10}-\d{6})\]`,
    String.raw`\b(?:unique_id["']?[ :=]{1,2}["']?|HTTP/\d\.\d" \d{3} \d{1,12} )(?<id>(?=[\w@-]{0,23}\d)[\w@-]{24}(?:[\w@-]{3})?)(?![\w@-])`,
    String.raw`(?<=[\s"])(?<id>[\w-]{54}==)(?=[\s"]|$)`,
  ]),
  ...list("trace", { isBase64: true }, [
    String.raw`\b[Ss][Ww]8["']?\s{0,4}[=:]\s{0,4}\[?["']?[01]-(?<id>[A-Za-z0-9+/]{4,200}={0,2})-[A-Za-z0-9+/]{4,200}={0,2}-\d{1,6}-`,
  ]),
  ...list("trace", { isLogOnly: true }, [
    // `[trace:pack-3]`: whatever a program calls its traces.
    String.raw`\[(?:trace|Trace|TRACE)\s?[:=]\s?(?<id>(?=[^\]\s]{0,100}\d)[\w-]{4,100})\]`,
    // Spring's columns with ids of any length: `[cart,a1b2c3d4,e5f6]`.
    String.raw`\[[\w.-]{1,60},\s?(?<id>(?=[a-z]{0,31}\d)[\da-z]{6,32}),\s?(?<span>(?=[a-z]{0,15}\d)[\da-z]{4,16})(?:,\s?(?:true|false)?)?\]`,
  ]),
  ...list("task", { isLogOnly: true }, [
    // Hangfire and others: `background job '42'`, `job #42`, `task with ID 42`.
    String.raw`\b(?:[Jj]ob|[Tt]ask|[Mm]essage|[Ww]orkflow|[Ee]xecution) (?:with )?(?:(?:(?:id|ID|Id):? )?(?:#(?=\d)|["'](?=[^"'\s]{0,199}\d))|(?:id|ID|Id|key):? (?=[a-z]{0,20}\d[^\s.]{0,40}(?![\w/%-]|\.\d)))(?<id>\w(?:[\w.:/+@#-]{0,198}\w)?)`,
    // BullMQ and others that count: `Job 42 completed`, `processing job 42`; Spark counts tasks from 0 on, and no one asks for one.
    JOB_DID,
    // `[Task 42]`, `(job 42)`, `job=42`, `Job 42: refused`, `job started, id=42`.
    String.raw`[[(](?:[Jj]ob|[Tt]ask|JOB|TASK)[\s:=#]{1,2}(?<id>\d{1,20})[\])]`,
    String.raw`(?<![\w.-])(?:job|task)=(?<id>\d{1,20})(?=[\s,;\])]|$)`,
    String.raw`\b[Jj]ob #?(?<id>[1-9]\d{0,19})(?=: [A-Za-z])`,
    String.raw`\b(?:[Jj]ob|[Tt]ask|[Ww]orkflow|[Mm]essage)[ <][^\n:()]{0,80}?(?:[(,] ?|ed:? )[Ii][Dd][:=] ?(?<id>(?=[^\s\d]{0,60}\d)\w(?:[\w:-]{0,98}\w)?)(?![\w/])`,
    String.raw`(?:\b(?:[Pp]rocess|[Cc]omplet|[Ff]ail|[Ss]tart|[Aa]dd|[Ee]nqueu|[Qq]ueu|[Rr]etry|[Rr]unn|[Hh]andl|[Ff]inish|[Cc]reat|[Rr]eceiv|[Rr]emov|[Ee]xecut|[Pp]erform)(?:ing|ed) (?:the )?job |\b(?:for|of) job )(?<id>[1-9]\d{0,19})(?![\w/%-]|\.\d| (?:of|out|to) \d)`,
    // RQ: `default: shop.charge(42) (id)`; Oban: `"id":42,…,"worker":"Shop.Charge"`; what a server was asked of a job.
    String.raw`: [\w.]{1,200}\([^\n]{0,1000}\) \((?<id>(?=[^()\s\d]{0,199}\d)[^()\s]{1,200})\)\s*$`,
    String.raw`(?<!"args":\{)"id":"?(?<id>\d{1,20}|${UUID})"?,(?=[^\n]{0,300}"(?:worker":"|state":"(?:active|completed|created|failed|retry)"))`,
    String.raw`\b(?:GET|HEAD|POST|PUT|PATCH|DELETE) [^\s"?]{0,200}/(?:jobs?|workflows)/(?<id>\d{1,20}|[a-z][a-z-]{1,30}-\d[\w-]{0,60})(?=[\s/?"])`,
    // RQ and others whose users name jobs: `job pack-3`, `job ID pack_3`.
    String.raw`\b(?:[Jj]ob|[Ww]orkflow) (?:(?:ID|[a-z]{4,9}ed:) )?(?<id>[A-Za-z]\w{0,60}[_:-](?=[\w:-]{0,60}\d)(?:[\w:-]{0,99}\w))(?![\w./=])`,
  ]),
  ...list("any", { isLogOnly: true }, [
    // What models were asked and answered.
    String.raw`(?<![\w-])(?<id>(?:call|msg|resp|run|toolu)_(?=[A-Za-z]{0,20}\d)[A-Za-z0-9]{16,64})(?![\w-])`,
    // A column of its own: `[req-42]`, `[REQ-12345]`, and the first digits of a UUID.
    String.raw`\[(?<id>(?:[Rr]eq|REQ|[Tt]race|TRACE|[Cc]orr)[_-](?=[^\]\s\d]{0,60}\d)[\w-]{1,80})\]`,
    String.raw`(?<=(?:\d\d[\d.,]{0,10}Z?|\b(?:DEBUG|INFO|WARN|WARNING|ERROR)|\]|[\w .][-.]|^)\]? {1,2})\[(?<id>(?=[a-f]{0,15}\d)(?=\d{0,15}[a-f])(?:[0-9a-f]{8}(?:[0-9a-f]{4}|[0-9a-f]{8})?))\](?= )`,
  ]),
  // An address of a task, or of one on somebody's list.
  ...list("task", { isLogOnly: true, isUncertain: true }, [
    String.raw`/(?:job|task)s?/(?<id>\d{1,20})(?=[\s/?"]|$)`,
  ]),
];
