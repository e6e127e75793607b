/**
 * Whether a line was written by a program that ran, and not by someone who writes programs. Pure.
 *
 * `job_id=42` is an id in a log and an assignment in a program: what has not the form of an id counts only in a log.
 */

const CLOCK = String.raw`\d{1,2}:\d\d:\d\d`;
const TIME = [
  String.raw`(?:\d{4}[-/.]\d\d[-/.]\d\d[T ,]{0,2})?\d\d:\d\d:\d\d`,
  String.raw`\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d`,
  String.raw`(?:[A-Z][a-z]{2},? )?(?:[A-Z][a-z]{2} {1,2}\d{1,2}|\d{1,2} [A-Z][a-z]{2})(?:,? \d{4},?)? ${CLOCK}`,
  String.raw`\d{1,2}/\d{1,2}/\d{4},? ${CLOCK}`,
  String.raw`\d{1,2}:\d\d[AP]M `,
].join("|");
const DATE = String.raw`\d{4}[-/.]\d\d[-/.]\d\d|\d{1,2}[-/ ][A-Z][a-z]{2}[-/ ]\d{4}|\d\d[-.]\d\d`;
const LEVEL = "TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|SEVERE|PANIC";

const heads: readonly RegExp[] = [
  // A container's, a program's or a module's name, brackets, quotes and a level may stand before the time.
  new RegExp(
    String.raw`^(?:[\w./-]{1,80}\s{0,20}\||[\w.-]{1,40}: |\[[\w.:/-]{1,40}\](?: \d{1,8} {1,2}-)? )?(?:ltsv\t)?(?:time:)?[\s[("'<]{0,8}(?:(?:${LEVEL}|[IWEF]\d{4})[\s:[\]]{1,8})?(?:${TIME})`,
  ),
  // A date and a clock behind names, numbers and brackets, but neither quotes nor calls.
  new RegExp(String.raw`^[^"'=;(){}]{0,60}?(?<![\w.-])(?:${DATE})(?:[T: ] ?| - )${CLOCK}(?![\w-])`),
  // Before a level stand names, numbers and brackets, but neither quotes nor calls.
  new RegExp(
    String.raw`^(?:\[[^\]"'\n]{1,80}\])?[^"'=;(){}]{0,100}?(?<![\w.])(?:${LEVEL}|(?<=\[ ?)(?:debug|info|warn|warning|error))(?![\w.(])[\s:[\]|/]`,
  ),
  // .NET's console and its scopes, AWS Lambda's lines about an invocation, times as Rails has them.
  /^(?:(?:trce|dbug|info|warn|fail|crit): \S|(?:START|END|REPORT) RequestId: |\s{4,8}=> [A-Z]\w+:|[^"'=;]{1,100} \(\d{1,7}\.\d{1,3}ms\) )/,
  /(?:^|\s)(?:(?:level|lvl|severity|ts)=["'\w]|method=[A-Z]{3,7}\s|status=\d{3}\s)/,
  // What was thrown and nobody caught.
  /^(?:[^"'=;(){}]{1,60} )?(?:[A-Za-z_][\w.]{0,80})?(?:Error|Exception): \S/,
  // Access logs.
  /^"?(?:GET|HEAD|POST|PUT|PATCH|DELETE) \/\S{0,200} \d{3} \d/,
  /^[^"]{0,200}\[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\]/,
  // JSON of a log or of an answered request.
  /^[^{}"();=]{0,80}\{.{0,4000}?\\{0,3}["'](?:(?:level|severity|pid|event|msg|message|time|timestamp|ts|@timestamp|@t|@m|@mt|loggerName?|levelname|log\.level|severityText|eventTime|publish_time)\\{0,3}["']\s?:|(?:(?:http_)?status(?:_code)?|response_code|duration)["']\s?:\s?"?\d)/i,
];

export function isLogLine(line: string): boolean {
  return heads.some(head => head.test(line));
}
