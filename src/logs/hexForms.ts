/**
 * Hexadecimal digits and UUIDs that need no key: what stands before and behind them says what they are. Pure.
 *
 * The digits are found first, once for all; each form is then tried where they begin, so that a text costs what its
 * digits cost, however many forms there are.
 */

import type { IdMatch, IsLogAt } from "./idMatch.ts";
import { createFormList, toMatches, type IdForm } from "./idForm.ts";
import { UUID } from "./idValue.ts";

/** In an address they may stand behind an escape, as `%22`. */
const digits = new RegExp(
  String.raw`(?:(?<=%[0-9a-f]{2})|(?<![0-9a-f%]))(?:(${UUID})|[0-9a-f]{13,})`,
  "gi",
);

const list = createFormList("dimy");

const HEX32 = "[0-9a-f]{32}";
const HEX16 = "[0-9a-f]{16}";
const NO_MORE = String.raw`(?![\w-])`;
/** Between a key of JSON and its text. */
const NEXT = String.raw`\\{0,3}": ?\\{0,3}"`;
const LEVEL = "(?:DEBUG|INFO|WARN|WARNING|ERROR)";
/** The head of a log's line up to a column of its own: no prose, no `key=value`. */
const COLUMN = String.raw`(?<=^(?:(?!\b(?!${LEVEL} )[a-z]{2,} (?!${LEVEL}:)[a-z]{2,})[^"'=\n]|"[^"\n]{0,120}"){0,160}?(?:[[{|(<](?:${UUID} )?|(?<= )- |(?<=\b${LEVEL}):? |(?<=[a-z]\.\w{1,60}): ) ?)`;
const COLUMN_END = String.raw`(?= ?(?:[\]}|)>]|${UUID}\]| - |: |$))`;
/** Prose and addresses that say whose the id is: `/jobs/`, `Retrying message '`, `Job Completed: `, `task run: UUID('`, `tasks ['`, `run ID `. */
const prose = (nouns: string): string =>
  String.raw`(?<=\b(?:${nouns})s?\b(?: (?!(?:and|as|at|by|for|from|in|of|on|or|to|user|worker)\b)[\w.]{1,200}){0,2}(?: ?[:=])?(?: ?UUID(?:\(| is))?[ "'([/#${"`"}]{1,4})`;

