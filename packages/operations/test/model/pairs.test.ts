/*
 * Each pair of acts on one job, at the same time and in both orders. The act that begins first is
 * held right before its commit while the other one runs. The answers, and afterwards the job, its
 * changes and the audit log, must be the same as if the two acts ran one after the other, in one of
 * the two orders. A claim, also one with the end of an attempt, and a recovery never wait, so they
 * may find nothing while another act changes the job.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Database } from '@renderdeck/store';
import { waitFor } from '@renderdeck/testing';
import { holdOpen } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import {
  allowPublish,
  cancelJob,
  claimJob,
  finishAttempt,
  groupPriorityChanges,
  type OwnedJob,
  passPublishGate,
} from '../../src/index.ts';
import {
  aFarm,
  aQueuedJob,
  aRequestContext,
  aRunningJob,
  asking,
  attemptOf,
  expectDone,
  FAILED,
  recoverExpired,
  reports,
  within,
} from '../../testing/index.ts';

const farm = aFarm();
const { sql } = farm;
const worker = farm.workerOfFile('render-01');
const other = farm.workerOfFile('render-02');
const eve = aRequestContext(farm.db, 'eve');

type Subject = {
  readonly id: string;
  readonly running: OwnedJob | null;
  /** A job that runs while the subject is queued. Its end may claim the subject. */
  readonly other: OwnedJob | null;
};
type Act = (db: Database, subject: Subject) => Promise<unknown>;

type End = Parameters<typeof finishAttempt>[1]['end'];

const finish =
  (end: End): Act =>
  async (db, { running }) => {
    if (running === null) throw new Error('It does not run.');
    const input = { attempt: attemptOf(running), end, signalled: false, reports: reports() };
    return await finishAttempt(within(db, worker), input);
  };

/**
 * One statement with the job as the worker knows it: it ends the subject or, while the subject
 * waits, the other job.
 */
const finishAndTakeNext: Act = async (db, { running, other }) => {
  const attempt = running ?? other;
  if (attempt === null) throw new Error('Nothing runs.');
  const end = { attempt, end: FAILED, signalled: false, reports: reports() };
  return await finishAttempt(within(db, worker), { ...end, next: { leaseMs: 60_000 } });
};

const ACTS = {
  cancel: (db, { id }) => cancelJob(within(db, farm.admin), { id, reason: 'wrong colours' }),
  setPriority: (db, { id }) =>
    groupPriorityChanges(db)(eve.requestContext, { id, priority: 80, expectedVersion: null }),
  claim: (db) => claimJob(within(db, other), { leaseMs: 60_000 }),
  finish: finish({ kind: 'completed' }),
  fail: finish(FAILED),
  finishAndTakeNext,
  expire: (db) => recoverExpired({ db }, { actor: 'recovery' }),
} satisfies Record<string, Act>;
type Name = keyof typeof ACTS;

/** The answer of an act that skips the job. */
const PASSED_OVER: Partial<Record<Name, unknown>> = {
  claim: { ok: false, rejection: { code: 'queueEmpty' } },
  finishAndTakeNext: { ok: true, next: null },
  expire: { ok: true, ids: [] },
};

const QUEUED: readonly Name[] = ['cancel', 'setPriority', 'claim', 'finishAndTakeNext'];
const RUNNING: readonly Name[] = [...QUEUED, ...(['finish', 'fail', 'expire'] as const)];
const pairsOf = (state: 'queued' | 'running', names: readonly Name[]) =>
  names.flatMap((first) => names.map((second) => [state, first, second] as const));

/** A farm with this one job. The job may publish, and its lease has run out. */
async function aSubject(state: 'queued' | 'running'): Promise<Subject> {
  await sql`truncate jobs, job_changes, queue_counts, queue_folds cascade`;
  const other = state === 'queued' ? await aRunningJob(farm, { worker }) : null;
  const { job } = await aQueuedJob(farm);
  if (state === 'queued') return { id: job.id, running: null, other };
  const claimed = await claimJob(worker, { leaseMs: 0 });
  if (!claimed.ok) throw new Error('Nothing waits.');
  const attempt = attemptOf(claimed.job);
  expectDone(await passPublishGate(worker, attempt));
  const { held } = expectDone(await allowPublish(worker, asking(attempt)));
  return { id: job.id, running: { ...claimed.job, held }, other };
}

