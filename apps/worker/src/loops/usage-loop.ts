import { addUsageSample, type TreeUsage, writeUsageRow } from '@renderdeck/domain';
import { recordTree, recordUsage } from '@renderdeck/operations';
import { measureUsage, type Render } from '@renderdeck/render-host';
import type { RunningAttempt } from '../attempt/running-attempts.ts';
import type { Worker } from '../worker.ts';
import { runPeriodically } from './run-periodically.ts';

const EVERY_MS = 2000;
/** The samples of three minutes. */
const MAX_SAMPLES = 90;
/** Members are recorded every third turn, that is every six seconds. */
const RECORD_MEMBERS_TURNS = 3;
/** A whole attempt's history is long, so it is saved seldom. The latest samples cover the rest. */
const RECORD_HISTORY_TURNS = 15;

/**
 * Lists the members of each tree every two seconds and measures the usage of the trees. Members are
 * recorded, so that a process that later removes its environment is still known.
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
      await recordUsage(worker.context, {
        attempts: listed.map(({ attempt }) => ({
          attemptId: attempt.job.attemptId,
          usage: attempt.usage,
          history:
            turn % RECORD_HISTORY_TURNS === 0 ? attempt.usageHistory.map(writeUsageRow) : null,
        })),
      });
      if (turn % RECORD_MEMBERS_TURNS === 0)
        await Promise.all(listed.map((one) => recordMembers(worker, one)));
      turn += 1;
    },
    (error) => worker.log.warn({ err: error }, 'usage is not on record'),
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

type ListedTree = {
  readonly attempt: RunningAttempt;
  readonly render: Render;
  readonly members: Awaited<ReturnType<Render['members']>>;
};

async function recordMembers(
  worker: Worker,
  { attempt, render, members }: ListedTree,
): Promise<void> {
  if (attempt.end.reason === null)
    await recordTree(worker.context, {
      attemptId: attempt.job.attemptId,
      tree: { ...render.record, members },
    });
}
