import { expect, it } from 'vitest';
import {
  acknowledgeStop,
  cancelJob,
  countJobs,
  findJobView,
  reportOrphan,
} from '../../src/index.ts';
import {
  aFarm,
  aPublishingJob,
  attemptOf,
  claimAgain,
  type RunningJob,
  recoverExpired,
  reports,
} from '../../testing/index.ts';

const farm = aFarm();

/** Attempt 1 on ae-03 was lost after it passed the publish gate; attempt 2 runs on ae-04. */
async function aJobWithTwoAttempts(leaseMs?: number) {
  const first = await aPublishingJob(farm, { worker: await farm.worker('ae-03'), leaseMs: 0 });
  await recoverExpired(farm, { actor: 'recovery' });
  const second = await claimAgain(farm, first.id, {
    worker: await farm.worker('ae-04'),
    ...(leaseMs === undefined ? {} : { leaseMs }),
  });
  return { first, second, id: first.id };
}
const receiptOf = async (id: string) => (await findJobView(farm.db, id))?.receipt;
/** The next daemon on the attempt's host reports that it ended what was left. */
async function prove(lost: RunningJob): Promise<void> {
  const attempt = attemptOf(lost);
  await reportOrphan(await farm.worker(lost.worker.host), {
    attempt,
    reports: reports({ proof: 'repeated' }),
  });
}

it('the proof of one attempt does not prove another one whose host is silent', async () => {
  const { first, second, id } = await aJobWithTwoAttempts();
  await cancelJob(farm.admin, { id, reason: null });
  await acknowledgeStop(second.worker, { attempt: attemptOf(second), reports: reports() });
  expect(await receiptOf(id)).toMatchObject({
    outcome: 'unconfirmed',
    host: 'ae-04',
    proof: null,
    processes: [{ pid: 900 }],
    openAttempts: [{ number: 1, host: 'ae-03', output: 'maybe', problem: null }],
    declared: [],
    confirmedAt: null,
  });
  expect(await countJobs(farm.db)).toMatchObject({ unconfirmed: 1, open: 1 });

  await prove(first);
  expect(await receiptOf(id)).toMatchObject({
    outcome: 'cancelled',
    proof: 'kernel',
    openAttempts: [],
    confirmedAt: expect.any(Date),
  });
  expect(await countJobs(farm.db)).toMatchObject({ unconfirmed: 0, open: 0 });
});

it('with two silent hosts the receipt is unconfirmed until both have reported', async () => {
  const { first, second, id } = await aJobWithTwoAttempts(0);
  await cancelJob(farm.admin, { id, reason: null });
  await recoverExpired(farm, { actor: 'recovery' });
  const open = async () =>
    (await receiptOf(id))?.openAttempts.map(({ number, host }) => [number, host]);
  expect(await open()).toEqual([
    [1, 'ae-03'],
    [2, 'ae-04'],
  ]);
  expect(await countJobs(farm.db)).toMatchObject({ unconfirmed: 1, open: 2 });
  await prove(second);
  expect(await receiptOf(id)).toMatchObject({ outcome: 'unconfirmed', proof: null });
  expect(await open()).toEqual([[1, 'ae-03']]);
  await prove(first);
  expect(await receiptOf(id)).toMatchObject({ outcome: 'cancelled', openAttempts: [] });
});

it('a job without a cancel names the attempts of silent hosts, in any status', async () => {
  const { first, id } = await aJobWithTwoAttempts();
  const view = await findJobView(farm.db, id);
  expect(view).toMatchObject({
    job: { status: 'RENDERING' },
    receipt: null,
    openAttempts: [{ number: 1, host: 'ae-03', output: 'maybe', problem: null }],
  });
  const [heard] = await farm.sql<{ at: Date }[]>`
    select last_heard_at as at from render_hosts where name = 'ae-03'`;
  expect(view?.openAttempts[0]?.lastHeardAt).toEqual(heard?.at);
  await prove(first);
  expect((await findJobView(farm.db, id))?.openAttempts).toEqual([]);
});
