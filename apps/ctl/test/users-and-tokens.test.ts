/* Users and tokens from the command line. */
import { beforeEach, expect, test } from 'vitest';
import { ADMIN, serveApi } from './serve-api.ts';

const api = serveApi(beforeEach);

test('users: added with a password from stdin, listed, changed', async () => {
  const added = await api.ctl(['users', 'add', 'sam', '--role', 'submitter', '--password-stdin'], {
    stdin: 'twelve and more\n',
  });
  expect(added).toEqual({ exitCode: 0, stdout: 'Added sam: submitter.\n', stderr: '' });
  const asSam = { RENDERDECK_USER: 'sam', RENDERDECK_PASSWORD: 'twelve and more' };
  expect(await api.ctl(['jobs', 'list'], { env: asSam })).toEqual({
    exitCode: 0,
    stdout: 'No jobs.\n',
    stderr: '',
  });

  const { stdout } = await api.ctl(['users', 'list']);
  expect(stdout).toMatch(
    new RegExp(
      '^NAME +ROLE +STATE +SESSIONS +LAST SEEN\n' +
        'ada +admin +enabled +1 .*\n' +
        'sam +submitter +enabled +0 .*\n$',
    ),
  );

  expect(await api.ctl(['users', 'set', 'sam', '--role', 'viewer', '--disable'])).toMatchObject({
    exitCode: 0,
    stdout: 'Changed sam: viewer, disabled.\n',
  });
  expect(await api.ctl(['jobs', 'list'], { env: asSam })).toMatchObject({
    exitCode: 1,
    stderr: 'ctl: wrong_credentials: Name or password is wrong.\n',
  });
  const back = await api.ctl(['users', 'set', 'sam', '--enable', '--password-stdin'], {
    stdin: 'another long one',
  });
  expect(back).toMatchObject({ exitCode: 0, stdout: 'Changed sam: viewer.\n' });
  expect(
    await api.ctl(['jobs', 'list'], { env: { ...asSam, RENDERDECK_PASSWORD: 'another long one' } }),
  ).toMatchObject({ exitCode: 0 });
});

test('password: a user changes their own password; a token has no password', async () => {
  const { exitCode, stdout } = await api.ctl(['password', '--password-stdin'], {
    stdin: 'a password of mine',
  });
  expect([exitCode, stdout]).toEqual([
    0,
    'Changed your password. Your other sessions have ended.\n',
  ]);
  const env = { RENDERDECK_USER: 'ada', RENDERDECK_PASSWORD: 'a password of mine' };
  const made = await api.ctl(['tokens', 'add', 'bot', '--role', 'viewer'], { env });
  expect(made.exitCode).toBe(0);
  const byToken = { RENDERDECK_TOKEN: made.stdout.trim() };
  expect(
    await api.ctl(['password', '--password-stdin'], { stdin: 'another long one', env: byToken }),
  ).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/^ctl: forbidden: A token has no/),
  });
});

test('tokens: only the secret is printed, it signs in, it is revoked', async () => {
  const made = await api.ctl([
    'tokens',
    'add',
    'render script',
    '--role',
    'submitter',
    '--expires-days',
    '30',
  ]);
  expect(made).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^\S+\n$/), stderr: '' });
  const env = { RENDERDECK_TOKEN: made.stdout.trim() };
  expect(await api.ctl(['jobs', 'list'], { env })).toMatchObject({ exitCode: 0 });
  expect((await api.ctl(['tokens', 'list'])).stdout).toMatch(
    /\nrender script +submitter +valid +ada /,
  );
  expect(await api.ctl(['tokens', 'revoke', 'render script'])).toMatchObject({
    exitCode: 0,
    stdout: 'Revoked render script.\n',
  });
  expect((await api.ctl(['tokens', 'list'])).stdout).toContain('revoked');
  const refused = await api.ctl(['jobs', 'list'], { env });
  expect(refused).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'ctl: unauthenticated: No valid session or token; sign in and try again.\n',
  });
});

test('sessions: the own session is listed; an ended session is gone', async () => {
  const { stdout } = await api.ctl(['sessions', 'list', '--json']);
  const [own] = JSON.parse(stdout).sessions;
  expect(own).toMatchObject({ user: 'ada', address: '127.0.0.1' });
  expect((await api.ctl(['sessions', 'list'])).stdout).toMatch(/^ID +USER +FROM .*\n\S+ +ada +127/);
  expect(await api.ctl(['sessions', 'end', own.id])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/^ctl: not_found: /),
  });
});

test('wrong passwords through a proxy lock out no ctl on the machine of the API', async () => {
  const guess = (address: string) =>
    fetch(`${api.url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      body: JSON.stringify({ username: ADMIN.RENDERDECK_USER, password: 'wrong' }),
    });
  const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => guess(`192.0.2.${at}`)));
  expect(answers.map(({ status }) => status)).toContain(429);
  expect(await api.ctl(['users', 'list'])).toMatchObject({ exitCode: 0, stderr: '' });
});
