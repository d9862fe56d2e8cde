import type { Sql } from '@renderdeck/testing/open-sql';

/** A change row, the parts a test reads; queue keys as whether there is one. */
export type ChangeLine = {
  readonly jobId: string;
  readonly version: number;
  readonly event: string;
  readonly from: string | null;
  readonly to: string;
  readonly actor: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly left: boolean;
  readonly entered: boolean;
};
export type Trace<Result> = {
  readonly result: Result;
  readonly audit: readonly Readonly<Record<string, unknown>>[];
  readonly changes: readonly ChangeLine[];
  /** Each notification as `channel` or `channel payload`, in order, without the channels' prefix. */
  readonly wakes: readonly string[];
};

/** Runs an act and gives what it left behind; `wakesSoFar`: every notification until now. */
export async function traceAct<Result>(
  look: Sql,
  wakesSoFar: () => Promise<readonly string[]>,
  act: () => Promise<Result>,
): Promise<Trace<Result>> {
  const [{ audits, changed } = { audits: '0', changed: '0' }] = await look<
    { audits: string; changed: string }[]
  >`
    select (select coalesce(max(id), 0) from audit_log) as audits,
      (select coalesce(max(id), 0) from job_changes) as changed`;
  const before = (await wakesSoFar()).length;
  const result = await act();
  const audit = await look`
    select actor_kind as "actorKind", actor, channel, address, request_id as "requestId", action,
      outcome, code, job_id as "jobId", reason, before, after
    from audit_log where id > ${audits} order by id`;
  const changes = await look<ChangeLine[]>`
    select job_id as "jobId", version, event, status_before as from, status_after as to, actor,
      facts, q_from is not null as left, q_to is not null as entered
    from job_changes where id > ${changed} order by id`;
  return {
    result,
    audit: [...audit],
    changes: [...changes],
    wakes: (await wakesSoFar()).slice(before),
  };
}
