/* The two gates before an output is put out: who passes them, and what the job then says. */
import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import {
  allowPublish,
  cancelJob,
  findAttempt,
  findJobView,
  passPublishGate,
  recordPublished,
  type WorkerContext,
} from '../../src/index.ts';
import {
  aFarm,
  aPublishingJob,
  aRunningJob,
  asking,
  attemptOf,
  cancel,
  claimAgain,
  expectAudit,
  FILM,
  NO_TRACE,
  prove,
  publishedBy,
  type RunningJob,
  recoverExpired,
  release,
  within,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
const other = farm.workerOfFile('render-02');
const pass = (running: RunningJob, by: WorkerContext = running.worker) =>
  passPublishGate(by, attemptOf(running));
const allow = (
  running: RunningJob,
  by: WorkerContext = running.worker,
  warning: string | null = null,
) => allowPublish(by, asking(attemptOf(running), { warning }));

it.each([
  ['first', 'passPublishGate', pass, 'none'],
  ['second', 'allowPublish', allow, 'maybe'],
] as const)(
  'an attempt that holds its job passes the %s gate (%s); its output is known from the second on',
  async (_which, event, gate, output) => {
    const running = await aRunningJob(farm, { worker });
    const seen = await farm.trace(() => gate(running));
    expect(seen.result).toMatchObject({ ok: true });
    expectAudit(seen);
    expect(seen.changes).toMatchObject([
      {
        ...{ event, version: 3, from: 'RENDERING', to: 'RENDERING', actor: 'render-01' },
        ...{ left: false, entered: false },
      },
    ]);
    expect(seen.notifications).toEqual([]);
    expect(await findJobView(farm.db, running.id)).toMatchObject({ job: { output } });
    const attempt = await findAttempt(farm.db, running.attemptId);
    expect(attempt).toMatchObject({ output, outcome: null });
  },
);

it('the job keeps each warning once, in the order in which they came', async () => {
  const running = await aRunningJob(farm, { worker });
  for (const warning of ['Two outputs.', null, 'Two outputs.', 'A folder that exists.'])
    expect(await allow(running, worker, warning)).toMatchObject({ ok: true });
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    job: { warnings: ['Two outputs.', 'A folder that exists.'] },
  });
});

it.each([
  ['first', pass, 'none'],
  ['second', allow, 'maybe'],
] as const)(
  'a cancel and the %s gate at once: one comes first, and the other sees it',
  async (_which, gate, output) => {
    const running = await aRunningJob(farm, { worker });
    const cancelling = await holdOpen(farm.db, (tx) =>
      cancelJob(within(tx, farm.admin), { id: running.id, reason: null }),
    );
    const passed = gate(running);
    await waitUntilBlocked(farm.db);
    await cancelling.commit();
    expect(await passed).toMatchObject({ rejection: { code: 'stopRequested' } });
    expect(await findJobView(farm.db, running.id)).toMatchObject({ receipt: { output: 'none' } });

    const later = await aRunningJob(farm, { worker });
    const passing = await holdOpen(farm.db, (tx) => gate(later, within(tx, worker)));
    const cancelled = cancel(farm, later.id);
    await waitUntilBlocked(farm.db);
    await passing.commit();
    expect(passing.result).toMatchObject({ ok: true });
    expect(await cancelled).toMatchObject({
      view: { receipt: { outcome: 'cancelling', output } },
    });
  },
);

/** The first attempt is lost after its yes, and the second attempt holds the job. */
async function aSecondAttempt() {
  const first = await aPublishingJob(farm, { worker, leaseMs: 0 });
  await recoverExpired(farm);
  return { first, second: await claimAgain(farm, first.id, { worker: other }) };
}

it('no attempt may publish while another may, until the end of that one is proven', async () => {
  const { first, second } = await aSecondAttempt();
  const rejection = { code: 'otherMayPublish', number: 1, host: 'render-01', output: 'maybe' };
  expect(await farm.trace(() => allow(second))).toEqual({
    result: { ok: false, rejection },
    ...NO_TRACE,
  });
  expect(await findAttempt(farm.db, second.attemptId)).toMatchObject({ output: 'none' });
  // The first attempt no longer holds the job, so it gets no yes either.
  expect(await allow(first)).toMatchObject({ rejection: { code: 'lostAttempt' } });

  await prove(first);
  expect(await allow(second)).toMatchObject({ ok: true, isOut: false });
  expect(await findAttempt(farm.db, second.attemptId)).toMatchObject({ output: 'maybe' });

  await recordPublished(other, publishedBy(attemptOf(second)));
  expect((await findJobView(farm.db, first.id))?.job.warnings).toEqual([
    'Attempt 1 on render-01 ended while it published: its output may be out.',
    `${FILM} may have been published twice: ` +
      'by attempt 1 on render-01 and by attempt 2 on render-02.',
  ]);
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
  await release(first);
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
