/* Sign-in and session cookies, on every API server of the database. */
import { sealData } from 'iron-session';
import { expect, test, vi } from 'vitest';
import { authenticator } from '../../src/authenticate.ts';
import {
  apiOfFile,
  farmOfFile,
  PASSWORD,
  SECRET,
  type TestApi,
  type Who,
} from '../../testing/open-farm.ts';

const NEWER_SECRET = 'the second secret of these tests, long';
const farm = farmOfFile();
const api = apiOfFile(farm);
const other = apiOfFile(farm);

const statusOf = async (of: TestApi, who: Who, headers: Record<string, string> = {}) =>
  (await of.send(who, 'GET', '/api/jobs', undefined, headers)).status;
const seal = async (session: object, password = SECRET) =>
  `renderdeck_session=${await sealData(session, { password: { '1': password } })}`;

test('a cookie is valid on every server until its user signs out, then on none', async () => {
  const session = await api.signIn('sam');
  expect([await statusOf(api, session), await statusOf(other, session)]).toEqual([200, 200]);
  expect(await api.trpc(session).me.query()).toMatchObject({
    user: { name: 'sam', role: 'submitter' },
  });
  const { headers } = await other.send(session, 'DELETE', '/api/session');
  expect(headers.get('set-cookie')).toMatch(/^renderdeck_session=; .*Max-Age=0/i);
  // The server that signs out knows at once, the others by the notification.
  expect(await statusOf(other, session)).toBe(401);
  await expect.poll(() => statusOf(api, session)).toBe(401);
});

/** A cookie of eight parts: prefix, key, salt, vector, data, expiration, salt, signature. */
const forge = (prefix: string, key: string, expiration: string) =>
  `renderdeck_session=${prefix}*${key}*salt*iv*data*${expiration}*salt*hmac~2`;
const FORGED = [
  forge('Fe26.1', '1', ''),
  forge('Fe26.2', '1', 'soon'),
  // The name of an inherited property as key.
  forge('Fe26.2', 'toString', ''),
  forge('Fe26.2', '1', ''),
];

test.each(FORGED)('a sign-in with the forged cookie %s gets a cookie', async (cookie) => {
  const credentials = { username: 'vera', password: PASSWORD };
  const { status, headers } = await api.send({ cookie }, 'POST', '/api/session', credentials);
  const made = expect.stringMatching(/^renderdeck_session=Fe26[.]2[*]1[*]/);
  expect([status, headers.get('set-cookie')]).toEqual([200, made]);
});

test('a cookie that this farm did not seal, or that is cut or empty, is anonymous', async () => {
  const { cookie } = await api.signIn('ada');
  const id = (await farm.sql`SELECT id FROM sessions ORDER BY created_at DESC LIMIT 1`)[0]?.id;
  const bad = [
    ...FORGED,
    'renderdeck_session=',
    'renderdeck_session=%',
    'renderdeck_session=%E0%A4%A',
    'renderdeck_session=Fe26.2*1*forged',
    cookie.slice(0, -5),
    cookie.replace('renderdeck_session', 'session'),
    await seal({ id }, NEWER_SECRET),
    await seal({}),
    await seal({ id: 'x' }),
    await seal({ id: [id] }),
  ];
  for (const forged of bad)
    expect([forged, await statusOf(api, { cookie: forged })]).toEqual([forged, 401]);
  expect(await statusOf(api, { cookie: await seal({ id }) })).toBe(200);
  expect(await statusOf(api, { cookie: `theme=dark; ${cookie}; lang=de` })).toBe(200);
});

test('the database decides when a session ends, whatever the clock of the API says', async () => {
  const { cookie } = await api.signIn('sam');
  const [{ id } = { id: '' }] =
    await farm.sql`SELECT id FROM sessions ORDER BY created_at DESC LIMIT 1`;
  const authenticate = () =>
    authenticator(farm.db, [SECRET], () => false).of(
      Object.assign(Object.create(null), { headers: { cookie } }),
      false,
    )();
  for (const days of [-400, 400]) {
    vi.setSystemTime(Date.now() + days * 86_400_000);
    expect(await authenticate()).toMatchObject({ actor: { name: 'sam' } });
    vi.useRealTimers();
  }
  await farm.sql`UPDATE sessions SET expires_at = now() - interval '1 second' WHERE id = ${id}`;
  expect([await statusOf(other, { cookie }), (await authenticate()).actor.kind]).toEqual([
    401,
    'anonymous',
  ]);
});

