import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { expect, test } from 'vitest';
import { openRest } from './open-rest.ts';

const rest = openRest();
const { send } = rest;
const RELEASE = { reason: 'The machine was replaced.' };
const URL = '/api/hosts/render-01/release';

test('the name of a silent host is handed over, and again without a change', async () => {
  await rest.host.signOn();
  await rest.host.silence();
  for (const _time of ['first', 'again'])
    expect(await send('ada', 'POST', URL, RELEASE)).toMatchObject({
      status: 200,
      body: { success: true, host: { name: 'render-01', released: { by: 'ada' } } },
    });
  await rest.host.signOn();
  expect((await send('vera', 'GET', '/api/hosts')).body).toMatchObject({
    hosts: [{ name: 'render-01', released: null }],
  });
});

test('no reason, an unknown or a living host: the name stays', async () => {
  await rest.host.signOn();
  for (const reason of ['', '  ', 'x'.repeat(141), undefined])
    expectProblem(await send('ada', 'POST', URL, { reason }), 400, 'invalid_input');
  const refused = await send('ada', 'POST', URL, RELEASE);
  expectProblem(refused, 409, 'host_heard');
  expect(refused.body).toMatchObject({ detail: expect.stringContaining('render-01 was heard at') });
  expectProblem(
    await send('ada', 'POST', '/api/hosts/nowhere/release', RELEASE),
    404,
    'host_not_found',
  );
});
