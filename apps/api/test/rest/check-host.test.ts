import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { expect, test } from 'vitest';
import { openRest } from './open-rest.ts';

const rest = openRest();
const { send } = rest;
const URL = '/api/hosts/render-01/check';

test('a host that answers gives 200 with its check, a late one gives 202', async () => {
  await rest.host.signOn();
  expect(await send('ada', 'POST', URL, { waitMs: 0 })).toMatchObject({
    status: 202,
    body: { success: true, finished: false, host: { checkAsked: { by: 'ada' }, check: null } },
  });
  await rest.host.answerCheck();
  const asked = send('ada', 'POST', URL, {});
  await rest.host.answerCheck();
  expect(await asked).toMatchObject({
    status: 200,
    body: { success: true, finished: true, host: { checkAsked: null, check: { held: true } } },
  });
});

test('a silent or unknown host, or a wait that is too long, is refused', async () => {
  await rest.host.signOn();
  expectProblem(await send('ada', 'POST', URL, { waitMs: 300_001 }), 400, 'invalid_input');
  await rest.host.silence();
  expectProblem(await send('ada', 'POST', URL, {}), 409, 'host_not_heard');
  expectProblem(await send('ada', 'POST', '/api/hosts/nowhere/check', {}), 404, 'host_not_found');
});
