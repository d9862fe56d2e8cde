import { reportEveryMs } from '@renderdeck/domain';
import { type AttemptNews, recordReports } from '@renderdeck/operations';
import type { RunningAttempt } from '../attempt/running-attempts.ts';
import type { Worker } from '../worker.ts';
import { runPeriodically, spread } from './run-periodically.ts';

/**
 * Saves what is new of all attempts: progress, usage and processes in one statement, lines in
 * another. The hosts of a large farm do so less often. After two slow answers in a row the pause is
 * longer, so that a database with too much work gets less of it. A single one may have waited for a
 * new connection.
 */
export function reportLoop(worker: Worker) {
  let tookMs: readonly [number, number] = [0, 0];
  return runPeriodically(
    () => Math.max(spread(reportEveryMs(worker.farm.hosts)), restMs(tookMs)),
    async () => {
      const beganAt = performance.now();
      try {
        await saveReports(worker, worker.attempts.all());
      } finally {
        tookMs = [tookMs[1], performance.now() - beganAt];
      }
    },
    (error) => worker.log.warn({ err: error }, 'progress is not on record'),
  );
}

const REST_TIMES = 9;
const MOST_REST_MS = 10_000;

/** The rest after the last two answers, from how long they took. */
export function restMs(tookMs: readonly [number, number]): number {
  return Math.min(REST_TIMES * Math.min(...tookMs), MOST_REST_MS);
}

/** Saves what is new of these attempts. What is not saved is sent again. */
export async function saveReports(
  worker: Worker,
  attempts: readonly RunningAttempt[],
): Promise<void> {
  for (const attempt of attempts) attempt.measureTransfer();
  let open = attempts;
  while (open.length > 0) {
    const taken = open.flatMap((attempt) => {
      const news = attempt.takeNews();
      return news === null ? [] : [{ attempt, news }];
    });
    if (taken.length === 0) return;
    const known = await record(worker, taken);
    const isSaved = ({ attempt }: Taken) => known.has(attempt.job.attemptId);
    const saved = taken.filter(isSaved);
    for (const { attempt, news } of saved) attempt.lines.sent(news.chunks ?? []);
    // A database that lost the attempt in a failover gets it back with the journal.
    for (const one of taken) if (!isSaved(one)) one.attempt.news.sendAgain(one.news);
    // Only so many lines are sent at once.
    open = saved.flatMap(({ attempt }) => (attempt.lines.hasMore() ? [attempt] : []));
  }
}

type Taken = { readonly attempt: RunningAttempt; readonly news: AttemptNews };

async function record(worker: Worker, taken: readonly Taken[]): Promise<ReadonlySet<string>> {
  try {
    const reports = taken.map(({ news }) => news);
    return (await recordReports(worker.context, { reports })).known;
  } catch (error) {
    for (const { attempt, news } of taken) attempt.news.sendAgain(news);
    throw error;
  }
}
