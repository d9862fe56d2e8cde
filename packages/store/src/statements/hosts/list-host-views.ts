import {
  decideHostState,
  type HostStateName,
  type LostOutput,
  rangeOfEnd,
  stepTimeLeft,
  type TimeRange,
  type Transfer,
  type TransferView,
  type UsageSample,
  viewTransfer,
} from '@renderdeck/domain';
import { inArray, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';
import { isRunningJob } from '../../schema/columns.ts';
import { renderHosts } from '../../schema/index.ts';

export type HostView = typeof renderHosts.$inferSelect & {
  readonly state: HostStateName;
  /** Its own login has lost the name of this host, so it reaches nothing. */
  readonly loginEnded: boolean;
  /** Attempts under the host's name that may still run although they no longer hold their job. */
  readonly openAttempts: number;
  /** Stops that were requested on the host and are not proven yet. */
  readonly openStops: number;
  /** Those of the last 30 days. */
  readonly lostOutputs: readonly LostOutput[];
  readonly jobs: readonly {
    readonly id: string;
    readonly name: string;
    readonly progress: number;
    readonly timeLeftMs: number | null;
    /** The range of its end by the frames; null if they do not tell it. */
    readonly endsAt: TimeRange | null;
    readonly transfer: TransferView | null;
    /** What its processes used at the latest sample; null before the first one. */
    readonly usage: UsageSample | null;
  }[];
};

/** Changes with each change of a host's row. */
const MARK = sql<string>`concat(${renderHosts}.xmin, ' ', ${renderHosts.lastHeardAt})`;

type JobFact = 'id' | 'name' | 'progress' | 'usage';

/** What changes about a host without a change of its row. */
type LiveFacts = Pick<HostView, 'openAttempts' | 'openStops' | 'loginEnded'> & {
  readonly silent: boolean;
  readonly jobs: readonly (Pick<HostView['jobs'][number], JobFact> & {
    readonly endsAtMs: number | null;
    readonly transfer: Transfer | null;
    /** Null without a transfer: otherwise the facts would change with each report. */
    readonly progressAtMs: number | null;
  })[];
};
export type LiveHost = {
  readonly name: string;
  /** A row with another mark is another version of the row. */
  readonly mark: string;
  /** LiveFacts as JSON: equal while nothing changes. */
  readonly facts: string;
  /** The time of the database, in ms. */
  readonly atMs: number;
};

type Held = LiveFacts['jobs'][number] & { readonly host: string };
type Open = { readonly host: string; readonly attempts: number; readonly stops: number };
type LiveRow = {
  readonly hosts:
    | readonly { name: string; mark: string; silent: boolean; loginEnded: boolean }[]
    | null;
  readonly held: readonly Held[] | null;
  readonly open: readonly Open[] | null;
  readonly atMs: number;
};

const readLive = prepare<LiveRow>(
  () => sql`
    select extract(epoch from clock_timestamp())::float8 * 1000 as "atMs",
      (select json_agg(json_build_object('name', name, 'mark', ${MARK},
          'silent', clock_timestamp() - last_heard_at > lease_ms * interval '1 millisecond',
          'loginEnded', host_login is not null and not exists (
            select from host_logins l where l.host = name and l.login = host_login))
        order by name) from render_hosts) as hosts,
      (select json_agg(json_build_object('host', j.host, 'id', j.id, 'name', j.name,
          'progress', round(a.progress::numeric, 1),
          'endsAtMs', case when j.lease_expires_at > clock_timestamp()
              and j.stop_requested_at is null
            then round(extract(epoch from a.expected_end_at) * 1000) end,
          'usage', a.usage -> -1,
          'transfer', case when j.stop_requested_at is null then a.transfer end,
          'progressAtMs', case when a.transfer is not null
            then round(extract(epoch from a.progress_at) * 1000) end) order by j.started_at)
        from jobs j cross join lateral (
          select progress, expected_end_at, transfer, progress_at, usage
          from attempts where id = j.attempt_id limit 1) a
        where ${isRunningJob('j')}) as held,
      (select json_agg(open) from (
        select host, count(attempt_id)::int as attempts, count(stop)::int as stops from (
          select u.host, u.attempt_id, j.stop_requested_at as stop
          from unproven u cross join lateral (
            select stop_requested_at from jobs where id = u.job_id limit 1) j
          where u.state = 'open'
          union all
          select j.host, null, j.stop_requested_at from jobs j
          where ${isRunningJob('j')} and j.stop_requested_at is not null
        ) one group by host) open) as open`,
);

/**
 * Rows: reads of all hosts what changes often, in one statement: the jobs that they hold and the
 * stops of those, by jobs_running, their attempts that ended without a proof, by attempts_unproven,
 * the hosts that cancels wait for, by jobs_awaiting, and the mark of each row. They are put
 * together here: the planner expects few hosts, and a join in SQL would read all jobs once for each
 * host. `limit 1` makes it read jobs and attempts by key, where a hash join would read them all.
 * Order: by name. A host is silent if its last heartbeat is older than its lease.
 */
export async function readLiveHosts(db: Database): Promise<readonly LiveHost[]> {
  const [row] = await readLive(db);
  const held = new Map<string, Held[]>();
  for (const job of row?.held ?? []) {
    const jobs = held.get(job.host) ?? [];
    jobs.push(job);
    held.set(job.host, jobs);
  }
  const open = new Map((row?.open ?? []).map((one) => [one.host, one]));
  return (row?.hosts ?? []).map(({ name, mark, silent, loginEnded }) => {
    const { attempts: openAttempts = 0, stops: openStops = 0 } = open.get(name) ?? {};
    const jobs = (held.get(name) ?? []).map(({ host: _, ...job }) => job);
    const facts: LiveFacts = { silent, loginEnded, openAttempts, openStops, jobs };
    return { name, mark, facts: JSON.stringify(facts), atMs: row?.atMs ?? 0 };
  });
}

export type MarkedRow = Omit<typeof renderHosts.$inferSelect, 'lostOutputs'> &
  Pick<HostView, 'lostOutputs'> & { readonly mark: string };

/** Rows: reads the rows of these hosts, by primary key, or of all hosts. Order: none. */
export async function readHostRows(
  db: Database,
  names?: readonly string[],
): Promise<readonly MarkedRow[]> {
  const rows = await db
    .select({
      host: renderHosts,
      mark: MARK,
      lostOutputs: sql<readonly LostOutput[]>`coalesce((
        select jsonb_agg(lost) from jsonb_array_elements(render_hosts.lost_outputs) as lost
        where (lost ->> 'at')::timestamptz > clock_timestamp() - interval '30 days'),
        '[]'::jsonb)`,
    })
    .from(renderHosts)
    .where(names === undefined ? undefined : inArray(renderHosts.name, [...names]));
  return rows.map(({ host, mark, lostOutputs }) => ({ ...host, mark, lostOutputs }));
}

/** Puts together what was read of a host. */
export function viewOfHost({ mark: _, ...row }: MarkedRow, { facts, atMs }: LiveHost): HostView {
  const { silent, jobs: held, ...counts }: LiveFacts = JSON.parse(facts);
  const jobs = held.map(({ endsAtMs, transfer, progressAtMs, ...job }) => ({
    ...job,
    timeLeftMs: endsAtMs === null ? null : stepTimeLeft(endsAtMs - atMs),
    endsAt: endsAtMs === null ? null : rangeOfEnd(new Date(endsAtMs), new Date(atMs)),
    transfer:
      transfer === null || progressAtMs === null
        ? null
        : viewTransfer(transfer, {
            reportedAt: new Date(progressAtMs),
            ageMs: atMs - progressAtMs,
          }),
  }));
  const { draining: ending, problem } = row;
  const [stopped, drained] = [row.stoppedAt !== null, row.drainedAt !== null];
  const condition = { stopped, silent, ending, drained, problem, jobs: jobs.length };
  const state = decideHostState(condition);
  return { ...row, ...counts, jobs, state };
}

/** Reads all hosts. Order: by name. */
export async function listHostViews(db: Database): Promise<readonly HostView[]> {
  const [live, rows] = await Promise.all([readLiveHosts(db), readHostRows(db)]);
  const byName = new Map(rows.map((row) => [row.name, row]));
  return live.flatMap((host) => {
    const row = byName.get(host.name);
    return row === undefined ? [] : [viewOfHost(row, host)];
  });
}
