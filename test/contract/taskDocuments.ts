/** Funboost documents for the tests, in every shape that ids come in. Knows the real document's fields and types. */

export interface TaskDocumentOptions {
  readonly id: string | number;
  readonly queue: string;
  readonly name: string;
  /** Seconds after the start of the test's clock. */
  readonly published: number;
  readonly started: number;
  /** Absent: still running. */
  readonly ended?: number;
  readonly failed?: string;
  readonly attempts?: number;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Beside the fields of Funboost, as the seed schema has them. */
  readonly top?: Readonly<Record<string, unknown>>;
}

/** 2026-01-01T00:00:00Z: no test reads today's clock. */
export const clockStart = 1_767_225_600;

export function createTaskDocument(options: TaskDocumentOptions): Record<string, unknown> {
  const { id, queue, name, failed, params = {}, extra = {}, top = {} } = options;
  const isRunning = options.ended === undefined;
  const insertTime = new Date((clockStart + (options.ended ?? options.started)) * 1_000);
  const [type = "", message = ""] = failed?.split(": ") ?? [];
  return {
    _id: id,
    host_process: "dev-box - 48213",
    queue_name: queue,
    function: name,
    msg_dict: {
      ...params,
      extra: { task_id: id, publish_time: clockStart + options.published, ...extra },
    },
    task_id: id,
    process_id: 48213,
    thread_id: 140234567890688,
    publish_time: clockStart + options.published,
    publish_time_format: "2026-01-01 08:00:00",
    params,
    params_str: JSON.stringify(params),
    result: isRunning ? "" : failed === undefined ? "不保存结果" : "FUNC_RUN_ERROR",
    run_times: options.attempts ?? 1,
    exception: failed === undefined ? "" : `${type}    ${message}`,
    exception_type: failed === undefined ? null : type,
    exception_msg: failed === undefined ? null : message,
    rpc_chain_error_msg_dict: null,
    time_start: clockStart + options.started,
    time_cost: isRunning ? null : options.ended - options.started,
    time_end: isRunning ? null : clockStart + options.ended,
    success: !isRunning && failed === undefined,
    total_thread: 9,
    run_status: isRunning ? "running" : "finish",
    rpc_result_expire_seconds: null,
    user_context: {},
    host_name: "dev-box",
    script_name: "run_worker.py",
    script_name_long: "/home/me/proj/run_worker.py",
    insert_time_str: "2026-01-01 08:00:00",
    insert_minutes: "2026-01-01 08:00",
    insert_time: insertTime,
    utime: insertTime,
    ...top,
  };
}
