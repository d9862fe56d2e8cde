import { decideHostState, type HostStateName } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { renderHosts } from '../../schema/index.ts';
import { IS_OPEN } from '../jobs/job-view.ts';

export type HostView = typeof renderHosts.$inferSelect & {
  readonly state: HostStateName;
  /** Attempts under its name that may still run although they gave up their job. */
  readonly openAttempts: number;
  readonly jobs: readonly {
    readonly id: string;
    readonly name: string;
    readonly progress: number;
  }[];
};

/**
 * Rows: reads all hosts, the jobs they hold, by jobs_leased, and their open attempts, by
 * attempts_unconfirmed. Order: by name. A host is silent when its last heartbeat is older than its
 * lease.
 */
export async function listHostViews(db: Database): Promise<readonly HostView[]> {
  const rows = await db
    .select({
      host: renderHosts,
      silent: sql<boolean>`
        clock_timestamp() - last_heard_at > lease_ms * interval '1 millisecond'`,
      openAttempts: sql<number>`(
        select count(*)::int from attempts a where a.host = render_hosts.name and ${IS_OPEN})`,
      jobs: sql<HostView['jobs']>`coalesce((
        select json_agg(
          json_build_object('id', j.id, 'name', j.name, 'progress', round(a.progress::numeric, 1))
          order by j.started_at)
        from jobs j join attempts a on a.id = j.attempt_id
        where j.lease_expires_at is not null and j.host = render_hosts.name), '[]'::json)`,
    })
    .from(renderHosts)
    .orderBy(renderHosts.name);
  return rows.map(({ host, silent, ...seen }) => {
    const { draining, problem } = host;
    const stopped = host.stoppedAt !== null;
    const jobs = seen.jobs.length;
    return {
      ...host,
      ...seen,
      state: decideHostState({ stopped, silent, draining, problem, jobs }),
    };
  });
}
