/*
 * The last report of this host about each attempt, kept for a week:
 *
 * 1. A report is written into the journal before it is first sent. An attempt's first report is
 *    written before its start, and one before each yes of the second gate. These prove no end, but
 *    a database that lost the claim or the output learns of it from them, even from a later daemon.
 *    What the yes allows is beside the report (`pending`), so that a later daemon can tell whether
 *    it happened.
 * 2. When the database has saved a report, the entry gets the incarnation of that database.
 * 3. Entries without the present incarnation are sent again (loops/journal-loop.ts): at the start
 *    of a daemon, after an outage, and after a promotion or a restore that may have lost them.
 * 4. A sent entry is deleted after a week. An entry that was not sent stays.
 * 5. An entry has its disk space from its first write until its attempt has ended and the report is
 *    sent. So a full disk loses no report (host-journal.ts of render-host).
 */
import { type AttemptReport, provesEnd, type RemovalReport } from '@renderdeck/domain';
import { type HostJournal, openHostJournal } from '@renderdeck/render-host';
import type { Logger } from 'pino';
import { type JournalEntry, type Pending, parseEntry, type ReadableEntry } from './parse-entry.ts';

const KEEP_MS = 7 * 24 * 60 * 60 * 1000;

export class Journal {
  /** The database's incarnation when it was last read; null before the first read. */
  incarnation: string | null = null;
  /**
   * The incarnation that has what this host knows of jobs that it may claim there; null until this
   * daemon has sent the journal once. A claim names it.
   */
  sentTo: string | null = null;
  /**
   * Attempts of an earlier daemon whose job the database does not know, and whose end is not
   * proven. Only this journal knows of them (loops/orphan-loop.ts).
   */
  readonly ofLostJobs = new Set<string>();
  readonly #files: HostJournal;
  readonly #log: Logger;
  /** The facts of each entry without its report: a journal may have thousands of entries. */
  readonly #entries = new Map<string, Omit<JournalEntry, 'report'> & { readonly stage: string }>();
  /** Settles when all entries so far are written. They are written one after the other. */
  #written: Promise<unknown> = Promise.resolve();

  private constructor(files: HostJournal, log: Logger) {
    this.#files = files;
    this.#log = log;
  }

  /** Opens the journal of a scratch root. Logs a damaged file and leaves it unchanged. */
  static async open(scratchRoot: string, log: Logger): Promise<Journal> {
    return await Journal.over(await openHostJournal(scratchRoot), log);
  }

  static async over(files: HostJournal, log: Logger): Promise<Journal> {
    const journal = new Journal(files, log);
    for (const attemptId of await files.list()) {
      const entry = parseEntry(await files.read(attemptId));
      if (entry === null) log.error({ attempt: attemptId }, 'an entry of the journal is damaged');
      else journal.#keep(entry);
    }
    return journal;
  }

  /**
   * Stores a report that was not sent yet. `pending`: what the last yes allows. `parts`: those of
   * outputs that may exist. False when the
   * report cannot be written; this is logged. The last report of an attempt is sent all the same.
   */
  save(
    report: AttemptReport,
    pending: Pending | null = null,
    parts: readonly string[] = [],
  ): Promise<boolean> {
    return this.#inOrder(() =>
      this.#write({ savedAt: now(), sentTo: null, report, pending, parts }),
    );
  }

  /** The entry of an attempt; null when there is none that can be read. */
  read(attemptId: string): Promise<JournalEntry | null> {
    return this.#inOrder(() => this.#read(attemptId));
  }

  /** Marks a report as sent. Changes nothing when a later report of the attempt is there. */
  async markSent(report: AttemptReport, incarnation: string): Promise<void> {
    await this.#inOrder(async () => {
      const entry = this.#entries.get(report.attemptId);
      if (entry !== undefined && entry.stage !== stageOf(report)) return;
      const { savedAt = now(), pending = null, parts = [] } = entry ?? {};
      await this.#write({ savedAt, sentTo: incarnation, report, pending, parts });
    });
  }

  /** Adds the counts of files that were removed after the report. */
  async addRemoval(attemptId: string, removal: RemovalReport): Promise<void> {
    await this.#inOrder(async () => {
      const entry = await this.#read(attemptId);
      if (entry === null) return;
      const before = entry.report.removalReport;
      const removalReport = {
        ...removal,
        files: removal.files + (before?.files ?? 0),
        bytes: removal.bytes + (before?.bytes ?? 0),
      };
      await this.#write({ ...entry, report: { ...entry.report, removalReport } });
    });
  }

  /** The reports that the database of this incarnation may not have. */
  async unsentTo(incarnation: string): Promise<readonly JournalEntry[]> {
    const ids = [...this.#entries].flatMap(([attemptId, { sentTo }]) =>
      sentTo === incarnation ? [] : [attemptId],
    );
    const entries = await Promise.all(ids.map((attemptId) => this.#read(attemptId)));
    return entries.filter((entry) => entry !== null);
  }

  /** Whether there is a report of this attempt that this incarnation may not have. */
  hasUnsent(attemptId: string, incarnation: string): boolean {
    const entry = this.#entries.get(attemptId);
    return entry !== undefined && entry.sentTo !== incarnation;
  }

  /** Whether there is a report of this attempt. */
  has(attemptId: string): boolean {
    return this.#entries.has(attemptId);
  }

  /**
   * Deletes entries that were sent and are older than a week, except those of running attempts.
   */
  async prune(running: readonly string[]): Promise<void> {
    const until = Date.now() - KEEP_MS;
    for (const [attemptId, { savedAt, sentTo }] of this.#entries) {
      if (sentTo === null || Date.parse(savedAt) > until || running.includes(attemptId)) continue;
      await this.#files.remove(attemptId);
      this.#entries.delete(attemptId);
    }
  }

  async #read(attemptId: string): Promise<JournalEntry | null> {
    return this.#entries.has(attemptId) ? parseEntry(await this.#files.read(attemptId)) : null;
  }

  async #write(entry: JournalEntry): Promise<boolean> {
    const { attemptId } = entry.report;
    const written: ReadableEntry = { ...entry, parts: [...entry.parts] };
    try {
      await this.#files.write(attemptId, written, isLast(entry));
      this.#keep(entry);
      return true;
    } catch (error) {
      this.#log.error({ err: error, attempt: attemptId }, 'a report is not in the journal');
      return false;
    }
  }

  #keep({ report, ...facts }: JournalEntry): void {
    this.#entries.set(report.attemptId, { ...facts, stage: stageOf(report) });
  }

  #inOrder<Result>(write: () => Promise<Result>): Promise<Result> {
    const written = this.#written.then(write);
    this.#written = written.catch(() => undefined);
    return written;
  }
}

/** Whether the entry is complete: the attempt has ended, and a database has its report. */
function isLast({ sentTo, report }: JournalEntry): boolean {
  return sentTo !== null && provesEnd(report.stopReport);
}

/** A key that distinguishes a report from a later report of its attempt. */
function stageOf({ stopReport, output, publications, end }: AttemptReport): string {
  const out = JSON.stringify(publications);
  return `${provesEnd(stopReport)} ${output} ${out} ${end.kind}`;
}

function now(): string {
  return new Date().toISOString();
}
