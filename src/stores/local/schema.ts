/**
 * The embedded store's file: its tables, and how older files become newer ones. Knows SQL and nothing else.
 *
 * Times are 64-bit integers, nanoseconds since the Unix epoch; NULL is "unknown", and for an end "still running".
 * Texts that repeat are numbers of the table `string`; 0 is the empty text. Its rows are never deleted, so that every
 * process may remember them.
 */

/** Each brings a file from the version of its index to the next one. Released ones are never changed. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE string (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
  INSERT INTO string (id, text) VALUES (0, '');

  -- One row a trace, kept up to date as spans come, so that a list reads no spans.
  CREATE TABLE trace (
    id INTEGER PRIMARY KEY,
    trace_id TEXT NOT NULL UNIQUE,
    -- The start, or where no span knows one the moment the trace was first seen: what "newest" means.
    sort_ns INTEGER NOT NULL,
    start_ns INTEGER,
    end_ns INTEGER,
    span_count INTEGER NOT NULL,
    error_count INTEGER NOT NULL,
    running_count INTEGER NOT NULL,
    -- The span that stands for the trace; rank 0 where it has no parent, 1 where its parent has not come (yet).
    root_span TEXT NOT NULL,
    root_slot INTEGER NOT NULL,
    root_rank INTEGER NOT NULL,
    root_ns INTEGER,
    -- Pairs of 32-bit little-endian string numbers, (label, name); a label is a service or a queue.
    operations BLOB NOT NULL,
    -- What it weighs, for the size cap.
    bytes INTEGER NOT NULL,
    first_seen_ms INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL,
    -- Grows by one with every transaction of any process: what is above what you saw is news.
    changed INTEGER NOT NULL
  );
  CREATE INDEX trace_newest ON trace (sort_ns, id);
  CREATE INDEX trace_errors ON trace (sort_ns, id) WHERE error_count > 0;
  CREATE INDEX trace_changed ON trace (changed);
  -- 64-bit tracers write the lower half of an id that others write in full.
  CREATE INDEX trace_low ON trace (substr(trace_id, 17)) WHERE length(trace_id) = 32;

  -- Clustered by trace, so that a trace is one run of pages. The slot tells apart spans that share an id.
  CREATE TABLE span (
    trace INTEGER NOT NULL,
    span_id TEXT NOT NULL,
    slot INTEGER NOT NULL,
    parent_id TEXT,
    name INTEGER NOT NULL,
    service INTEGER NOT NULL,
    queue INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    status INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    start_ns INTEGER,
    end_ns INTEGER,
    queued_ns INTEGER,
    state INTEGER NOT NULL,
    error TEXT,
    -- JSON: [kind, span id, trace id?][]
    refs TEXT,
    -- Where it differs from the span id.
    task_id TEXT,
    detail INTEGER NOT NULL,
    PRIMARY KEY (trace, span_id, slot)
  ) WITHOUT ROWID;
  CREATE INDEX span_by_id ON span (span_id);
  CREATE INDEX span_by_parent ON span (parent_id) WHERE parent_id IS NOT NULL;
  CREATE INDEX span_by_task ON span (task_id) WHERE task_id IS NOT NULL;

  -- JSON, as text or, where it is long, as deflated bytes. Apart from the spans, so that reading a trace skips it.
  CREATE TABLE detail (id INTEGER PRIMARY KEY, body NOT NULL);

  -- The same pairs as in trace.operations, to find the traces of a rare one.
  CREATE TABLE operation (
    label INTEGER NOT NULL,
    name INTEGER NOT NULL,
    trace INTEGER NOT NULL,
    PRIMARY KEY (label, name, trace)
  ) WITHOUT ROWID;
  `,
];
