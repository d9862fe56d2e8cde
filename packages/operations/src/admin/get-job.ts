import type { Json } from '@renderdeck/domain';
import {
  type AttemptRow,
  type Database,
  findAttemptsOfJob,
  findJobDefinition,
  findJobView,
  type JobView,
  listHostViews,
} from '@renderdeck/store';
import type { Outcome } from '../operation-context.ts';

export type JobDetail = {
  readonly view: JobView;
  readonly attempts: readonly AttemptRow[];
  readonly nexrenderJob: Json;
  readonly hostLastHeardAt: Date | null;
};

/** A job with its attempts and its order, secrets hidden. */
export async function getJob(db: Database, id: string): Promise<Outcome<JobDetail>> {
  const view = await findJobView(db, id);
  if (view === null) return { ok: false, rejection: { code: 'unknownJob', id } };
  const [attempts, nexrenderJob, hosts] = await Promise.all([
    findAttemptsOfJob(db, id),
    findJobDefinition(db, id),
    listHostViews(db),
  ]);
  const host = hosts.find(({ name }) => name === view.host);
  return { ok: true, view, attempts, nexrenderJob, hostLastHeardAt: host?.lastHeardAt ?? null };
}
