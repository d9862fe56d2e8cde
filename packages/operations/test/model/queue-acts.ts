/*
 * The acts of clients and hosts, on the farm and on the model. Each act says what the farm must
 * answer.
 */
import { isRunning } from '@renderdeck/domain';
import fc from 'fast-check';
import { expect } from 'vitest';
import { pruneOldChanges } from '../../src/extras.ts';
import {
  acknowledgeStop,
  allowPublish,
  cancelJob,
  claimJob,
  finishAttempt,
  groupPriorityChanges,
  keepQueueCounts,
  type OwnedJob,
  passPublishGate,
  releaseAttempt,
  setPriority,
  type WorkerContext,
} from '../../src/index.ts';
import {
  type aFarm,
  aQueuedJob,
  aRequestContext,
  asking,
  attemptOf,
  expectDone,
  recoverExpired,
  reports,
} from '../../testing/index.ts';
import { changeAtOnce } from '../set-priority/change-at-once.ts';
import type { ModelJob, QueueModel } from './queue-model.ts';

type Farm = ReturnType<typeof aFarm>;
export type Real = { readonly farm: Farm; readonly workers: readonly WorkerContext[] };
type Run = (model: QueueModel, real: Real) => Promise<void>;
/** fast-check prints an act by its name. */
export type Act = {
  readonly name: string;
  readonly run: Run;
  readonly [fc.toStringMethod]: () => string;
};

const CLIENTS = ['ada', 'eve', 'mira'];
const client = fc.constantFrom(...CLIENTS);
const number = fc.nat(99);
const priority = fc.integer({ min: 0, max: 3 }).map((step) => step * 30);
const act = (name: string, run: Run): Act => ({ name, run, [fc.toStringMethod]: () => name });

const submit = fc.tuple(client, priority).map(([by, wanted]) =>
  act(`${by} submits at ${wanted}`, async (model, { farm }) => {
    const { job } = await aQueuedJob(farm, { by, priority: wanted });
    model.jobs.push({
      ...{ id: job.id, queueSeq: job.queueSeq, status: 'QUEUED', priority: wanted, version: 1 },
      ...{ attempts: 0, maxAttempts: job.maxAttempts, running: null },
    });
    model.audited += 1;
    model.changes += 1;
  }),
);

const cancel = fc.tuple(client, number).map(([by, which]) =>
  act(`${by} cancels ${which}`, async (model, { farm }) => {
    const job = model.pick(which);
    if (job === undefined) return;
    const answer = await cancelJob(aRequestContext(farm.db, by), { id: job.id, reason: null });
    const before = job.status;
    // The caller of the operation audits a refusal.
    if (before !== 'COMPLETED' && before !== 'FAILED') model.audited += 1;
    if (before === 'QUEUED') model.change(job, { status: 'CANCELLED' });
    if (before === 'RENDERING') model.change(job, { status: 'CANCELLING' });
    if (before === 'COMPLETED' || before === 'FAILED')
      expect(answer).toMatchObject({ ok: false, rejection: { code: 'alreadyEnded' } });
    else expect(answer).toMatchObject({ ok: true, view: { job: { status: job.status } } });
  }),
);

const changePriority = fc.tuple(client, number, priority).map(([by, which, wanted]) =>
  act(`${by} moves ${which} to ${wanted}`, async (model, { farm }) => {
    const job = model.pick(which);
    if (job === undefined) return;
    const input = { id: job.id, priority: wanted, expectedVersion: null };
    const before = model.waiting().indexOf(job) + 1;
    const answer = await setPriority(aRequestContext(farm.db, by), input);
    if (job.status === 'QUEUED') model.audited += 1;
    else {
      expect(answer).toMatchObject({ ok: false, rejection: { code: 'notQueued' } });
      return;
    }
    if (job.priority !== wanted) model.change(job, { priority: wanted });
    const after = model.waiting().indexOf(job) + 1;
    expect(answer).toMatchObject({ ok: true, receipt: { position: { before, after } } });
  }),
);

const move = fc.record({ by: client, which: number, priority });
const changeMany = fc.array(move, { minLength: 2, maxLength: 20, size: 'max' }).map((moves) =>
  act(`${moves.length} moves at once`, async (model, { farm }) => {
    const changes = moves.flatMap(({ by, which, priority: wanted }) => {
      const job = model.pick(which, ({ status }) => status === 'QUEUED');
      return job === undefined ? [] : [{ by, id: job.id, priority: wanted, job }];
    });
    // Changes of one job come in their order.
    await changeAtOnce(farm, [groupPriorityChanges(farm.db)], changes);
    for (const { job, priority: wanted } of changes) {
      model.audited += 1;
      if (job.priority !== wanted) model.change(job, { priority: wanted });
    }
  }),
);

