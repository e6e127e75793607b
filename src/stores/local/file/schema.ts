/**
 * The embedded store's file: its tables. Knows SQL and nothing else.
 *
 * The log is in `batch` and `block`: what came, as it came, compressed. All else is found from it: `trace` what a list
 * shows, `piece` where the spans of a trace are, `segment` and `page` an inverted index of 32-bit terms.
 *
 * Times are 64-bit integers, nanoseconds since the Unix epoch; NULL is "unknown". Numbers of traces, batches and pages
 * are never used twice, so that whoever remembers one finds that thing or nothing.
 */

/** In `user_version`. Version 1 kept a row for each span; it was never published. */
export const SCHEMA_VERSION = 2;

export const schema = `
  CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  INSERT INTO counter VALUES ('trace', 1), ('batch', 1), ('page', 1), ('segment', 1);

  -- Services, queues and operations; 0 is the empty text. Never deleted, so that every process may remember them.
  CREATE TABLE string (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
  INSERT INTO string (id, text) VALUES (0, '');
  -- Which names a service or queue has, for completion.
  CREATE TABLE operation (
    label INTEGER NOT NULL,
    name INTEGER NOT NULL,
    PRIMARY KEY (label, name)
  ) WITHOUT ROWID;

  CREATE TABLE trace (
    id INTEGER PRIMARY KEY,
    trace_id TEXT NOT NULL,
    -- The lower half of the id, because 64-bit tracers write that alone; of an id that is no hexadecimal number a hash.
    low INTEGER NOT NULL,
    -- The start, or where no span knows one the moment the trace was first seen: what "newest" means.
    sort_ns INTEGER NOT NULL,
    start_ns INTEGER,
    end_ns INTEGER,
    -- 0 where only logs of it have come: such a trace is not listed.
    span_count INTEGER NOT NULL,
    error_count INTEGER NOT NULL,
    running_count INTEGER NOT NULL,
    -- The span that stands for the trace; rank 0 where it has no parent, 1 where its parent has not come (yet).
    root_batch INTEGER NOT NULL,
    root_position INTEGER NOT NULL,
    root_rank INTEGER NOT NULL,
    root_ns INTEGER NOT NULL,
    -- Services and queues as 32-bit little-endian string numbers.
    labels BLOB NOT NULL,
    pinned INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX trace_low ON trace (low);
  CREATE INDEX trace_newest ON trace (sort_ns, id) WHERE span_count > 0;
  CREATE INDEX trace_pinned ON trace (id) WHERE pinned <> 0;

  -- The spans of a trace in a batch, as of spanEntries.ts.
  CREATE TABLE piece (
    trace INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    entries BLOB NOT NULL,
    PRIMARY KEY (trace, batch)
  ) WITHOUT ROWID;

  -- What was written in one go, of one kind (batchKinds.ts).
  CREATE TABLE batch (
    id INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    -- Of what came, before it was compressed.
    length INTEGER NOT NULL,
    span_count INTEGER NOT NULL,
    -- How many of its spans belong to traces that are still there.
    live_count INTEGER NOT NULL,
    -- The numbers of the traces that have pieces here, 32 bits each.
    traces BLOB NOT NULL,
    -- Of OTLP: where spans begin that share a resource and a scope, and where these stand; five 32-bit numbers each.
    groups BLOB NOT NULL,
    -- Of the requests, 16 bytes each, so that one that is sent again is known.
    hashes BLOB NOT NULL
  );
  -- Stretches of a batch of 65,536 bytes, compressed; numbered from batch * 4096 on.
  CREATE TABLE block (id INTEGER PRIMARY KEY, body BLOB NOT NULL);

  -- Terms and the traces that have them, sorted; written once, merged into larger ones, dropped when their batches are.
  CREATE TABLE segment (
    id INTEGER PRIMARY KEY,
    first_batch INTEGER NOT NULL,
    last_batch INTEGER NOT NULL,
    first_trace INTEGER NOT NULL,
    last_trace INTEGER NOT NULL,
    entry_count INTEGER NOT NULL,
    first_page INTEGER NOT NULL,
    -- The first key of each page, 64 bits each.
    directory BLOB NOT NULL
  );
  CREATE TABLE page (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
  -- Ranges of pages that no segment has: they are deleted a few at a time.
  CREATE TABLE dropped (first_page INTEGER NOT NULL, last_page INTEGER NOT NULL);
`;

/** The least value of each counter: the number behind the highest that is in use. */
export const counterFloors = {
  trace: "(SELECT coalesce(max(id), 0) + 1 FROM trace)",
  // A batch that was written before batches were bounded has blocks under the numbers of the next.
  batch: `1 + max((SELECT coalesce(max(id), 0) FROM batch),
    (SELECT coalesce(max(id), 0) / 4096 FROM block))`,
  page: "(SELECT coalesce(max(id), 0) + 1 FROM page)",
  segment: "(SELECT coalesce(max(id), 0) + 1 FROM segment)",
} as const;
