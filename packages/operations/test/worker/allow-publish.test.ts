import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import {
  allowPublish,
  cancelJob,
  findAttempt,
  findJobView,
  recordPublished,
  releaseAttempt,
  reportOrphan,
  type WorkerContext,
} from '../../src/index.ts';
import {
  aCancellingJob,
  aFarm,
  anExpiredJob,
  aPublishingJob,
  aRunningJob,
  asking,
  attemptOf,
  claimAgain,
  expectAudit,
  FILM,
  publishedBy,
  type RunningJob,
  recoverExpired,
  reports,
  within,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
const other = farm.workerOfFile('render-02');
const allow = (
  running: RunningJob,
  by: WorkerContext = running.worker,
  warning: string | null = null,
) => allowPublish(by, asking(attemptOf(running), { warning }));

it('an attempt that holds its job may publish, and its output is maybe from then on', async () => {
  const running = await aRunningJob(farm, { worker });
  const seen = await farm.trace(() => allow(running));
  expect(seen.result).toMatchObject({ ok: true });
  expectAudit(seen);
  expect(seen.changes).toMatchObject([
    { event: 'allowPublish', from: 'RENDERING', to: 'RENDERING', actor: 'render-01' },
  ]);
  expect(seen.notifications).toEqual([]);
  expect(await findJobView(farm.db, running.id)).toMatchObject({ job: { output: 'maybe' } });
  expect(await findAttempt(farm.db, running.attemptId)).toMatchObject({ output: 'maybe' });
});

it('the job keeps each warning once, in the order in which they came', async () => {
  const running = await aRunningJob(farm, { worker });
  for (const warning of ['Two outputs.', null, 'Two outputs.', 'A folder that exists.'])
    expect(await allow(running, worker, warning)).toMatchObject({ ok: true });
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    job: { warnings: ['Two outputs.', 'A folder that exists.'] },
  });
});

it('an attempt that was asked to stop or lost may not publish, and nothing changes', async () => {
  const stopped = await aCancellingJob(farm, { worker });
  const lost = await anExpiredJob(farm, { worker });
  await recoverExpired(farm, { actor: 'recovery' });
  for (const [attempt, code] of [
    [stopped, 'stopRequested'],
    [lost, 'lostAttempt'],
  ] as const) {
    const { attemptId } = attempt;
    const result = { ok: false, rejection: { code, attemptId } };
    expect(await farm.trace(() => allow(attempt, worker, 'A warning.'))).toEqual({
      result,
      audit: [],
      changes: [],
      notifications: [],
    });
    expect(await findAttempt(farm.db, attemptId)).toMatchObject({ output: 'none' });
  }
});

/** The first attempt is lost after its yes, and the second attempt holds the job. */
async function aSecondAttempt() {
  const first = await aPublishingJob(farm, { worker, leaseMs: 0 });
  await recoverExpired(farm, { actor: 'recovery' });
  return { first, second: await claimAgain(farm, first.id, { worker: other }) };
}

it('no attempt may publish while another may, until the end of that one is proven', async () => {
  const { first, second } = await aSecondAttempt();
  const refused = {
    ok: false,
    rejection: { code: 'otherMayPublish', number: 1, host: 'render-01', output: 'maybe' },
  };
  expect(await farm.trace(() => allow(second))).toEqual({
    result: refused,
    audit: [],
    changes: [],
    notifications: [],
  });
  expect(await findAttempt(farm.db, second.attemptId)).toMatchObject({ output: 'none' });
  // The first attempt no longer holds the job, so it gets no yes either.
  expect(await allow(first)).toMatchObject({ rejection: { code: 'lostAttempt' } });

  await reportOrphan(worker, { attempt: attemptOf(first), reports: reports() });
  expect(await allow(second)).toMatchObject({ ok: true });
  expect(await findAttempt(farm.db, second.attemptId)).toMatchObject({ output: 'maybe' });
});

it('a host that was declared gone no longer blocks other attempts', async () => {
  const { first, second } = await aSecondAttempt();
  await farm.sql`
    update attempts set declared_at = now(), declared_by = 'ada', declared_reason = 'it burnt'
    where id = ${first.attemptId}`;
  expect(await allow(second)).toMatchObject({ ok: true });
});

it('an output that an earlier attempt has published is not published again', async () => {
  const first = await aPublishingJob(farm, { worker });
  await recordPublished(worker, publishedBy(attemptOf(first)));
  await releaseAttempt(worker, { attempt: attemptOf(first), reports: reports(), why: 'Ended.' });
  const second = await claimAgain(farm, first.id, { worker: other });
  expect(await allow(second)).toMatchObject({
    ...{ ok: true, isOut: true },
    held: { out: { output: 'none', allPublished: true } },
  });
  expect(await findAttempt(farm.db, second.attemptId)).toMatchObject({
    ...{ output: 'none', allPublished: true, publications: [{ what: FILM, state: 'skipped' }] },
  });
  expect(await findJobView(farm.db, first.id)).toMatchObject({ job: { output: 'published' } });
});

it('an output that may be out is published, and the job says so', async () => {
  const { first, second } = await aSecondAttempt();
  await reportOrphan(worker, { attempt: attemptOf(first), reports: reports() });
  expect(await allow(second)).toMatchObject({ ok: true, isOut: false });
  await recordPublished(other, publishedBy(attemptOf(second)));
  expect((await findJobView(farm.db, first.id))?.job.warnings).toEqual([
    'Attempt 1 on render-01 ended while it published: its output may be out.',
    `${FILM} may have been published twice: ` +
      'by attempt 1 on render-01 and by attempt 2 on render-02.',
  ]);
});

it('a cancel and the second gate at once: one comes first, and the other sees it', async () => {
  const running = await aRunningJob(farm, { worker });
  const cancel = await holdOpen(farm.db, (tx) =>
    cancelJob(within(tx, farm.admin), { id: running.id, reason: null }),
  );
  const allowed = allow(running);
  await waitUntilBlocked(farm.db);
  await cancel.commit();
  expect(await allowed).toMatchObject({ rejection: { code: 'stopRequested' } });
  expect(await findJobView(farm.db, running.id)).toMatchObject({ receipt: { output: 'none' } });

  const later = await aRunningJob(farm, { worker });
  const gate = await holdOpen(farm.db, (tx) => allow(later, within(tx, worker)));
  const cancelled = cancelJob(farm.admin, { id: later.id, reason: null });
  await waitUntilBlocked(farm.db);
  await gate.commit();
  expect(await cancelled).toMatchObject({
    view: { receipt: { outcome: 'cancelling', output: 'maybe' } },
  });
});
