import { queueKey, TRANSITIONS } from '@renderdeck/domain';
import { type Column, getTableColumns, type SQL, sql, type Table } from 'drizzle-orm';
import { STOPS_CHANNEL } from '../../channels.ts';
import type { Values } from '../../prepared/send-prepared.ts';
import { notifyIdleHosts, waitsPayload } from '../../queue-payload.ts';
import { rowFromJob } from '../../rows.ts';
import { attempts, jobs } from '../../schema/index.ts';
import { INCARNATION } from '../incarnations/incarnation.ts';
import type { ChangedJob, NewAttempt } from './changed-job.ts';

const value = (name: string) => sql.placeholder(name);
/** The prefixes of values for columns of jobs and of attempts. */
const [OF_JOB, OF_ATTEMPT] = ['job.', 'attempt.'];
const { from: WAITING } = TRANSITIONS.claim;
const { to: STOPPING } = TRANSITIONS.requestStop;

/** The values for changeCtes. Their names say which columns the statement sets. */
export function changeValues(changed: ChangedJob): Values {
  const { before, after, line, attempt, proof, newAttempt, stopAttemptId, unrenewed } = changed;
  const { incarnation, stopTrace } = changed;
  const keyBefore = before.status === WAITING ? queueKey(before) : null;
  // `endedAt` is left out, because the statement sets it.
  const endedNow = proof === undefined || after.endedAt === null ? {} : { endedAt: undefined };
  const tags = after.tags.join();
  const newTags = before.tags.join() === tags ? {} : { tags };
  return {
    ...valuesOf(
      jobs,
      { ...rowFromJob(after), ...newTags, ...endedNow, stopAttemptId, stopTrace },
      OF_JOB,
    ),
    id: before.id,
    versionBefore: before.version,
    statusBefore: before.status,
    keyBefore: keyBefore?.toString() ?? null,
    version: after.version,
    ...(incarnation === undefined ? {} : { incarnation }),
    status: after.status,
    event: line.event,
    actor: line.actor,
    facts: JSON.stringify(line.facts ?? {}),
    ...(attempt === undefined
      ? {}
      : { attemptId: attempt.id, ...valuesOf(attempts, attempt.change, OF_ATTEMPT) }),
    ...(proof === undefined
      ? {}
      : { deadMsAgo: proof.deadMsAgo, stopReport: JSON.stringify(proof.stopReport) }),
    ...(newAttempt === undefined ? {} : newAttemptValues(newAttempt)),
    ...(unrenewed === undefined ? {} : { leaseRenewals: unrenewed.leaseRenewals }),
    ...toNotify(changed),
  };
}

/** The values for NOTIFICATIONS: only those that this change sends. */
function toNotify({ before, after, beginsToWait = false, asked = null }: ChangedJob): Values {
  const isStopOver = before.status === STOPPING && after.status !== STOPPING;
  return {
    ...(isStopOver ? { stopOver: before.id } : {}),
    ...(beginsToWait && after.status === WAITING ? { waits: waitsPayload(after) } : {}),
    ...(asked === null ? {} : { askedChannel: asked.channel, asked: asked.attemptId }),
  };
}

/** What somebody must act on at once: the API that waits for a stop, idle hosts, a worker. */
const NOTIFICATIONS: Readonly<Record<string, SQL>> = {
  stopOver: sql`pg_notify(${STOPS_CHANNEL}, ${value('stopOver')})`,
  waits: notifyIdleHosts(value('waits')),
  asked: sql`pg_notify(${value('askedChannel')}, ${value('asked')})`,
};

/**
 * The parts of a statement that changes a job: `with <ctes> select …<notified> from job`. The row
 * `job` exists only if the job is still as the caller read it. `notified` is empty, or columns with
 * a comma before each.
 */
