/** The log line that Funboost's own formatter writes, and its fields. Pure. */

/**
 * `time-(ip,host)-[pPID_tTHREAD] - logger - "file:line" - function - LEVEL - task id - message`: the template
 * `NB_LOG_FORMATER_INDEX_FOR_CONSUMER_AND_PUBLISHER` of funboost 53 to 55. The id is whatever the user made it.
 */
export const FUNBOOST_LINE =
  /^(?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)-\((?<ip>[^,\n]{0,60}),(?<host>[^)\n]{0,200})\)-\[p(?<process>\d{1,10})_t(?<thread>\d{1,20})\] - (?<logger>[^\n]{1,300}?) - "(?<file>[^"\n]{1,300}):(?<line>\d{1,7})" - (?<function>\S{1,200}) - (?<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) - (?<taskId>[^\s]{1,200}) - /dgm;
