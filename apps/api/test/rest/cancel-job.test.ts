import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { expect, test } from 'vitest';
import { openRest } from './open-rest.ts';

const rest = openRest();

/** One job that renders on render-01. */
async function withRunningJob() {
  await rest.submit();
  return { send: rest.send, id: await rest.host.claimNext() };
}

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

test('an empty JSON body is none: clients send one with DELETE', async () => {
  const { send } = rest;
  const id = await rest.submit('Intro');
  const answer = await send('ada', 'DELETE', `/api/jobs/${id}`, '', {
    'content-type': 'application/json',
  });
  expect(answer).toMatchObject({ status: 200, body: { receipt: { reason: null } } });
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
