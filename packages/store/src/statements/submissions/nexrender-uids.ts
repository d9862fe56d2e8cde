/*
 * The uids of jobs for clients of nexrender-server, in rows of `submissions` with a principal of
 * their own:
 *
 * 1. A submission with a chosen uid inserts the row of that uid, as an Idempotency-Key does.
 * 2. A job that takes over the uids of another job (it runs that job again) takes its rows, and its
 *    id becomes a uid, too.
 * 3. A uid without a row is the id of a job. A job whose id is a row of another job has no uid.
 *
 * The rows are deleted with their jobs and not by their age.
 */
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';

/** No user or token has this principal, because theirs begin with `user` and `token`. */
export const UIDS = 'nexrender uid';

const value = (name: string) => sql.placeholder(name);

const find = prepare<{ readonly job_id: string }>(
  () => sql`
    select job_id from submissions where principal = ${UIDS} and key = ${value('uid')}`,
);

/** Rows: reads the row of a uid, by submissions_pkey. Null if the uid has no row. */
export async function findJobOfUid(db: Database, uid: string): Promise<string | null> {
  const [row] = await find(db, { uid });
  return row?.job_id ?? null;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const findJob = prepare<{ readonly id: string }>(
  () => sql`select id from jobs where id = ${value('id')}::uuid`,
);

/** Rows: says whether this text is the id of a job, by primary key. */
export async function isJobId(db: Database, text: string): Promise<boolean> {
  return UUID.test(text) && (await findJob(db, { id: text })).length > 0;
}

const take = prepare(
  () => sql`
    with gone as (
      delete from submissions where principal = ${UIDS} and job_id = ${value('from')}::uuid
      returning key, fingerprint, created_at
    ), known as (
      select key, fingerprint, created_at from gone
      union all select ${value('from')}, '', clock_timestamp()
    )
    insert into submissions (principal, key, fingerprint, job_id, created_at)
    select ${UIDS}, key, fingerprint, ${value('to')}::uuid, created_at from known`,
);

/**
 * Rows: gives the uids of one job, and its id, to another job, by submissions_job. Lock: the rows.
 * The caller has locked the job and found that its id is no uid yet.
 */
export async function takeUids(
  tx: Database,
  jobs: { readonly from: string; readonly to: string },
): Promise<void> {
  await take(tx, jobs);
}

/** The uid of a job; null if another job has taken it over. By submissions_job and _pkey. */
export const uidOf = (id: unknown) => sql<string | null>`case
  when exists (select from submissions s where s.principal = ${UIDS} and s.key = ${id}::text)
  then null
  else coalesce((
    select s.key from submissions s where s.principal = ${UIDS} and s.job_id = ${id}
    order by s.created_at limit 1), ${id}::text) end`;