const claim = fc.tuple(fc.nat(1), fc.boolean()).map(([index, isOver]) =>
  act(`host ${index} claims${isOver ? ' and is silent' : ''}`, async (model, { workers }) => {
    const worker = workers[index];
    if (worker === undefined) throw new Error('There is no such host.');
    const claimed = await claimJob(worker, { leaseMs: isOver ? 0 : 600_000 });
    const [first] = model.waiting();
    expect(claimed.ok && claimed.job.jobId).toBe(first?.id ?? false);
    if (first === undefined || !claimed.ok) return;
    const running = { worker, job: claimed.job, isOver };
    model.change(first, { status: 'RENDERING', attempts: first.attempts + 1, running });
  }),
);

const LEASE = { leaseMs: 600_000 };
/**
 * The claim together with the end of an attempt: a job that left the queue may be claimed in the
 * same statement.
 */
function claimNext(model: QueueModel, worker: WorkerContext, next: OwnedJob | null): void {
  const [first] = model.waiting();
  expect(next?.jobId).toBe(first?.id);
  if (first === undefined || next === null) return;
  const running = { worker, job: next, isOver: false };
  model.change(first, { status: 'RENDERING', attempts: first.attempts + 1, running });
}

const andNext = (takesNext: boolean) => (takesNext ? ' and its host takes the next one' : '');

const finish = fc.tuple(number, fc.boolean(), fc.boolean()).map(([which, isGood, takesNext]) =>
  act(`${which} ${isGood ? 'completes' : 'fails'}${andNext(takesNext)}`, async (model) => {
    const job = model.pick(which, (one) => one.status === 'RENDERING');
    if (!job?.running) return;
    const { worker, job: owned } = job.running;
    const attempt = attemptOf(owned);
    let { held } = owned;
    if (isGood) {
      expectDone(await passPublishGate(worker, attempt));
      model.change(job, {});
      ({ held } = expectDone(await allowPublish(worker, asking(attempt))));
      model.change(job, {});
    }
    const end = isGood
      ? ({ kind: 'completed' } as const)
      : ({ kind: 'failed', failure: 'aerender failed.' } as const);
    const input = { end, signalled: false, reports: reports(), next: takesNext ? LEASE : null };
    // With the job as the host knows it, or after a read.
    const known = takesNext ? { ...attempt, held } : attempt;
    const { next } = expectDone(await finishAttempt(worker, { attempt: known, ...input }));
    model.change(job, { status: isGood ? 'COMPLETED' : 'FAILED', running: null });
    if (takesNext) claimNext(model, worker, next);
  }),
);

const acknowledge = fc.tuple(number, fc.boolean()).map(([which, takesNext]) =>
  act(`the host of ${which} proves its stop${andNext(takesNext)}`, async (model) => {
    const job = model.pick(which, (one) => one.status === 'CANCELLING');
    if (!job?.running) return;
    const { worker, job: owned } = job.running;
    const input = { attempt: owned, reports: reports(), next: takesNext ? LEASE : null };
    const { next } = expectDone(await acknowledgeStop(worker, input));
    model.change(job, { status: 'CANCELLED', running: null });
    if (takesNext) claimNext(model, worker, next);
  }),
);

const giveBack = number.map((which) =>
  act(`the host of ${which} shuts down`, async (model) => {
    const job = model.pick(which, (one) => one.status === 'RENDERING');
    if (!job?.running) return;
    const { worker, job: owned } = job.running;
    const input = { attempt: attemptOf(owned), reports: reports(), why: 'Shut down.' };
    expectDone(await releaseAttempt(worker, input));
    model.change(job, { status: 'QUEUED', maxAttempts: job.maxAttempts + 1, running: null });
  }),
);

const expire = fc.constant(
  act('the silent hosts are given up', async (model, { farm }) => {
    const lost = model.jobs.filter((job) => isRunning(job.status) && job.running?.isOver);
    const { ids } = await recoverExpired(farm);
    expect(ids.toSorted()).toEqual(lost.map(({ id }) => id).toSorted());
    for (const job of lost) model.change(job, { status: lostStatus(job), running: null });
  }),
);

function lostStatus({ status, attempts, maxAttempts }: ModelJob) {
  if (status === 'CANCELLING') return 'CANCELLED';
  return attempts < maxAttempts ? 'QUEUED' : 'FAILED';
}

const fold = fc.constant(
  act('the counts are folded', async (_model, { farm }) => {
    await keepQueueCounts(farm);
  }),
);

const prune = fc.constant(
  act('old changes are pruned', async (_model, { farm }) => {
    await pruneOldChanges(farm, { olderThanMs: 0 });
  }),
);

/** Any act. Acts that fill the queue are more frequent. */
export const ANY_ACT: fc.Arbitrary<Act> = fc.oneof(
  { arbitrary: submit, weight: 6 },
  { arbitrary: cancel, weight: 3 },
  { arbitrary: changePriority, weight: 4 },
  { arbitrary: changeMany, weight: 2 },
  { arbitrary: claim, weight: 4 },
  { arbitrary: finish, weight: 4 },
  { arbitrary: acknowledge, weight: 1 },
  { arbitrary: giveBack, weight: 1 },
  { arbitrary: expire, weight: 2 },
  { arbitrary: fold, weight: 1 },
  { arbitrary: prune, weight: 1 },
);
