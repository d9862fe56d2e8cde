import { provesEnd } from '@renderdeck/domain';
import {
  type Result,
  readIncarnation,
  recordJournalSent,
  restoreAttempt,
} from '@renderdeck/operations';
import type { JournalEntry } from '../attempt/parse-entry.ts';
import type { Worker } from '../worker.ts';
import { runPeriodically } from './run-periodically.ts';

const EVERY_MS = 5000;
const PRUNE_TURNS = 720;

/**
 * Sends the reports of the journal that this database may not have: reports that were not sent, and
 * reports that only an earlier incarnation of the database had (journal.ts). Returns how many were
 * sent. When one report fails, the others are still sent.
 */
export async function sendJournal(
  worker: Pick<Worker, 'context' | 'journal' | 'attempts' | 'log'>,
): Promise<number> {
  const { context, journal, attempts, log } = worker;
  const incarnation = await readIncarnation(context.db);
  journal.incarnation = incarnation;
  let sent = 0;
  /** Ended attempts of jobs that this host's own login may not change. No cancel waits for them. */
  const kept = new Set<string>();
  for (const entry of await journal.unsentTo(incarnation)) {
    const { report } = entry;
    // An attempt that still holds its slot sends its last report itself.
    const isLast = provesEnd(report.stopReport);
    if (isLast && attempts.get(report.attemptId) !== null) continue;
    const restored = await send(worker, entry);
    if (restored === null) continue;
    const { attemptId, jobId, end } = report;
    // The journal keeps this report until the job waits again.
    if (!restored.ok && restored.rejection.code === 'heldElsewhere') {
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
  const isWhole =
    attempts.ids().every((id) => journal.has(id)) &&
    (await journal.unsentTo(incarnation)).every(({ report }) => kept.has(report.attemptId));
  if (isWhole) await recordJournalSent(context, { incarnation });
  return sent;
}

/** Null when the save failed although the database answers: the next turn tries again. */
async function send(
  { context, log }: Pick<Worker, 'context' | 'log'>,
  entry: JournalEntry,
): Promise<Result | null> {
  const { report } = entry;
  try {
    return await restoreAttempt(context, { report, ...agesOf(entry) });
  } catch (error) {
    // This fails too while the database is away. Then the other reports are not tried.
    await readIncarnation(context.db);
    const { attemptId: attempt, jobId: job } = report;
    log.error({ err: error, attempt, job }, 'a report was not sent, it is tried again');
    return null;
  }
}

/** An earlier daemon may have written the entry, so its ages count by the host's own clock. */
function agesOf({ report, savedAt, sentTo }: JournalEntry) {
  return {
    deadMsAgo: Date.now() - Date.parse(report.deadAt),
    confirmedMsAgo: sentTo === null ? 0 : Date.now() - Date.parse(savedAt),
  };
}

/**
 * Sends the journal every few seconds. Calls `onOtherDatabase` when it was sent to another
 * incarnation of the database, which may have files on record that nobody has removed.
 */
export function journalLoop(worker: Worker, onOtherDatabase: () => void) {
  let turn = 0;
  return runPeriodically(
    EVERY_MS,
    async () => {
      const before = worker.journal.incarnation;
      await sendJournal(worker);
      if (worker.journal.incarnation !== before) onOtherDatabase();
      if (turn % PRUNE_TURNS === 0) await worker.journal.prune(worker.attempts.ids());
      turn += 1;
    },
    (error) => worker.log.warn({ err: error }, 'the journal was not sent'),
  );
}
