import type { GivenUp } from '@renderdeck/domain';
import type { Result, WorkerContext } from '../operation-context.ts';
import { giveUpProven } from './give-up-attempt.ts';
import { type Attempt, type Ended, endOwnJob } from './own-job.ts';
import type { Reports } from './reports.ts';

/**
 * Puts the job of a worker that shuts down, or of a host that cannot render, back into the queue,
 * after the end of its processes is proven and its files are removed. A job that was killed before
 * fails instead. Rejected if the attempt has lost its job.
 */
export async function releaseAttempt(
  context: WorkerContext,
  input: {
    readonly attempt: Attempt;
    readonly reports: Reports;
    readonly why: string;
    readonly outcome?: Exclude<GivenUp['outcome'], 'lost'>;
    readonly killed?: string | null;
  },
): Promise<Result<Ended>> {
  const { attempt, reports, why, outcome = 'released', killed = null } = input;
  const by = { actor: context.host, outcome, why, killed };
  return await endOwnJob(context, attempt, (own) => ({
    ok: true,
    change: giveUpProven(own, by, reports),
  }));
}