export function changeCtes(
  { incarnation, attempt, proof, newAttempt, unrenewed }: ChangedJob,
  values: Values,
) {
  const [jobEnds, attemptEnds] =
    proof === undefined
      ? [sql``, sql``]
      : ['job.endedAt' in values ? sql`` : JOB_ENDS, ATTEMPT_ENDS];
  const inItsIncarnation = sql`
    and (select incarnation from ${INCARNATION} this) = ${value('incarnation')}`;
  const unlocked = sql`and id = (select id from jobs
    where id = ${value('id')} and lease_renewals = ${value('leaseRenewals')}
    for update skip locked)`;
  const ctes = sql`${proof === undefined ? sql`` : MOMENT}job as (
      update jobs set ${assignments(jobs, values, OF_JOB)}${jobEnds}
      where id = ${value('id')} and version = ${value('versionBefore')}
        ${incarnation === undefined ? sql`` : inItsIncarnation}
        ${unrenewed === undefined ? sql`` : unlocked}
      returning id, queue_key
    ), keys as (
      select id, key_before, queue_key as key_after
      from job, (values (${value('keyBefore')}::bigint)) as before (key_before)
    ), line as (
      insert into job_changes
        (job_id, version, event, status_before, status_after, actor, facts, q_from, q_to)
      select id, ${value('version')}::int, ${value('event')}, ${value('statusBefore')},
        ${value('status')}, ${value('actor')}, ${value('facts')}::jsonb,
        case when key_before is distinct from key_after then key_before end,
        case when key_before is distinct from key_after then key_after end
      from keys
      returning 1
    )${
      attempt === undefined
        ? sql``
        : sql`, attempt as (
      update attempts set ${assignments(attempts, values, OF_ATTEMPT)}${attemptEnds}
      where id = ${value('attemptId')} and exists (select from job)
    )`
    }${newAttempt === undefined ? sql`` : sql`, added as (${ADD_ATTEMPT})`}`;
  const sent = Object.entries(NOTIFICATIONS).filter(([name]) => name in values);
  return { ctes, notified: sql.join(sent.map(([, notification]) => sql`, ${notification}`)) };
}

/**
 * Domain's endTime as SQL: when the processes of the attempt had ended, by the database's clock.
 */
const MOMENT: SQL = sql`moment as materialized (
      select at, least(at, greatest(created_at,
        at - ${value('deadMsAgo')}::float8 * interval '1 millisecond'))::timestamptz(3) as dead_at
      from attempts, (select clock_timestamp()::timestamptz(3) as at offset 0) now
      where id = ${value('attemptId')}
    ), `;
const JOB_ENDS: SQL = sql`, ended_at = (select dead_at from moment)`;
const ATTEMPT_ENDS: SQL = sql`, ended_at = (select dead_at from moment),
      confirmed_at = (select at from moment),
      stop_report = ${value('stopReport')}::jsonb
        || jsonb_build_object('endedAt', wire_time((select dead_at from moment)))`;

function newAttemptValues({ hostIdentity, createdAt, endedAt, ...attempt }: NewAttempt): Values {
  const { id, number, host, hostId, workerId, treeMarker } = attempt;
  return {
    newId: id,
    newNumber: number,
    newHost: host,
    newHostId: hostId,
    newHostIdentity: JSON.stringify(hostIdentity),
    newWorkerId: workerId,
    newTreeMarker: treeMarker,
    newCreatedAt: createdAt.toISOString(),
    newEndedAt: endedAt.toISOString(),
  };
}

/** The attempt no longer holds its job. The report of its host follows and confirms its end. */
const ADD_ATTEMPT: SQL = sql`
  insert into attempts
    (id, job_id, number, host, host_id, host_identity, worker_id, tree_marker, outcome, created_at,
      ended_at)
  select ${value('newId')}::uuid, id, ${value('newNumber')}::int, ${value('newHost')},
    ${value('newHostId')}::uuid, ${value('newHostIdentity')}::jsonb, ${value('newWorkerId')}::uuid,
    ${value('newTreeMarker')}, 'lost', ${value('newCreatedAt')}::timestamptz,
    ${value('newEndedAt')}::timestamptz
  from job`;

/** The values of all set fields of a row, under names that begin with `prefix`. */
function valuesOf(table: Table, row: object, prefix: string): Values {
  const columns: Readonly<Record<string, Column>> = getTableColumns(table);
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(row)) {
    const column = columns[key];
    if (column === undefined || value === undefined) continue;
    values[prefix + key] = value === null ? null : column.mapToDriverValue(value);
  }
  return values;
}

/** `column = $value, …` for these values. */
function assignments(table: Table, values: Values, prefix: string): SQL {
  const columns: Readonly<Record<string, Column>> = getTableColumns(table);
  const sets = Object.keys(values).flatMap((name) => {
    const column = columns[name.slice(prefix.length)];
    if (column === undefined) return [];
    return [sql`${sql.identifier(column.name)} = ${sql.placeholder(name)}`];
  });
  return sql.join(sets, sql`, `);
}
