/*
 * What this host reported last about each attempt, kept for a week:
 *
 * 1. A report is written into the journal before it is first sent.
 * 2. When the database has saved it, the entry gets the incarnation of that database.
 * 3. Entries without that incarnation are sent again (loops/journal-loop.ts): at the start of a
 *    daemon, after an outage, and after a promotion or a restore that may have lost them.
 * 4. An entry that was sent is deleted after a week. One that was not stays.
 */
import type { AttemptReport, RemovalReport } from '@renderdeck/domain';
import { type HostJournal, openHostJournal } from '@renderdeck/render-host';
import type { Logger } from 'pino';
import { type JournalEntry, parseEntry } from './parse-entry.ts';

const KEEP_MS = 7 * 24 * 60 * 60 * 1000;

export class Journal {
  /** The incarnation of the database at the last look; null before the first. */
  incarnation: string | null = null;
  readonly #files: HostJournal;
  readonly #log: Logger;
  /** What each entry says, without its report: a journal may have thousands of entries. */
  readonly #entries = new Map<string, Omit<JournalEntry, 'report'>>();

  private constructor(files: HostJournal, log: Logger) {
    this.#files = files;
    this.#log = log;
  }

  /** Opens the journal of a scratch root. A file that is damaged is logged and left alone. */
  static async open(scratchRoot: string, log: Logger): Promise<Journal> {
    const files = await openHostJournal(scratchRoot);
    const journal = new Journal(files, log);
    for (const attemptId of await files.list()) {
      const entry = parseEntry(await files.read(attemptId));
      if (entry === null) log.error({ attempt: attemptId }, 'an entry of the journal is damaged');
      else journal.#entries.set(attemptId, entry);
    }
    return journal;
  }

  /**
   * Keeps a report that was not sent yet. A full disk is logged: the report is sent all the same.
   */
  async save(report: AttemptReport): Promise<void> {
    await this.#write({ savedAt: new Date().toISOString(), sentTo: null, report });
  }

  async markSent(report: AttemptReport, incarnation: string): Promise<void> {
    const savedAt = this.#entries.get(report.attemptId)?.savedAt ?? new Date().toISOString();
    await this.#write({ savedAt, sentTo: incarnation, report });
  }

  /** Adds files that were removed after the report. */
  async addRemoval(attemptId: string, removal: RemovalReport): Promise<void> {
    const entry = await this.#read(attemptId);
    if (entry === null) return;
    const before = entry.report.removalReport;
    const removalReport = {
      ...removal,
      files: removal.files + (before?.files ?? 0),
      bytes: removal.bytes + (before?.bytes ?? 0),
    };
    await this.#write({ ...entry, report: { ...entry.report, removalReport } });
  }

  /** The reports that the database of this incarnation may not have. */
  async unsentTo(incarnation: string): Promise<readonly JournalEntry[]> {
    const ids = [...this.#entries].flatMap(([attemptId, { sentTo }]) =>
      sentTo === incarnation ? [] : [attemptId],
    );
    const entries = await Promise.all(ids.map((attemptId) => this.#read(attemptId)));
    return entries.filter((entry) => entry !== null);
  }

  /** Whether it has a report of this attempt that the database of this incarnation may not have. */
  hasUnsent(attemptId: string, incarnation: string): boolean {
    const entry = this.#entries.get(attemptId);
    return entry !== undefined && entry.sentTo !== incarnation;
  }

  /** Deletes the entries that were sent and are older than a week. */
  async prune(): Promise<void> {
    const until = Date.now() - KEEP_MS;
    for (const [attemptId, { savedAt, sentTo }] of this.#entries) {
      if (sentTo === null || Date.parse(savedAt) > until) continue;
      await this.#files.remove(attemptId);
      this.#entries.delete(attemptId);
    }
  }

  async #read(attemptId: string): Promise<JournalEntry | null> {
    return this.#entries.has(attemptId) ? parseEntry(await this.#files.read(attemptId)) : null;
  }

  async #write(entry: JournalEntry): Promise<void> {
    const { savedAt, sentTo, report } = entry;
    const { attemptId } = report;
    try {
      await this.#files.write(attemptId, entry);
      this.#entries.set(attemptId, { savedAt, sentTo });
    } catch (error) {
      this.#log.error({ err: error, attempt: attemptId }, 'a report is not in the journal');
    }
  }
}
