import { FAKE_PASSWORD } from '@renderdeck/contract/testing/fake-admin-port';
import { expect, test } from 'vitest';
import { expectProblem, serveRest } from './serve-rest.ts';

test('POST /api/session signs in: 200, who it is, and the cookie', async () => {
  const { send, cookies } = serveRest();
  const answer = await send(null, 'POST', '/api/session', {
    username: 'sam',
    password: FAKE_PASSWORD,
  });
  expect(answer).toMatchObject({
    status: 200,
    body: { success: true, user: { name: 'sam', role: 'submitter' } },
  });
  expect(Object.keys(answer.body ?? {})).toEqual(['success', 'user']);
  expect(cookies).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
});

test('a wrong password and an unknown user get the same 401, and no cookie', async () => {
  const { send, cookies, fake } = serveRest();
  const wrong = await send(null, 'POST', '/api/session', { username: 'sam', password: 'wrong' });
  const unknown = await send(null, 'POST', '/api/session', {
    username: 'nobody',
    password: 'wrong',
  });
  expectProblem(wrong, 401, 'wrong_credentials', { detail: 'Name or password is wrong.' });
  expectProblem(unknown, 401, 'wrong_credentials', { detail: 'Name or password is wrong.' });
  expect(cookies).toEqual([]);
  expect(fake.audit.map(({ action, outcome, actor }) => [action, outcome, actor.name])).toEqual([
    ['login', 'refused', 'sam'],
    ['login', 'refused', 'nobody'],
  ]);
});

test.each([
  [undefined, 'username: username is missing.'],
  [{ username: 'sam' }, 'password: password is missing.'],
  [{ username: '', password: 'x' }, 'username: username is empty.'],
  [['sam'], 'username: username is missing.'],
])('POST /api/session with body %j is a 400 that names the field', async (body, detail) => {
  expectProblem(await serveRest().send(null, 'POST', '/api/session', body), 400, 'invalid_input', {
    detail,
  });
});

test('DELETE /api/session signs out with 204 and no body, signed in or not', async () => {
  const { send, cookies, fake } = serveRest();
  expect(await send('ada', 'DELETE', '/api/session')).toMatchObject({
    status: 204,
    body: undefined,
  });
  expect(await send(null, 'DELETE', '/api/session')).toMatchObject({
    status: 204,
    body: undefined,
  });
  expect(cookies).toEqual([null, null]);
  const { port } = fake.contextOf(null);
  expect(fake.audit).toHaveLength(2);
  expect(port).toBe(fake.port);
});
