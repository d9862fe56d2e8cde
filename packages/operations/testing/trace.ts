import type { Sql } from '@renderdeck/testing/open-sql';

/** The columns of a change that a test compares. */
export type ChangeLine = {
  readonly jobId: string;
  readonly version: number;
  readonly event: string;
  readonly from: string | null;
  readonly to: string;
  readonly actor: string;
  readonly facts: Readonly<Record<string, unknown>>;
  /** Whether the job left its place in the queue. */
  readonly left: boolean;
  /** Whether the job got a place in the queue. */
  readonly entered: boolean;
};
export type Trace<Result> = {
  readonly result: Result;
  readonly audit: readonly Readonly<Record<string, unknown>>[];
  readonly changes: readonly ChangeLine[];
  /** Each notification as `channel` or `channel payload`, in order, without `renderdeck_`. */
  readonly notifications: readonly string[];
};

/** Runs an action and returns its result with the rows and notifications that the action made. */
export async function traceAction<Result>(
  sql: Sql,
  notificationsSoFar: () => Promise<readonly string[]>,
  action: () => Promise<Result>,
): Promise<Trace<Result>> {
  const [{ lastAudit, lastChange } = { lastAudit: '0', lastChange: '0' }] = await sql<
    { lastAudit: string; lastChange: string }[]
  >`
    select (select coalesce(max(id), 0) from audit_log) as "lastAudit",
      (select coalesce(max(id), 0) from job_changes) as "lastChange"`;
  const before = (await notificationsSoFar()).length;
  const result = await action();
  const audit = await sql`
    select actor_kind as "actorKind", actor, channel, address, request_id as "requestId", action,
      outcome, code, job_id as "jobId", reason, before, after
    from audit_log where id > ${lastAudit} order by id`;
  const changes = await sql<ChangeLine[]>`
    select job_id as "jobId", version, event, status_before as from, status_after as to, actor,
      facts, q_from is not null as left, q_to is not null as entered
    from job_changes where id > ${lastChange} order by id`;
  return {
    result,
    audit: [...audit],
    changes: [...changes],
    notifications: (await notificationsSoFar()).slice(before),
  };
}
