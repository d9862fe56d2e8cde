import { settleAwaitedHosts } from '@renderdeck/domain';
import {
  changeJob,
  findJobsAwaitingHosts,
  findJobWithAttempts,
  readHostsNow,
} from '@renderdeck/store';
import type { DatabaseContext, Done } from '../operation-context.ts';

/**
 * Updates cancelled jobs that wait for the report of a host with what their hosts have reported
 * since. Returns the ids of the jobs that changed. Several processes may run it at once: one of
 * them changes a job, and the others find it changed.
 */
export async function settleAwaitingJobs(
  { db }: DatabaseContext,
  { actor }: { readonly actor: string },
): Promise<Done<{ readonly ids: readonly string[] }>> {
  const waiting = await findJobsAwaitingHosts(db);
  if (waiting.length === 0) return { ok: true, ids: [] };
  const hosts = await readHostsNow(db);
  const ids: string[] = [];
  for (const id of waiting) {
    const found = await findJobWithAttempts(db, id);
    const awaitedHosts =
      found === null ? null : settleAwaitedHosts(found.job.awaitedHosts, hosts, found.at);
    if (found === null || awaitedHosts === null) continue;
    const { job, incarnation } = found;
    const after = { ...job, awaitedHosts, version: job.version + 1 };
    const line = { event: 'confirmStop', actor, facts: { why: WHY } } as const;
    if (await changeJob(db, { before: job, incarnation, after, line })) ids.push(id);
  }
  return { ok: true, ids };
}

const WHY = 'awaited hosts have reported, or will not';