/** The state after both acts. Ids, times and numbers that differ each time are left out. */
async function outcomeOf({ id }: Subject, answers: readonly unknown[]) {
  const [job] = await sql`
    select status, version, priority, attempts, host, failure, queue_key is null as "isOut",
      lease_expires_at is null as "isFree", ended_at is null as "goesOn"
    from jobs where id = ${id}`;
  return {
    answers: answers.map(normalise),
    job: { ...job },
    attempts: [
      ...(await sql`
        select number, host, outcome, confirmed_at is not null as "isConfirmed"
        from attempts where job_id = ${id} order by number`),
    ],
    changes: [
      ...(await sql`
        select version, event, status_before, status_after, actor, q_from is null as "wasOut",
          q_to is null as "isOut"
        from job_changes where job_id = ${id} order by version`),
    ],
    audit: [
      ...(await sql`
        select actor, action, outcome, code from audit_log
        where job_id = ${id} and action <> 'submitJob' order by actor, action`),
    ],
    positions: [...(await sql`select queue_position(queue_key) from jobs where queue_key > 0`)],
  };
}

/** The answer without values that differ each time. Ids of jobs are replaced by their number. */
function normalise(answer: unknown): unknown {
  const { ok, rejection, ids, job, next, view, receipt } = answer as Record<string, unknown> & {
    rejection?: { code?: string; status?: string };
    ids?: readonly string[];
    job?: { attempt?: number };
    next?: { attempt?: number } | null;
    view?: { job: { status: string; priority: number; version: number } };
    receipt?: { position?: unknown };
  };
  return {
    ok,
    refused: rejection === undefined ? null : [rejection.code, rejection.status],
    recovered: ids?.length,
    attempt: (job ?? next)?.attempt,
    job: view && [view.job.status, view.job.priority, view.job.version],
    position: receipt?.position,
  };
}

async function inTurn(state: 'queued' | 'running', order: readonly Name[]) {
  const subject = await aSubject(state);
  const answers = [];
  for (const name of order) answers.push(await ACTS[name](farm.db, subject));
  return await outcomeOf(subject, answers);
}

/** How many sessions wait for a lock. */
const blocked = () => sql`
  select 1 from pg_stat_activity where datname = current_database()
    and wait_event_type = 'Lock' and state = 'active'`;

async function atOnce(state: 'queued' | 'running', first: Name, second: Name) {
  const subject = await aSubject(state);
  const held = await holdOpen(farm.db, (tx) => ACTS[first](tx, subject));
  let isDone = false;
  const following = ACTS[second](farm.db, subject).finally(() => {
    isDone = true;
  });
  following.catch(() => undefined);
  await waitFor(async () => isDone || (await blocked()).length > 0, {
    everyMs: 2,
    what: 'the second act to wait or to end',
  });
  await held.commit();
  return await outcomeOf(subject, [held.result, await following]);
}

it.each([...pairsOf('queued', QUEUED), ...pairsOf('running', RUNNING)])(
  'a %s job: %s and then %s at the same time are like the two one after the other',
  async (state, first, second) => {
    const found = await atOnce(state, first, second);
    const inOrder = await inTurn(state, [first, second]);
    if (isDeepStrictEqual(found, inOrder)) return;
    if (PASSED_OVER[second] !== undefined) {
      const alone = await inTurn(state, [first]);
      const answers = [...alone.answers, normalise(PASSED_OVER[second])];
      if (isDeepStrictEqual(found, { ...alone, answers })) return;
    }
    const { answers, ...rest } = await inTurn(state, [second, first]);
    expect(found, 'as in neither order').toEqual({ ...rest, answers: answers.toReversed() });
  },
);
