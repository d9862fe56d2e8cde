import type { Job } from '@renderdeck/domain';
import { desc, eq, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';
import { prepareSelect } from '../../prepared/prepare-select.ts';
import { jobFromRow } from '../../rows.ts';
import { attempts, jobs } from '../../schema/index.ts';
import { type AttemptRow, attemptColumns } from '../attempts/find-attempt.ts';
import { INCARNATION } from '../incarnations/incarnation.ts';
import { UNKNOWN_LEASE_MS } from './find-held-leases.ts';

/** A job, read by one statement. `at` is the database's time of that read. */
export type JobWithAttempts = {
  readonly job: Job;
  readonly at: Date;
  /** The incarnation of the database in which the job was read (INCARNATION). */
  readonly incarnation: string;
  /** When the lease was claimed or last renewed, by the database's clock; null without a lease. */
  readonly leaseRenewedAt: Date | null;
  /** The latest attempt of the job, even after its end. */
  readonly attemptId: string | null;
  /** All attempts that this login may read, newest first. */
  readonly attempts: readonly AttemptRow[];
  /** What a host with a login of its own may know of other hosts' attempts of its job. */
  readonly others: readonly OtherAttempt[];
};
export type OtherAttempt = Pick<
  AttemptRow,
  | 'id'
  | 'number'
  | 'host'
  | 'outcome'
  | 'output'
  | 'publications'
  | 'allPublished'
  | 'confirmedAt'
  | 'declaredAt'
>;
type OtherRow = Omit<OtherAttempt, 'allPublished' | 'confirmedAt' | 'declaredAt'> & {
  readonly all_published: boolean;
  readonly confirmed_at: string | null;
  readonly declared_at: string | null;
};

const FIELDS = {
  job: jobs,
  at: sql<string>`clock_timestamp()`,
  incarnation: sql<string>`(select incarnation from ${INCARNATION} this)`,
  leaseRenewedAt: sql<
    string | null
  >`lease_expires_at - coalesce(lease_ms, ${UNKNOWN_LEASE_MS}) * interval '1 millisecond'`,
  attempt: attemptColumns,
  // It uses only the id of the job, so it runs once and not for each attempt.
  others: sql<
    readonly OtherRow[]
  >`(select coalesce(json_agg(o), '[]') from other_attempts(${sql.placeholder('id')}) o)`,
};
const read = prepareSelect(FIELDS, (select) =>
  select
    .from(jobs)
    .leftJoin(attempts, eq(attempts.jobId, jobs.id))
    .where(eq(jobs.id, sql.placeholder('id')))
    .orderBy(desc(attempts.number)),
);

/**
 * Rows: reads one job and its attempts, by primary key and attempts_number. Lock: none; the fence
 * of changeJob protects what is decided from this read. Null if no job has the id.
 */
export async function findJobWithAttempts(
  db: Database,
  id: string,
): Promise<JobWithAttempts | null> {
  const rows = await read(db, { id });
  const [first] = rows;
  if (first === undefined) return null;
  return {
    job: jobFromRow(first.job),
    at: new Date(first.at),
    incarnation: first.incarnation,
    leaseRenewedAt: first.leaseRenewedAt === null ? null : new Date(first.leaseRenewedAt),
    attemptId: first.job.attemptId,
    attempts: rows.flatMap(({ attempt }) => (attempt === null ? [] : [attempt])),
    others: first.others.map(({ all_published, confirmed_at, declared_at, ...other }) => ({
      ...other,
      allPublished: all_published,
      confirmedAt: confirmed_at === null ? null : new Date(confirmed_at),
      declaredAt: declared_at === null ? null : new Date(declared_at),
    })),
  };
}

const askWhetherKnown = prepare<{ known: boolean }>(
  () => sql`select job_is_known(${sql.placeholder('id')}) as known`,
);

/** Rows: whether a job has this id, by primary key, even if this login may not read the job. */
export async function isJobKnown(db: Database, id: string): Promise<boolean> {
  const [row] = await askWhetherKnown(db, { id });
  return row?.known ?? false;
}
