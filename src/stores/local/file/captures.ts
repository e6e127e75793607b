/**
 * At which commits the windows' workspaces were when traces came in: not a row a trace, but a row a change, by the number
 * that the next new trace has. Numbers of traces only grow, so taking traces in costs nothing for it.
 *
 *     trace      1  2  3  4  5  6  7  8
 *     capture    |a1b2   |a1b2+  |unknown       of one repository
 *
 * Beside `schema`, because files are older than these tables. Knows SQL and which processes live.
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { isProcessAlive } from "../../../base/isProcessAlive.ts";
import type { CaptureLog, WorkspaceCommit } from "../../../model/workspaceCommit.ts";
import { transact } from "./database.ts";
import { numberOf } from "./numberOf.ts";

const schema = `
  CREATE TABLE IF NOT EXISTS capture (
    root TEXT NOT NULL,
    -- From the trace of this number on.
    first_trace INTEGER NOT NULL,
    -- NULL where no window has the repository open any more.
    head TEXT,
    -- NULL where nobody could tell.
    dirty INTEGER,
    -- The process of the window that says so.
    pid INTEGER NOT NULL,
    PRIMARY KEY (root, first_trace)
  ) WITHOUT ROWID;
  -- Traces that were not captured when they got their numbers: imported ones, and those that were written again.
  CREATE TABLE IF NOT EXISTS copied_capture (
    first_trace INTEGER PRIMARY KEY,
    last_trace INTEGER NOT NULL,
    -- What is known of them all the same, as JSON.
    commits TEXT NOT NULL
  );
`;

/** Each repository's last row up to a trace. */
const effective = `
  WITH RECURSIVE roots (root) AS (
    SELECT min(root) FROM capture
    UNION ALL
    SELECT (SELECT min(root) FROM capture WHERE capture.root > roots.root) FROM roots
    WHERE roots.root IS NOT NULL
  )
  SELECT capture.root, first_trace, head, dirty, pid FROM roots JOIN capture ON capture.root = roots.root
    AND first_trace = (
      SELECT max(first_trace) FROM capture AS each
      WHERE each.root = roots.root AND each.first_trace <= ?
    )
  WHERE head IS NOT NULL`;

interface CaptureRow {
  readonly root: string;
  readonly first_trace: number;
  readonly head: string;
  readonly dirty: number | null;
  readonly pid: number;
}

export class Captures {
  readonly #sql: DatabaseSync;
  readonly #listAt: StatementSync;
  readonly #readNext: StatementSync;
  readonly #add: StatementSync;
  readonly #findCopied: StatementSync;
  readonly #addCopied: StatementSync;
  readonly #growCopied: StatementSync;
  /** The commits that were said here last. */
  #own: readonly WorkspaceCommit[] = [];
  /** The next trace's number when it was last looked who lives. */
  #seen: number;

