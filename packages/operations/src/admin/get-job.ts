import type { JobView } from '@renderdeck/domain';
import {
  type AttemptRow,
  findAttemptsOfJob,
  findHost,
  findJobDefinition,
  findJobView,
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
 * Returns a job with its attempts and its nexrender job as submitted, with secrets hidden. All of
 * it is of one snapshot.
 */
export async function getJob(
  context: DatabaseContext,
  input: { readonly id: string },
): Promise<Outcome<JobDetail>> {
  const { id } = input;
  return await inSnapshot(context.db, async (tx): Promise<Outcome<JobDetail>> => {
    const view = await findJobView(tx, id);
    if (view === null) return reject({ code: 'unknownJob', id });
    const [attempts, definition, host] = await Promise.all([
      findAttemptsOfJob(tx, id),
      findJobDefinition(tx, id),
      view.host === null ? null : findHost(tx, view.host),
    ]);
    return { ok: true, view, attempts, ...definition, hostLastHeardAt: host?.lastHeardAt ?? null };
  });
}
