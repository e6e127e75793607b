/**
 * Whether a line was written by a program that ran, and not by someone who writes programs. Pure.
 *
 * `job_id=42` is an id in a log and an assignment in a program: what has not the form of an id counts only in a log.
 */

const TIME = String.raw`(?:\d{4}[-/.]\d\d[-/.]\d\d[T ,]{0,2})?\d\d:\d\d:\d\d|\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d|[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d`;
const LEVEL = "TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|SEVERE|PANIC";
/** A container's name, brackets, quotes and a level may stand before the time. */
const startsWithTime = new RegExp(
  String.raw`^(?:[\w./-]{1,80}\s{0,20}\|)?[\s[("'<]{0,8}(?:(?:${LEVEL}|[IWEF]\d{4})[\s:[\]]{1,8})?(?:${TIME})`,
);
/** Before a level stand names, numbers and brackets, but neither quotes nor calls. */
const hasLevel = new RegExp(
  String.raw`^[^"'=;(){}]{0,100}?(?<![\w.])(?:${LEVEL}|(?<=\[)(?:debug|info|warn|warning|error))(?![\w.(])[\s:[\]|/]`,
);
/** .NET's console and its scopes, and AWS Lambda's lines about an invocation. */
const hasProgramsHead =
  /^(?:(?:trce|dbug|info|warn|fail|crit): \S|(?:START|END|REPORT) RequestId: |\s{4,8}=> [A-Z]\w+:)/;
const isLogfmt = /(?:^|\s)(?:(?:level|lvl|severity|ts)=["\w]|method=[A-Z]{3,7}\s|status=\d{3}\s)/;
const hasAccessTime = /^[^"]{0,200}\[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\]/;
const isJson =
  /^[^{}"();=]{0,80}\{.{0,4000}?\\{0,3}["'](?:level|severity|msg|message|time|timestamp|ts|@timestamp|@t|@mt|loggerName?|publish_time)\\{0,3}["']\s?:/;

export function isLogLine(line: string): boolean {
  return (
    startsWithTime.test(line) ||
    hasLevel.test(line) ||
    hasProgramsHead.test(line) ||
    isLogfmt.test(line) ||
    hasAccessTime.test(line) ||
    isJson.test(line)
  );
}