  constructor(sql: DatabaseSync) {
    this.#sql = sql;
    sql.exec(schema);
    this.#listAt = sql.prepare(effective);
    this.#readNext = sql.prepare("SELECT value FROM counter WHERE name = 'trace'");
    this.#add = sql.prepare(
      "INSERT OR REPLACE INTO capture (root, first_trace, head, dirty, pid) VALUES (?, ?, ?, ?, ?)",
    );
    this.#findCopied = sql.prepare(
      `SELECT last_trace, commits FROM copied_capture WHERE first_trace <= ?
       ORDER BY first_trace DESC LIMIT 1`,
    );
    this.#addCopied = sql.prepare(
      "INSERT OR REPLACE INTO copied_capture (first_trace, last_trace, commits) VALUES (?, ?, ?)",
    );
    this.#growCopied = sql.prepare(
      `UPDATE copied_capture SET last_trace = ?
       WHERE first_trace = (SELECT max(first_trace) FROM copied_capture)
         AND last_trace = ? AND commits = ?`,
    );
    this.#seen = this.#next();
  }

  find(trace: number): readonly WorkspaceCommit[] {
    const copied = this.#findCopied.get(trace);
    if (copied !== undefined && numberOf(copied, "last_trace") >= trace) {
      return parseCommits(String(copied["commits"]));
    }
    return this.#list(trace).map(({ root, head, dirty }) => ({
      ...{ root, commit: head },
      ...(dirty !== null && { isDirty: dirty !== 0 }),
    }));
  }

  /** All that is known of the traces that are there. */
  readLog(): CaptureLog {
    const marks = this.#sql
      .prepare("SELECT root, first_trace, head, dirty FROM capture ORDER BY root, first_trace")
      .all() as unknown as readonly (Omit<CaptureRow, "head"> & { readonly head: string | null })[];
    return {
      marks: marks.map(({ root, first_trace: firstTrace, head, dirty }) => ({
        ...{ root, firstTrace },
        ...(head !== null && { commit: head }),
        ...(dirty !== null && { isDirty: dirty !== 0 }),
      })),
      copied: this.#sql
        .prepare("SELECT first_trace AS first, last_trace AS last FROM copied_capture ORDER BY 1")
        .all() as unknown as CaptureLog["copied"],
    };
  }

  /** From the next trace on; what was said here before no longer holds. */
  set(commits: readonly WorkspaceCommit[]): void {
    const said = this.#own;
    this.#own = commits;
    this.#endDead();
    const before = this.#list(this.#next());
    const gone = said.filter(({ root }) => !commits.some(each => each.root === root));
    const news = commits.filter(each => !before.some(row => isSame(row, each)));
    if (gone.length + news.length === 0) return;
    transact(this.#sql, () => {
      const next = this.#next();
      for (const { root } of gone) this.#add.run(root, next, null, null, process.pid);
      for (const { root, commit, isDirty } of news) {
        this.#add.run(
          root,
          next,
          commit,
          isDirty === undefined ? null : Number(isDirty),
          process.pid,
        );
      }
      // Of traces that are gone nobody asks.
      this.#sql.exec(`
        DELETE FROM capture WHERE EXISTS (
          SELECT 1 FROM capture AS later WHERE later.root = capture.root
            AND later.first_trace > capture.first_trace
            AND later.first_trace <= (SELECT coalesce(min(id), ${next}) FROM trace)
        );
        DELETE FROM copied_capture
          WHERE last_trace < (SELECT coalesce(min(id), ${next}) FROM trace);
      `);
    });
  }

  /** Ends what windows said that are gone, and says again what another window of the same repository has ended. */
  check(): void {
    this.#endDead();
    const there = new Set(this.#list(this.#next()).map(({ root }) => root));
    if (this.#own.some(({ root }) => !there.has(root))) this.set(this.#own);
  }

  /** In a transaction. `commits`: what is known of these traces, which did not just come in. */
  addCopied(firstTrace: number, lastTrace: number, commits: readonly WorkspaceCommit[]): void {
    if (lastTrace < firstTrace) return;
    const text = JSON.stringify(commits);
    // An import comes in many parts.
    const { changes } = this.#growCopied.run(lastTrace, firstTrace - 1, text);
    if (Number(changes) === 0) this.#addCopied.run(firstTrace, lastTrace, text);
  }

  #endDead(): void {
    const next = this.#next();
    for (const { root, pid, first_trace: first } of this.#list(next)) {
      // It may have gone any time since it was last seen.
      if (!isProcessAlive(pid)) this.#add.run(root, Math.max(first, this.#seen), null, null, pid);
    }
    this.#seen = next;
  }

  #list(trace: number): readonly CaptureRow[] {
    return this.#listAt.all(trace) as unknown as readonly CaptureRow[];
  }

  #next(): number {
    return numberOf(this.#readNext.get(), "value");
  }
}

/** Nothing where it is not what was written. */
function parseCommits(text: string): readonly WorkspaceCommit[] {
  try {
    return JSON.parse(text) as readonly WorkspaceCommit[];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return [];
  }
}

function isSame(row: CaptureRow, { root, commit, isDirty }: WorkspaceCommit): boolean {
  const dirty = isDirty === undefined ? null : Number(isDirty);
  return row.root === root && row.head === commit && row.dirty === dirty && row.pid === process.pid;
}
