import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { expect, test } from 'vitest';
import { AN_INSTANT, openRest } from './open-rest.ts';

const rest = openRest();
const { send } = rest;
const GONE = { confirmName: 'render-01', reason: 'The machine burned.' };
const URL = '/api/hosts/render-01/gone';

/** A job that was cancelled after render-01 fell silent. */
async function aLostCancel(): Promise<string> {
  await rest.host.signOn();
  await rest.submit();
  const id = await rest.host.claimNext();
  await send('ada', 'DELETE', `/api/jobs/${id}?waitMs=0`);
  await rest.host.silence();
  await rest.host.lose(id);
  return id;
}

test('a cancel on a host declared gone stays 202 and is never called cancelled', async () => {
  const id = await aLostCancel();
  expect((await send('vera', 'GET', '/api/jobs?open=true')).body).toMatchObject({ jobs: [{ id }] });
  const { status, body } = await send('ada', 'POST', URL, GONE);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    success: true,
    host: { name: 'render-01', openAttempts: 0, gone: { by: 'ada', reason: GONE.reason } },
    declared: [{ jobId: id, number: 1 }],
  });
  expect(await send('ada', 'DELETE', `/api/jobs/${id}`)).toMatchObject({
    status: 202,
    body: {
      message:
        'Job cancelled, but attempt 1 counts as ended only because ada declared render-01 gone',
      receipt: { outcome: 'declared', proof: null, declared: [{ number: 1, host: 'render-01' }] },
    },
  });
  expect((await send('vera', 'GET', '/api/jobs?open=true')).body).toMatchObject({ jobs: [] });
  await rest.host.prove(id);
  expect(await send('ada', 'DELETE', `/api/jobs/${id}`)).toMatchObject({
    status: 200,
    body: { message: 'Job cancelled successfully', receipt: { outcome: 'cancelled' } },
  });
});

test('another name, no reason, an unknown or a living host: nothing is declared', async () => {
  await rest.host.signOn();
  const other = await send('ada', 'POST', URL, { ...GONE, confirmName: 'render-02' });
  expectProblem(other, 400, 'invalid_input');
  expect(other.body).toMatchObject({ fields: [{ field: 'confirmName' }] });
  for (const reason of ['', '  ', 'x'.repeat(141), undefined])
    expectProblem(await send('ada', 'POST', URL, { ...GONE, reason }), 400, 'invalid_input');
  expectProblem(await send('ada', 'POST', URL, GONE), 409, 'host_heard');
  const unknown = { ...GONE, confirmName: 'ae 99/é' };
  const path = `/api/hosts/${encodeURIComponent(unknown.confirmName)}/gone`;
  expectProblem(await send('ada', 'POST', path, unknown), 404, 'host_not_found');
});

test('while its job is held: 409 that says what to wait for', async () => {
  await rest.host.signOn();
  await rest.submit();
  await rest.host.claimNext();
  await rest.host.silence();
  expectProblem(await send('ada', 'POST', URL, GONE), 409, 'host_holds_jobs');
});

test('open is true or false', async () => {
  const { body } = await send('vera', 'GET', '/api/jobs?open=false');
  const { body: all } = await send('vera', 'GET', '/api/jobs');
  expect(body).toEqual({ ...Object(all), at: AN_INSTANT });
  expectProblem(await send('vera', 'GET', '/api/jobs?open=1'), 400, 'invalid_input');
});
