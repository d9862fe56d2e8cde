import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { expect, test } from 'vitest';
import { AN_INSTANT, openRest } from './open-rest.ts';

const rest = openRest();

/** One job that renders on render-01. */
async function withRunningJob() {
  await rest.submit();
  return { send: rest.send, id: await rest.host.claimNext() };
}

test('a queued job is cancelled at once: 200, the message and the whole receipt', async () => {
  const { send } = rest;
  const id = await rest.submit('Intro');
  const { status, body } = await send('ada', 'DELETE', `/api/jobs/${id}`, {
    reason: 'wrong colours',
  });
  expect(status).toBe(200);
  expect(body).toEqual({
    success: true,
    message: 'Job cancelled successfully',
    receipt: {
      number: 1,
      outcome: 'cancelled',
      output: 'none',
      requestedBy: 'ada',
      requestedAt: AN_INSTANT,
      channel: 'rest',
      reason: 'wrong colours',
      attempt: null,
      host: null,
      deliveredAt: null,
      deliveredWithProof: false,
      processes: [],
      proof: 'noProcess',
      survivors: [],
      files: { removed: 0, bytes: 0, leftovers: [] },
      firstSignalAt: null,
      deadAt: AN_INSTANT,
      timeToDeadMs: 0,
      timeToCleanMs: 0,
      askToProofMs: 0,
      warnings: [],
      openAttempts: [],
      declared: [],
      awaitedHosts: [],
      confirmedAt: AN_INSTANT,
    },
  });
});

test('a running job whose host proves the stop: 200 with every process', async () => {
  const { send, id } = await withRunningJob();
  const asked = send('ada', 'DELETE', `/api/jobs/${id}`);
  await rest.host.untilAsked(id);
  await rest.host.acknowledge(id);
  expect(await asked).toMatchObject({
    status: 200,
    body: {
      message: 'Job cancelled successfully',
      receipt: {
        outcome: 'cancelled',
        proof: 'kernel',
        host: 'render-01',
        processes: [{ pid: 4100, endedBy: 'SIGTERM' }, {}, {}],
        timeToDeadMs: expect.any(Number),
        askToProofMs: expect.any(Number),
        deliveredAt: AN_INSTANT,
        deliveredWithProof: true,
      },
    },
  });
});

test('202 until the host confirms, with the same receipt each time; then 200', async () => {
  const { send, id } = await withRunningJob();
  const first = await send('ada', 'DELETE', `/api/jobs/${id}?waitMs=0&reason=late`);
  expect(first).toMatchObject({
    status: 202,
    body: {
      success: true,
      message: 'Stop requested; render-01 has not yet confirmed that nothing of the job runs',
      receipt: { outcome: 'cancelling', reason: 'late', proof: null },
    },
  });
  expect(await send('ada', 'DELETE', `/api/jobs/${id}?waitMs=0&reason=another`)).toMatchObject({
    status: 202,
    body: first.body,
  });
  await rest.host.acknowledge(id);
  expect(await send('ada', 'DELETE', `/api/jobs/${id}`)).toMatchObject({
    status: 200,
    body: { receipt: { outcome: 'cancelled', reason: 'late' } },
  });
});

test('the answer waits for the host, also where the request had a body', async () => {
  const { send, id } = await withRunningJob();
  const asked = send('ada', 'DELETE', `/api/jobs/${id}?waitMs=20000`, { reason: 'late' });
  await rest.host.untilAsked(id);
  await rest.host.acknowledge(id);
  expect(await asked).toMatchObject({ status: 200, body: { receipt: { outcome: 'cancelled' } } });
});

test('survivors keep it at 202 and are counted in the message', async () => {
  const { send, id } = await withRunningJob();
  await send('ada', 'DELETE', `/api/jobs/${id}?waitMs=0`);
  await rest.host.reportSurvivors(id, [{ pid: 4102, name: 'AfterFX', state: 'D' }]);
  expect(await send('ada', 'DELETE', `/api/jobs/${id}?waitMs=0`)).toMatchObject({
    status: 202,
    body: {
      message:
        "Stop requested; 1 of the job's processes on render-01 still run and are tried again",
      receipt: { outcome: 'cancelling', survivors: [{ pid: 4102, name: 'AfterFX', state: 'D' }] },
    },
  });
});

