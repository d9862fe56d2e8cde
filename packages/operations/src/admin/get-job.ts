import {
  type AttemptRow,
  type Database,
  type FoundDetail,
  findAttemptsOfJobs,
  findDefinitions,
  findJobDetails,
  findOutputsOfJobs,
  inSnapshot,
  type JobDefinition,
  type OutputRow,
} from '@renderdeck/store';
import { type DatabaseContext, type Result, reject } from '../operation-context.ts';

export type JobDetail = FoundDetail & {
  readonly attempts: readonly (AttemptRow & { readonly outputs: readonly OutputRow[] })[];
};

/**
 * Returns each of these jobs with its attempts, in the order of the ids. Everything is read in one
 * snapshot.
 */
export async function getJobs(
  context: DatabaseContext,
  ids: readonly string[],
): Promise<readonly Result<JobDetail>[]> {
  return await inSnapshot(context.db, async (tx) => await readJobs(tx, ids));
}

/** Returns one job, as getJobs does, and what was submitted as this job. */
export async function getJob(
  context: DatabaseContext,
  { id }: { readonly id: string },
): Promise<Result<JobDetail & JobDefinition>> {
  const [[job], definitions] = await inSnapshot(context.db, async (tx) => {
    return await Promise.all([readJobs(tx, [id]), findDefinitions(tx, [id])]);
  });
  const definition = definitions.get(id);
  if (job === undefined || definition === undefined) return reject({ code: 'unknownJob', id });
  return job.ok ? { ...job, ...definition } : job;
}

async function readJobs(tx: Database, ids: readonly string[]) {
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
}