/** The first that fits. A `head` is a part of the id that stands before its digits. */
const forms: readonly IdForm[] = [
  ...list("trace", {}, [
    // W3C traceparent; its third part is the span that sent it.
    String.raw`(?<=(?<![0-9a-f-])(?!ff)[0-9a-f]{2}-)(?<id>(?!0{32})${HEX32})-(?<span>(?!0{16})${HEX16})(?:\[(?<parent>${HEX16})\])?-[0-9a-f]{2}(?![0-9a-f])`,
    // b3 and Sentry: `trace-span-sampled-parent`.
    String.raw`(?<![\w-])(?<id>${HEX32})-(?<span>${HEX16})(?:-[01d](?:-(?<parent>${HEX16}))?)?${NO_MORE}`,
    String.raw`(?<=\[)(?<id>${HEX16})-(?<span>${HEX16})(?=\])`,
    // Spring: `[service,trace,span]`, `[trace,span,parent,true]`, `[service,,span]`; a service's name may hold blanks.
    String.raw`(?<=\[(?:[^,\][\n]{0,120},\s?)?)(?<id>${HEX32}|${HEX16}),\s?(?<span>${HEX16})(?:,\s?(?<parent>${HEX16})?)?(?:,\s?(?:true|false|[01d]?))?\]`,
    // Application Insights' `Request-Id`.
    String.raw`(?<=\|)(?<id>${HEX32})\.(?<span>${HEX16})[._]`,
    // Patterns of loggers: `[trace/span]`, `[trace] [span]`, `|trace:span|`.
    String.raw`(?<=[[({|])(?<id>${HEX32})(?:\]\s?\[|\s?[/|:]\s?|\s)(?<span>${HEX16})(?=[\])}|])`,
    // Google's X-Cloud-Trace-Context.
    String.raw`(?<![\w-])(?<id>${HEX32})/(?<decimal>\d{10,20}(?=;o=[0-3])|\d{17,20}(?![\w./-]))`,
    // SkyWalking's three parts.
    String.raw`(?<![\w.])(?<id>${HEX32}\.\d{1,10}\.\d{15,20})(?![\w.])`,
    // Jaeger's header and what its clients log: the length is what makes it certain.
    String.raw`(?<![\w:])(?<id>(?=\d{0,15}[a-f])[0-9a-f]{13,16}|[0-9a-f]{29,32}):(?<span>[0-9a-f]{1,16}):(?<parent>[0-9a-f]{1,16}):[0-9a-f]{1,2}(?![\w:])`,
    // In the addresses of tracing servers, and as Google's log has it: `projects/shop/traces/…`.
    String.raw`(?<=/traces?/(?:detail/)?)(?<id>${HEX32}|${HEX16})(?:/spans?/(?<span>${HEX16}))?${NO_MORE}`,
    String.raw`(?<=query(?:%22|"):?(?:%3A)?(?:%22|"))(?<id>${HEX32})(?=%22|")`,
    // Abbreviated: `[T:…] [S:…]`.
    String.raw`(?<=[[(]T[:=] ?)(?<id>${HEX32})(?:\]? ?\[?S[:=] ?(?<span>${HEX16}))?(?=[\])])`,
    // Prose: `no trace found for id …`, `Finishing root span "GET /" with ID …`.
    String.raw`(?<=\btraces?\b[ \w]{0,40}(?::|\b) ?["'${"`"}([]{0,3})(?<id>${HEX32})(?:[ ,/](?<span>${HEX16}))?${NO_MORE}`,
    // OpenTelemetry's logging exporters and short lines of the Collector: `'GET /' : trace span SERVER`, `GET / trace span
    // http.request.method=GET`.
    String.raw`(?<=\S )(?<id>${HEX32}) (?<span>${HEX16})(?= [\w.]{1,60}=| (?:INTERNAL|SERVER|CLIENT|PRODUCER|CONSUMER)\b|\s*$)`,
    // MLflow's own spelling of OpenTelemetry's ids, and OpenAI's agents'.
    String.raw`(?<=(?<![\w-])(?<head>tr-|trace_))(?<id>${HEX32})${NO_MORE}`,
  ]),
  ...list("trace", { isDecimal: true }, [String.raw`(?<=/apm/trace/)(?<id>\d{17,20})${NO_MORE}`]),
  ...list("span", {}, [
    String.raw`(?<=\[[^,\][\n]{1,120},\s?,\s?)(?<id>${HEX16})(?=[\],])`,
    String.raw`(?<=[?&](?:node=span-|observation=))(?<id>${HEX16})${NO_MORE}`,
    String.raw`(?<=\b[Ss]pan\b[^\n]{0,80}\bID:? )(?<id>${HEX16})${NO_MORE}`,
    // Zipkin's spans and the segments of AWS: `"traceId": …, "parentId": …, "id": …`.
    String.raw`(?<=(?:trace|parent)_?[Ii]d${NEXT}[\w-]{16,36}\\{0,3}", ?\\{0,3}"id${NEXT})(?<id>${HEX16})${NO_MORE}`,
    String.raw`(?<="id${NEXT})(?<id>${HEX16})(?=\\{0,3}", ?\\{0,3}"(?:trace|parent)_?[Ii]d\b)`,
    // OpenTelemetry's console exporter of Node.
    String.raw`(?<=^  id: ')(?<id>${HEX16})(?=',$)`,
    // The Collector's debug exporter.
    String.raw`(?<=^\s{0,8}(?:ID {4,16}|-> ID): )(?<id>${HEX16})(?=\s|$)`,
  ]),
  ...list("task", {}, [
    // Funboost before version 53: the queue is part of the id.
    String.raw`(?<=(?<head>[^\s"'{}\[\],()=<>\\]{1,120}_result:))(?<id>${UUID})${NO_MORE}`,
    // Machinery.
    String.raw`(?<=(?<![\w-])(?<head>task_))(?<id>${UUID})${NO_MORE}`,
    // Celery: `shop.charge[id]`, and its task formatter's `[shop.charge(id)]`.
    String.raw`(?<=[\w>]\[)(?<id>${UUID})(?=\])`,
    String.raw`(?<=[\w>]\()(?<id>${UUID})(?=\)\])`,
    // Celery's, RQ's, Huey's and MassTransit's words: `Executing shop.charge: id`, `Requeueing id, 2 retries`, `task-sent id`.
    String.raw`(?<=\b(?:revoked: |Terminating |chord |Dependency |handling exception for |Requeueing |Executing [\w.]{1,200}: |Task: [\w.]{1,200}\(\) |task-[a-z]{4,9} |(?:SEND|RECEIVE|SKIP|MOVE|[A-Z]-[A-Z]{4,7}) \S{1,200} ))(?<id>${UUID})${NO_MORE}`,
    `${prose("job|task|message|workflow")}(?<id>${UUID})${NO_MORE}`,
    // What brokers keep in Redis, and Celery's own message.
    String.raw`(?<=\b(?:asynq:\{[^}\s]{1,100}\}:t|rq:job|celery-task-meta)[:-])(?<id>${UUID})${NO_MORE}`,
    String.raw`(?<='task': '[\w.]{1,200}', 'id': ')(?<id>${UUID})(?=')`,
    // Chinese prose: 任务 UUID, 任务ID：UUID.
    String.raw`(?<=(?:任务|作业|消息)(?:[Ii][Dd])?[\s:：=[]{0,3})(?<id>${UUID})${NO_MORE}`,
    // Laravel's payload.
    String.raw`(?<="uuid":")(?<id>${UUID})(?=","displayName")`,
    // Huey: `shop.charge: id executed in 0.1s`.
    String.raw`(?<![\w-])(?<id>${UUID})(?= (?:\d{1,4} retries )?executed in )`,
    // Dramatiq, taskiq, Durable Functions: `with id 'x'`, `with ID: x`, `with ID = 'x'`.
    String.raw`(?<=\bwith id(?: ?[:=])? ["']?)(?<id>${UUID}|${HEX32}|[0-9a-f]{24})${NO_MORE}`,
    // Sidekiq before version 6, and Rails' jobs.
    String.raw`(?<=\bJID-)(?<id>[0-9a-f]{24})${NO_MORE}`,
    String.raw`(?<=\[ActiveJob\] \[[\w:]{1,100}\] \[)(?<id>${UUID})(?=\])`,
  ]),
  ...list("any", {}, [
    // Requests: Rails' tag, the columns of Lambda, API Gateway, OpenStack and Envoy, Prefect's and Hatchet's runs, Azure's
    // functions, Cloudflare.
    String.raw`(?<=(?: -- : (?:\[[^\]\n]{1,60}\] )?|^)\[)(?<id>${UUID})(?=\] )`,
    String.raw`(?<=\d\dZ[\t ])(?<id>${UUID})(?=[\t ])`,
    String.raw`(?<=^\()(?<id>${UUID})(?=\) [A-Z])`,
    String.raw`(?<=\[(?:None )?(?<head>req-))(?<id>${UUID})(?=[ \]])`,
    String.raw`(?<![\w-])(?<id>${UUID})(?= "?(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) )`,
    String.raw`(?<=\bHTTP/\d[.\d]{0,2}" \d{3} [^\n]{0,250}[ "])(?<id>${UUID}|${HEX32})(?=[ "]|$)`,
    String.raw`(?<=\b(?:(?:(?:work)?flow|task|step)[ -]run/|/workflows/[^/\s]{1,200}/|/runs/))(?<id>${UUID}|${HEX32})${NO_MORE}`,
    `${prose("(?:flow|task|step)[ -]run|run id|GoodJob|invocation")}(?<id>${UUID})${NO_MORE}`,
    String.raw`(?<=\bExecut(?:ing|ed) '[^\n]{1,250}, Id=)(?<id>${UUID})${NO_MORE}`,
    String.raw`(?<=\bcf-ray["'\s:=[]{1,6})(?<id>${HEX16}(?:-[a-z]{3})?)${NO_MORE}`,
  ]),
  ...list("trace", { isLogOnly: true }, [
    // Columns of a log, in patterns as Datadog's for Logback.
    String.raw`(?<![\w-])(?<id>${HEX32})(?:[ \t]{1,4}| ?[,;|/:] ?)(?<span>${HEX16})(?![\w:;-])`,
    // A column of its own in the head of a log's line.
    `${COLUMN}(?<id>${HEX32})${COLUMN_END}`,
  ]),
  ...list("task", { isLogOnly: true }, [
    // Funboost without process and thread.
    String.raw`(?<= - [A-Z]{4,8} - )(?<id>${UUID})(?= - )`,
  ]),
  ...list("any", { isLogOnly: true }, [
    // A column of its own in the head of a log's line.
    `${COLUMN}(?<id>${UUID})${COLUMN_END}`,
    String.raw`(?<=(?:^|[\s\]])(?:\d\d:\d\d:[\d.,]{2,12}(?:Z|[+-]\d\d:?\d\d)?|${LEVEL})\]? |[a-z]\.\w{1,60}: |\b[A-Z]\w{1,80}#)(?<id>${UUID}|${HEX32})(?= )`,
    String.raw`(?<= )(?<id>${UUID})(?= -- )`,
    // Temporal's threads of Java.
    String.raw`(?<=\[workflow-method-[^\s\]]{1,200}-)(?<id>${UUID})(?=\])`,
    `${prose("run|request|execution")}(?<id>${UUID})${NO_MORE}`,
  ]),
  ...list("any", { isUncertain: true }, [
    // What may be anything: a store has to confirm it.
    String.raw`(?<![\w-])(?<id>${UUID}|${HEX32})${NO_MORE}`,
    String.raw`(?<=\bid\\{0,3}["']?: ?\\{0,3}["']?)(?<id>${HEX16})${NO_MORE}`,
  ]),
];

/** A form is tried on what it may fit: most are of UUIDs alone, or of none. */
const uuidForms = forms.filter(({ pattern }) => pattern.source.includes(UUID));
const digitForms = forms.filter(({ pattern }) => !pattern.source.includes(`(?<id>${UUID})`));

export function* listHexIds(text: string, isLogAt: IsLogAt): Iterable<IdMatch> {
  for (const { index, 1: uuid } of text.matchAll(digits)) {
    for (const each of uuid === undefined ? digitForms : uuidForms) {
      if (each.isLogOnly === true && !isLogAt(index)) continue;
      each.pattern.lastIndex = index;
      const match = each.pattern.exec(text);
      if (match === null) continue;
      yield* toMatches(text, match, each);
      break;
    }
  }
}
