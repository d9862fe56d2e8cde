import { provesEnd, soonMs } from '@renderdeck/domain';
import {
  type Result,
  readIncarnation,
  recordJournalSent,
  restoreAttempt,
} from '@renderdeck/operations';
import { explainCondition } from '@renderdeck/store/connect';
import type { JournalEntry } from '../attempt/parse-entry.ts';
import type { HostHealth } from '../host/host-health.ts';
import type { Worker } from '../worker.ts';
import { runPeriodically } from './run-periodically.ts';

const PRUNE_TURNS = 720;
/** `problemAfterMs`: a journal that is unsent for longer is a problem of this host. */
export const TIMES = { everyMs: 5000, problemAfterMs: 15_000 };

type Sender = Pick<Worker, 'context' | 'journal' | 'attempts' | 'log'>;

/**
 * Sends the reports of the journal that this database may not have: reports that were not sent, and
 * reports that only an earlier incarnation of the database had (journal.ts). Returns how many were
 * sent. When one report fails, the others are still sent.
 */
export async function sendJournal(worker: Sender): Promise<number> {
  const { context, journal, attempts, log } = worker;
  const incarnation = await readIncarnation(context.db);
  journal.incarnation = incarnation;
  let sent = 0;
  /** Ended attempts of jobs that this host's own login may not change. No cancel waits for them. */
  const kept = new Set<string>();
  /**
   * Attempts whose report no claim waits for: this host may not change their jobs now, so it does
   * not claim them either; or the database refuses the report itself, and will refuse it again.
   */
  const notAwaited = new Set<string>();
  for (const entry of await journal.unsentTo(incarnation)) {
    const { report } = entry;
    // An attempt that still holds its slot sends its last report itself.
    const isLast = provesEnd(report.stopReport);
    if (isLast && attempts.get(report.attemptId) !== null) continue;
    const { attemptId, jobId, end } = report;
    const restored = await send(worker, entry);
    if (restored === 'refused') notAwaited.add(attemptId);
    if (restored === 'refused' || restored === 'failed') continue;
    // The journal keeps this report until the job waits again.
    if (!restored.ok && restored.rejection.code === 'heldElsewhere') {
      notAwaited.add(attemptId);
      if (isLast) kept.add(attemptId);
      continue;
    }
    if (restored.ok && isLast)
      log.info({ attempt: attemptId, end: end.kind }, 'a report was sent again');
    if (!restored.ok && !journal.ofLostJobs.has(attemptId))
      log.error({ attempt: attemptId, job: jobId }, 'the database does not know this job');
    // No cancel can wait for it. The orphan loop ends it first, and then its last report is sent.
    if (!restored.ok && !isLast && attempts.get(attemptId) === null) {
      journal.ofLostJobs.add(attemptId);
      kept.add(attemptId);
      continue;
    }
    await journal.markSent(report, incarnation);
    sent += 1;
  }
  // An attempt that an earlier incarnation claimed may not be in the journal yet. Until it is, the
  // journal is not complete, and the database must not record that it is.
  const isComplete = attempts.ids().every((id) => journal.has(id));
  const left = (await journal.unsentTo(incarnation))
    .map(({ report }) => report.attemptId)
    .filter((id) => !kept.has(id));
  if (isComplete && left.every((id) => notAwaited.has(id))) journal.sentTo = incarnation;
  if (isComplete && left.length === 0) await recordJournalSent(context, { incarnation });
  return sent;
}

/**
 * If the save fails although the database answers, the next turn tries again: `failed` for a
 * condition of the database, `refused` for the report itself.
 */
async function send(
  { context, log }: Pick<Worker, 'context' | 'log'>,
  entry: JournalEntry,
): Promise<Result | 'failed' | 'refused'> {
  const { report } = entry;
  try {
    return await restoreAttempt(context, { report, ...agesOf(entry) });
  } catch (error) {
    // This fails too while the database is away. Then the other reports are not tried.
    await readIncarnation(context.db);
    const { attemptId: attempt, jobId: job } = report;
    log.error({ err: error, attempt, job }, 'a report was not sent, it is tried again');
    return explainCondition(error) === null ? 'refused' : 'failed';
  }
}

const UNSENT =
  'A report of this host is not in the database, which may not know that a job is completed; ' +
  'the log of the worker says why. It is sent again every few seconds. No job is taken.';

/** An earlier daemon may have written the entry, so its ages count by the host's own clock. */
function agesOf({ report, savedAt, sentTo }: JournalEntry) {
  return {
    deadMsAgo: Date.now() - Date.parse(report.deadAt),
    confirmedMsAgo: sentTo === null ? 0 : Date.now() - Date.parse(savedAt),
  };
}

type Hooks = {
  /** This incarnation of the database may have files on record that nobody has removed. */
  onOtherDatabase(): void;
  /** This host may claim in this incarnation of the database. */
  onSent(): void;
};

/**
 * Sends the journal every few seconds. Until it is sent to this incarnation of the database, no
 * claim of this host gets a job. If that lasts, it is a problem of the host.
 */
export function journalLoop(
  worker: Sender & Pick<Worker, 'farm'>,
  health: Pick<HostHealth, 'journalProblem'>,
  { onOtherDatabase, onSent }: Hooks,
  { everyMs, problemAfterMs } = TIMES,
) {
  const { journal, attempts, log } = worker;
  let turn = 0;
  let unsentSince: number | null = null;
  const tellUnsent = () => {
    if (journal.sentTo === journal.incarnation) {
      unsentSince = null;
      health.journalProblem = null;
      return;
    }
    unsentSince ??= performance.now();
    const isLong = performance.now() - unsentSince >= problemAfterMs;
    if (!isLong || health.journalProblem !== null) return;
    log.error('the journal of this host is unsent, no job is taken');
    health.journalProblem = UNSENT;
  };
  return runPeriodically(
    () => everyMs * (soonMs(worker.farm.hosts) / soonMs(0)),
    async () => {
      const { incarnation, sentTo } = journal;
      try {
        await sendJournal(worker);
      } finally {
        tellUnsent();
      }
      if (journal.incarnation !== incarnation) onOtherDatabase();
      if (journal.sentTo !== sentTo) onSent();
      if (turn % PRUNE_TURNS === 0) await journal.prune(attempts.ids());
      turn += 1;
    },
    (error) => log.warn({ err: error }, 'the journal was not sent'),
  );
}
