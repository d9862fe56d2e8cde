import type { TreeUsage } from '@renderdeck/domain';
import { recordTree, recordUsage } from '@renderdeck/operations';
import { measureUsage, type Render } from '@renderdeck/render-host';
import type { RunningAttempt } from '../running-attempts.ts';
import type { Worker } from '../worker.ts';
import { runPeriodically } from './run-periodically.ts';

const EVERY_MS = 2000;
/** Three minutes. */
const KEPT = 90;
/** Members go on record at every this many turns: six seconds. */
const REMEMBER_TURNS = 3;

/**
 * Every two seconds: lists the members of each tree and measures what the trees use. Members go on
 * record, so a process that later wipes its environment is still known.
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
      const seen = await Promise.all(
        running.map(async (one) => ({ ...one, members: await one.render.members() })),
      );
      const trees = seen.map(({ attempt, members }) => ({
        attemptId: attempt.job.attemptId,
        pids: members.map(({ pid }) => pid),
      }));
      const measured = await measureUsage(trees);
      for (const { attempt } of seen) {
        const usage = measured.get(attempt.job.attemptId);
        if (usage !== undefined) keep(attempt, usage);
      }
      await recordUsage(worker.context, {
        attempts: seen.map(({ attempt }) => ({
          attemptId: attempt.job.attemptId,
          usage: attempt.usage,
        })),
      });
      if (turn % REMEMBER_TURNS === 0) await Promise.all(seen.map((one) => remember(worker, one)));
      turn += 1;
    },
    (error) => worker.log.warn({ err: error }, 'usage is not on record'),
  );
}

function keep(attempt: RunningAttempt, usage: TreeUsage): void {
  attempt.usage.push({
    at: new Date().toISOString(),
    ...usage,
    cpuPercent: Math.round(usage.cpuPercent),
  });
  if (attempt.usage.length > KEPT) attempt.usage.shift();
}

type Seen = {
  readonly attempt: RunningAttempt;
  readonly render: Render;
  readonly members: Awaited<ReturnType<Render['members']>>;
};

async function remember(worker: Worker, { attempt, render, members }: Seen): Promise<void> {
  if (attempt.end.reason === null)
    await recordTree(worker.context, {
      attemptId: attempt.job.attemptId,
      tree: { ...render.record, members },
    });
}
