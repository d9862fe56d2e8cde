/* A session cookie that this server did not make counts as none, whatever its parts are. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFarm, PASSWORD, type TestApi, type TestFarm } from '../../testing/open-farm.ts';

let farm: TestFarm;
let api: TestApi;
beforeAll(async () => {
  farm = await openFarm({ users: ['vera'] });
  api = await farm.serve();
});
afterAll(() => farm.close());

/** A cookie of eight parts: prefix, key, salt, vector, data, expiration, salt, signature. */
const forge = (prefix: string, key: string, expiration: string) =>
  `renderdeck_session=${prefix}*${key}*salt*iv*data*${expiration}*salt*hmac~2`;

const FORGED = [
  ['a wrong prefix', forge('Fe26.1', '1', '')],
  ['an expiration that is no number', forge('Fe26.2', '1', 'soon')],
  ['the name of an inherited property as key', forge('Fe26.2', 'toString', '')],
  ['a wrong signature', forge('Fe26.2', '1', '')],
] as const;

test.each(FORGED)('a request whose cookie has %s is answered 401', async (_what, cookie) => {
  const { status, body } = await api.send({ cookie }, 'GET', '/api/jobs');
  expect([status, body]).toMatchObject([401, { code: 'unauthenticated' }]);
});

test.each(FORGED)('a login whose old cookie has %s succeeds', async (_what, cookie) => {
  const credentials = { username: 'vera', password: PASSWORD };
  const { status, headers } = await api.send({ cookie }, 'POST', '/api/session', credentials);
  expect([status, headers.get('set-cookie')]).toEqual([
    200,
    expect.stringMatching(/^renderdeck_session=Fe26[.]2[*]1[*]/),
  ]);
});
