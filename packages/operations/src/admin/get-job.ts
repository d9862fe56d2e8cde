import {
  type AttemptRow,
  type FoundDetail,
  findAttemptsOfJobs,
  findJobDetails,
  findOutputsOfJobs,
  inSnapshot,
  type OutputRow,
} from '@renderdeck/store';
import { type DatabaseContext, type Result, reject } from '../operation-context.ts';

export type JobDetail = FoundDetail & {
  readonly attempts: readonly (AttemptRow & { readonly outputs: readonly OutputRow[] })[];
};

/**
 * Returns each of these jobs with its attempts and its nexrender job as submitted, with secrets
 * hidden, in the order of the ids. Everything is read in one snapshot.
 */
export async function getJobs(
  context: DatabaseContext,
  ids: readonly string[],
): Promise<readonly Result<JobDetail>[]> {
  return await inSnapshot(context.db, async (tx) => {
    const [details, attempts, outputs] = await Promise.all([
      findJobDetails(tx, ids),
      findAttemptsOfJobs(tx, ids),
      findOutputsOfJobs(tx, ids),
    ]);
    const withOutputs = attempts.map((attempt) => ({
      ...attempt,
      outputs: outputs.filter(({ attemptId }) => attemptId === attempt.id),
    }));
    return ids.map((id): Result<JobDetail> => {
      const detail = details.get(id);
      if (detail === undefined) return reject({ code: 'unknownJob', id });
      return { ok: true, ...detail, attempts: withOutputs.filter(({ jobId }) => jobId === id) };
    });
  });
}

/** Returns one job, as getJobs does. */
export async function getJob(
  context: DatabaseContext,
  { id }: { readonly id: string },
): Promise<Result<JobDetail>> {
  const [result] = await getJobs(context, [id]);
  return result ?? reject({ code: 'unknownJob', id });
}
