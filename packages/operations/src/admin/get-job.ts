import type { JobView } from '@renderdeck/domain';
import {
  type AttemptRow,
  findAttemptsOfJobs,
  findHostsHeardAt,
  findJobDefinitions,
  findJobViews,
  inSnapshot,
  type JobDefinition,
} from '@renderdeck/store';
import { type DatabaseContext, type Outcome, reject } from '../operation-context.ts';

export type JobDetail = JobDefinition & {
  readonly view: JobView;
  readonly attempts: readonly AttemptRow[];
  readonly hostLastHeardAt: Date | null;
};

/**
 * Returns each of these jobs with its attempts and its nexrender job as submitted, with secrets
 * hidden, in the order of the ids. All of it is of one snapshot.
 */
export async function getJobs(
  context: DatabaseContext,
  ids: readonly string[],
): Promise<readonly Outcome<JobDetail>[]> {
  return await inSnapshot(context.db, async (tx) => {
    const [views, attempts, definitions, heardAt] = await Promise.all([
      findJobViews(tx, ids),
      findAttemptsOfJobs(tx, ids),
      findJobDefinitions(tx, ids),
      findHostsHeardAt(tx, ids),
    ]);
    return ids.map((id): Outcome<JobDetail> => {
      const view = views.find(({ job }) => job.id === id);
      if (view === undefined) return reject({ code: 'unknownJob', id });
      const definition = definitions.get(id) ?? { nexrenderJob: null, secretsDeletedAt: null };
      return {
        ok: true,
        view,
        attempts: attempts.filter(({ jobId }) => jobId === id),
        ...definition,
        hostLastHeardAt: heardAt.get(id) ?? null,
      };
    });
  });
}

/** The same of one job. */
export async function getJob(
  context: DatabaseContext,
  { id }: { readonly id: string },
): Promise<Outcome<JobDetail>> {
  const [outcome] = await getJobs(context, [id]);
  return outcome ?? reject({ code: 'unknownJob', id });
}
