import { addUsageSample, type TreeUsage } from '@renderdeck/domain';
import { measureUsage } from '@renderdeck/render-host';
import type { RunningAttempt } from '../attempt/running-attempts.ts';
import type { Worker } from '../worker.ts';
import { runPeriodically } from './run-periodically.ts';

const EVERY_MS = 2000;
/** The samples of three minutes. */
const MAX_SAMPLES = 90;
/** A whole attempt's history is long, so it is saved seldom. The latest samples cover the rest. */
const RECORD_HISTORY_TURNS = 15;

/**
 * Lists the members of each tree every two seconds and measures the usage of the trees. The report
 * loop saves both. New members are recorded, so that a process that later removes its environment
 * is still known.
 */
export function usageLoop(worker: Worker) {
  let turn = 0;
  return runPeriodically(
    EVERY_MS,
    async () => {
      const running = worker.attempts
        .all()
        .flatMap((attempt) =>
          attempt.render === null ? [] : [{ attempt, render: attempt.render }],
        );
      if (running.length === 0) return;
      const listed = await Promise.all(
        running.map(async (one) => ({ ...one, members: await one.render.members() })),
      );
      const trees = listed.map(({ attempt, render, members }) => ({
        attemptId: attempt.job.attemptId,
        pids: members.map(({ pid }) => pid),
        accounting: render.accounting,
      }));
      const measured = await measureUsage(trees);
      for (const { attempt } of listed) {
        const usage = measured.get(attempt.job.attemptId);
        if (usage !== undefined) keepSample(attempt, usage);
      }
      const withHistory = turn % RECORD_HISTORY_TURNS === 0;
      for (const { attempt, render, members } of listed) {
        attempt.news.changed('usage');
        if (withHistory) attempt.news.changed('history');
        if (attempt.end.reason === null) attempt.news.setTree({ ...render.record, members });
      }
      turn += 1;
    },
    (error) => worker.log.warn({ err: error }, 'usage was not measured'),
  );
}

function keepSample(attempt: RunningAttempt, usage: TreeUsage): void {
  const sample = {
    at: new Date().toISOString(),
    ...usage,
    cpuPercent: Math.round(usage.cpuPercent),
  };
  attempt.usage.push(sample);
  attempt.usageHistory = addUsageSample(attempt.usageHistory, sample);
  if (attempt.usage.length > MAX_SAMPLES) attempt.usage.shift();
}