test('the cookie is HttpOnly and SameSite=Strict, and Secure behind an https proxy', async () => {
  const signIn = async (of: TestApi, headers: Record<string, string> = {}) =>
    (
      await of.send(null, 'POST', '/api/session', { username: 'vera', password: PASSWORD }, headers)
    ).headers.get('set-cookie') ?? '';
  const attributes = (cookie: string) => cookie.split('; ').slice(1).sort();
  const plain = attributes(await signIn(api));
  const [{ ends } = { ends: new Date(0) }] =
    await farm.sql`SELECT max(expires_at) AS ends FROM sessions`;
  expect(plain).toEqual([`Expires=${ends.toUTCString()}`, 'HttpOnly', 'Path=/', 'SameSite=Strict']);
  const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'desk.example' };
  const [trusting, distrusting] = [
    await farm.serve({ trustProxy: '127.0.0.1' }),
    await farm.serve({ trustProxy: '203.0.113.1' }),
  ];
  expect(attributes(await signIn(trusting, proxied))).toContain('Secure');
  for (const [server, headers] of [
    [trusting, {}],
    [distrusting, proxied],
    [api, proxied],
  ] as const)
    expect(attributes(await signIn(server, headers))).not.toContain('Secure');
});

test('X-Forwarded-For counts only from a named proxy, in the audit log and limits', async () => {
  const [trusting, distrusting] = [
    await farm.serve({ trustProxy: '127.0.0.1' }),
    await farm.serve({ trustProxy: '203.0.113.1' }),
  ];
  const seenFrom = async (of: TestApi) => {
    await of.send(
      null,
      'POST',
      '/api/session',
      { username: 'vera', password: 'wrong' },
      { 'x-forwarded-for': '198.51.100.77' },
    );
    return (
      await farm.sql`SELECT address FROM audit_log WHERE action = 'login' ORDER BY id DESC LIMIT 1`
    )[0]?.address;
  };
  expect([await seenFrom(trusting), await seenFrom(distrusting), await seenFrom(api)]).toEqual([
    '198.51.100.77',
    '127.0.0.1',
    '127.0.0.1',
  ]);
});

test('an unknown user, a wrong password and a disabled user get the same answer', async () => {
  await api.trpc('ada').createUser.mutate({ name: 'gone', role: 'viewer', password: PASSWORD });
  await api.trpc('ada').updateUser.mutate({ name: 'gone', disabled: true });
  const answers = [];
  for (const [username, password] of [
    ['nobody', 'wrong'],
    ['vera', 'wrong'],
    ['gone', PASSWORD],
  ] as const) {
    const { status, headers, body } = await api.send(null, 'POST', '/api/session', {
      username,
      password,
    });
    const trpc = await api.send(null, 'POST', '/trpc/login', { username, password });
    const bodies = JSON.stringify([body, trpc.body]).replaceAll(
      /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
      '',
    );
    answers.push([status, trpc.status, [...headers.keys()].sort().join(' '), bodies]);
  }
  expect(answers[0]?.slice(0, 2)).toEqual([401, 401]);
  expect(answers[0]?.[2]).not.toContain('set-cookie');
  expect(answers).toEqual([answers[0], answers[0], answers[0]]);
});

test('a server with a newer key opens older cookies and seals with the newer key', async () => {
  const old = await api.signIn('sam');
  const rotated = await farm.serve({ sessionSecrets: [NEWER_SECRET, SECRET] });
  expect(await statusOf(rotated, old)).toBe(200);
  const fresh = await rotated.signIn('sam');
  expect(await statusOf(rotated, fresh)).toBe(200);
  expect(await statusOf(api, fresh)).toBe(401);
});
