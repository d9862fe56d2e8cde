import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { expect, test } from 'vitest';
import { PASSWORD } from '../../testing/open-farm.ts';
import { openRest } from './open-rest.ts';

const rest = openRest();
const TAKEN_BACK = /^renderdeck[\w-]*=;.*Max-Age=0/;

test.each([
  [undefined, 'username: username is missing.'],
  [{ username: 'sam' }, 'password: password is missing.'],
  [{ username: '', password: 'x' }, 'username: username is empty.'],
  [['sam'], 'username: username is missing.'],
])('POST /api/session with body %j is a 400 that names the field', async (body, detail) => {
  expectProblem(await rest.send(null, 'POST', '/api/session', body), 400, 'invalid_input', {
    detail,
  });
});

test('DELETE /api/session signs out with 204 and no body, signed in or not', async () => {
  const { send } = rest;
  const session = await rest.signIn('ada');
  for (const headers of [session, {}]) {
    const answer = await send(null, 'DELETE', '/api/session', undefined, headers);
    expect(answer).toMatchObject({ status: 204, body: undefined });
    expect(String(answer.headers['set-cookie'])).toMatch(TAKEN_BACK);
  }
  const lines = (await rest.audit()).filter(({ action }) => action === 'logout');
  expect(lines).toHaveLength(1);
  expect((await send(null, 'GET', '/api/jobs', undefined, session)).status).toBe(401);
});

test('PUT /api/session/password: the other sessions end; a wrong one is a 403', async () => {
  const { send } = rest;
  const [own, other] = [await rest.signIn('vera'), await rest.signIn('vera')];
  const next = 'a new and long password';
  const change = (current: string, session: Record<string, string> | undefined = own) =>
    send(null, 'PUT', '/api/session/password', { current, next }, session);
  expectProblem(await change('wrong'), 403, 'wrong_password');
  expectProblem(await change(PASSWORD, {}), 401, 'unauthenticated');
  expect(await change(PASSWORD)).toMatchObject({ status: 200, body: { success: true } });
  expect((await send(null, 'GET', '/api/jobs', undefined, own)).status).toBe(200);
  expect((await send(null, 'GET', '/api/jobs', undefined, other)).status).toBe(401);
  const signIn = (password: string) =>
    send(null, 'POST', '/api/session', { username: 'vera', password });
  expect([(await signIn(PASSWORD)).status, (await signIn(next)).status]).toEqual([401, 200]);
  const lines = (await rest.audit()).filter(({ action }) => action === 'changePassword');
  expect(lines.map(({ outcome, code }) => [outcome, code])).toEqual([
    ['refused', 'wrong_password'],
    ['refused', 'unauthenticated'],
    ['done', null],
  ]);
});
