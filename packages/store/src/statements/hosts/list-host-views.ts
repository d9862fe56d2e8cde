import {
  decideHostState,
  type HostStateName,
  type LostOutput,
  stepTimeLeft,
} from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { renderHosts } from '../../schema/index.ts';

export type HostView = typeof renderHosts.$inferSelect & {
  readonly state: HostStateName;
  /** Attempts under the host's name that may still run although they no longer hold their job. */
  readonly openAttempts: number;
  /** Stops that were requested on the host and are not proven yet. */
  readonly openStops: number;
  /** How the host's attempts of the last 24 hours ended. */
  readonly today: { readonly done: number; readonly failed: number; readonly stopped: number };
  /** Those of the last 30 days. */
  readonly lostOutputs: readonly LostOutput[];
  readonly jobs: readonly {
    readonly id: string;
    readonly name: string;
    readonly progress: number;
    readonly timeLeftMs: number | null;
  }[];
};

type HeldJob = Omit<HostView['jobs'][number], 'timeLeftMs'> & { readonly msLeft: number | null };

/**
 * The attempts that ended in the last 24 hours, counted in one go for all hosts. An index finds no
 * time that is compared with clock_timestamp(), because that changes within the statement.
 */
const LAST_DAY = sql`(
  select host, count(*) filter (where outcome = 'completed')::int as done,
    count(*) filter (where outcome = 'failed')::int as failed,
    count(*) filter (where outcome = 'stopped')::int as stopped
  from attempts where ended_at > statement_timestamp() - interval '24 hours'
  group by host) last_day`;

/** The jobs that each host holds, read in one go for all hosts. */
const HELD = sql`(
  select j.host, json_agg(
    json_build_object('id', j.id, 'name', j.name, 'progress', round(a.progress::numeric, 1),
      'msLeft', case when j.lease_expires_at > clock_timestamp() and j.stop_requested_at is null
        then extract(epoch from a.expected_end_at - clock_timestamp()) * 1000 end)
    order by j.started_at) as jobs
  from jobs j join attempts a on a.id = j.attempt_id
  where j.lease_expires_at is not null group by j.host) held`;

/** What runs or may still run without a proof of its end, counted in one go for all hosts. */
const OPEN = sql`(
  select u.host, count(u.attempt_id) filter (where u.state = 'open')::int as attempts,
    count(*) filter (where j.stop_requested_at is not null)::int as stops
  from unproven u join jobs j on j.id = u.job_id
  where u.state in ('open', 'running') group by u.host) open`;

/**
 * Rows: reads all hosts, the jobs that they hold, by jobs_leased, their attempts without a proof,
 * by attempts_unconfirmed, the hosts that cancels wait for, by jobs_awaiting, and their attempts of
 * the last day, by attempts_ended. Order: by name. A host is silent if its last heartbeat is older
 * than its lease.
 */
export async function listHostViews(db: Database): Promise<readonly HostView[]> {
  const rows = await db
    .select({
      host: renderHosts,
      silent: sql<boolean>`
        clock_timestamp() - last_heard_at > lease_ms * interval '1 millisecond'`,
      openAttempts: sql<number>`coalesce(open.attempts, 0)`,
      openStops: sql<number>`coalesce(open.stops, 0)`,
      today: sql<HostView['today']>`json_build_object('done', coalesce(last_day.done, 0),
        'failed', coalesce(last_day.failed, 0), 'stopped', coalesce(last_day.stopped, 0))`,
      lostOutputs: sql<readonly LostOutput[]>`coalesce((
        select jsonb_agg(lost) from jsonb_array_elements(render_hosts.lost_outputs) as lost
        where (lost ->> 'at')::timestamptz > clock_timestamp() - interval '30 days'),
        '[]'::jsonb)`,
      jobs: sql<readonly HeldJob[]>`coalesce(held.jobs, '[]'::json)`,
    })
    .from(renderHosts)
    .leftJoin(HELD, sql`held.host = render_hosts.name`)
    .leftJoin(LAST_DAY, sql`last_day.host = render_hosts.name`)
    .leftJoin(OPEN, sql`open.host = render_hosts.name`)
    .orderBy(renderHosts.name);
  return rows.map(({ host, silent, jobs: held, ...counts }) => {
    const { draining, problem } = host;
    const stopped = host.stoppedAt !== null;
    const jobs = held.map(({ msLeft, ...job }) => ({
      ...job,
      timeLeftMs: msLeft === null ? null : stepTimeLeft(msLeft),
    }));
    const facts = { stopped, silent, draining, problem, jobs: jobs.length };
    return { ...host, ...counts, jobs, state: decideHostState(facts) };
  });
}