test('a host that was lost leaves it unconfirmed: 202 that says so', async () => {
  const { send, id } = await withRunningJob();
  await send('ada', 'DELETE', `/api/jobs/${id}?waitMs=0`);
  await rest.host.lose(id);
  expect(await send('ada', 'DELETE', `/api/jobs/${id}`)).toMatchObject({
    status: 202,
    body: {
      message: 'Job cancelled, but attempt 1 on render-01 is not proven to have ended',
      receipt: { outcome: 'unconfirmed', openAttempts: [{ number: 1, host: 'render-01' }] },
    },
  });
});

test('a job that finished first: 200 that does not call it cancelled', async () => {
  const { send, id } = await withRunningJob();
  await rest.host.passGate(id);
  await send('ada', 'DELETE', `/api/jobs/${id}?waitMs=0`);
  await rest.host.complete(id);
  expect(await send('ada', 'DELETE', `/api/jobs/${id}`)).toMatchObject({
    status: 200,
    body: {
      success: true,
      message: 'The job finished before it could be stopped; its output is published',
      receipt: { outcome: 'finishedFirst', output: 'published' },
    },
  });
});

test('an empty JSON body is none: clients send one with DELETE', async () => {
  const { send } = rest;
  const id = await rest.submit('Intro');
  const answer = await send('ada', 'DELETE', `/api/jobs/${id}`, '', {
    'content-type': 'application/json',
  });
  expect(answer).toMatchObject({ status: 200, body: { receipt: { reason: null } } });
});

test('a job that ended on its own: 409 that says how and when', async () => {
  const { send, id } = await withRunningJob();
  await rest.host.complete(id);
  expectProblem(await send('ada', 'DELETE', `/api/jobs/${id}`), 409, 'job_already_ended', {
    jobStatus: 'COMPLETED',
    endedAt: AN_INSTANT,
  });
  expect(await rest.audit()).toMatchObject([
    { action: 'cancelJob', outcome: 'refused', code: 'job_already_ended', jobId: id },
  ]);
});

test('401, 403, 404 for an unknown job, 400 for a bad id; nothing is stopped', async () => {
  const { send, id } = await withRunningJob();
  expectProblem(await send(null, 'DELETE', `/api/jobs/${id}`), 401, 'unauthenticated');
  expectProblem(await send('sam', 'DELETE', `/api/jobs/${id}`), 403, 'forbidden');
  expectProblem(
    await send('ada', 'DELETE', `/api/jobs/${crypto.randomUUID()}`),
    404,
    'job_not_found',
  );
  expectProblem(await send('ada', 'DELETE', '/api/jobs/x'), 400, 'invalid_input');
  expect((await rest.job(id))?.status).toBe('RENDERING');
  expect((await rest.audit()).map(({ code }) => code)).toEqual([
    'unauthenticated',
    'forbidden',
    'job_not_found',
    'invalid_input',
  ]);
});

test.each([
  ['?waitMs=soon', undefined, 'waitMs: waitMs is a whole number of milliseconds from 0 to 60000.'],
  ['?waitMs=60001', undefined, 'waitMs: waitMs is a whole number of milliseconds from 0 to 60000.'],
  ['', { reason: 5 }, 'reason: A reason is text.'],
  ['', { reason: 'x'.repeat(141) }, 'reason: A reason has at most 140 characters.'],
])('DELETE /api/jobs/:id%s with body %j is a 400', async (query, body, detail) => {
  const { send, id } = await withRunningJob();
  expectProblem(
    await send('ada', 'DELETE', `/api/jobs/${id}${query}`, body),
    400,
    'invalid_input',
    { detail },
  );
});
