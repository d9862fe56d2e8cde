import { provesEnd } from '@renderdeck/domain';
import { readIncarnation, recordJournalSent, restoreAttempt } from '@renderdeck/operations';
import type { JournalEntry } from '../parse-entry.ts';
import type { Worker } from '../worker.ts';
import { runPeriodically } from './run-periodically.ts';

const EVERY_MS = 5000;
const PRUNE_TURNS = 720;

/**
 * Sends the reports of the journal that this database may not have: those that were not sent, and
 * those that an earlier life of the database had (journal.ts). Gives how many were sent.
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
    const restored = await restoreAttempt(context, { report, ...agesOf(entry) });
    const { attemptId, jobId, end } = report;
    // The journal keeps it until the job waits again.
    if (!restored.ok && restored.rejection.code === 'heldElsewhere') {
      if (isLast) kept.add(attemptId);
      continue;
    }
    if (restored.ok && isLast)
      log.info({ attempt: attemptId, end: end.kind }, 'a report was sent again');
    if (!restored.ok)
      log.error({ attempt: attemptId, job: jobId }, 'the database does not know this job');
    await journal.markSent(report, incarnation);
    sent += 1;
  }
  // A claim of an earlier life that is not in the journal yet is not told, so this waits for it.
  const isWhole =
    attempts.ids().every((id) => journal.has(id)) &&
    (await journal.unsentTo(incarnation)).every(({ report }) => kept.has(report.attemptId));
  if (isWhole) await recordJournalSent(context, { incarnation });
  return sent;
}

/** An earlier daemon may have written the entry, so its ages are by the host's own clock. */
function agesOf({ report, savedAt, sentTo }: JournalEntry) {
  return {
    deadMsAgo: Date.now() - Date.parse(report.deadAt),
    confirmedMsAgo: sentTo === null ? 0 : Date.now() - Date.parse(savedAt),
  };
}

export function journalLoop(worker: Worker) {
  let turn = 0;
  return runPeriodically(
    EVERY_MS,
    async () => {
      await sendJournal(worker);
      if (turn % PRUNE_TURNS === 0) await worker.journal.prune(worker.attempts.ids());
      turn += 1;
    },
    (error) => worker.log.warn({ err: error }, 'the journal was not sent'),
  );
}
