import type { JobView, Json } from '@renderdeck/domain';
import {
  type AttemptRow,
  findAttemptsOfJob,
  findJobDefinition,
  findJobView,
  listHostViews,
} from '@renderdeck/store';
import { type DatabaseContext, type Outcome, reject } from '../operation-context.ts';

export type JobDetail = {
  readonly view: JobView;
  readonly attempts: readonly AttemptRow[];
  readonly nexrenderJob: Json;
  readonly hostLastHeardAt: Date | null;
};

/** Returns a job with its attempts and its nexrender job as submitted, with secrets hidden. */
export async function getJob(
  context: DatabaseContext,
  input: { readonly id: string },
): Promise<Outcome<JobDetail>> {
  const { db } = context;
  const { id } = input;
  const view = await findJobView(db, id);
  if (view === null) return reject({ code: 'unknownJob', id });
  const [attempts, nexrenderJob, hosts] = await Promise.all([
    findAttemptsOfJob(db, id),
    findJobDefinition(db, id),
    listHostViews(db),
  ]);
  const host = hosts.find(({ name }) => name === view.host);
  return { ok: true, view, attempts, nexrenderJob, hostLastHeardAt: host?.lastHeardAt ?? null };
}
