/* The API as a program: how it starts, and what it reports when it cannot start. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { programCommand } from '@renderdeck/testing/program-command';
import { expect, test } from 'vitest';
import { farmOfFile, openFarm, PASSWORD, SECRET } from '../../testing/open-farm.ts';
import { startApi } from '../../testing/start-api.ts';

const farm = farmOfFile();

test.each([
  [
    'settings that do not fit',
    { DATABASE_URL: '', PORT: 'x' },
    'DATABASE_URL is a postgres:// URL. PORT is a port number.',
  ],
  [
    'a database that is not migrated',
    { DATABASE_URL: process.env.RENDERDECK_TEST_POSTGRES ?? '' },
    'run `npx -y pnpm@10.34.9 migrate`',
  ],
  [
    'a database that does not answer',
    { DATABASE_URL: 'postgres://renderdeck:x@127.0.0.1:9/renderdeck' },
    'The database at 127.0.0.1:9 cannot be reached: nothing listens there.',
  ],
])('%s: exit code 1 and the sentence', async (_what, env, sentence) => {
  const api = await startApi(env);
  expect(await api.exited).toEqual({ code: 1, signal: null });
  expect(api.said()).toMatch(/^renderdeck api: [^\n]*\n$/);
  expect(api.said()).toContain(sentence);
});

test('an unknown command: exit code 1, and where the help is', async () => {
  const command = await programCommand('apps/api/src/main.ts');
  const api = await startApi({}, { command: [...command, 'serve'], cwd: process.cwd() });
  expect(await api.exited).toEqual({ code: 1, signal: null });
  expect(api.said()).toMatch(/^renderdeck api: There is no serve: see `[^\n]*api --help`\.\n$/);
});

test('a database user without permissions: exit code 1, the lack, and the grant', async () => {
  const url = await farm.database.urlAs('renderdeck_worker');
  const expectExit = async (lacks: string) => {
    const api = await startApi({ DATABASE_URL: url, RENDERDECK_ADMIN_PASSWORD: PASSWORD });
    expect(await api.exited).toEqual({ code: 1, signal: null });
    expect(api.said()).toMatch(
      /^renderdeck api: The database lets .* do too little .*have "GRANT renderdeck_api TO .*\n$/,
    );
    expect(api.said()).toContain(lacks);
  };
  await expectExit('select on users');
  await farm.sql`REVOKE renderdeck_worker FROM ${farm.sql(new URL(url).username)}`;
  await expectExit('usage on schema drizzle');
});

test('a taken port: exit code 1, which port, and what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  const api = await startApi({
    DATABASE_URL: farm.database.url,
    PORT: port,
    RENDERDECK_LOG_LEVEL: 'silent',
  });
  expect(await api.exited).toEqual({ code: 1, signal: null });
  expect(api.said()).toBe(
    `renderdeck api: Port ${port} on 127.0.0.1 is taken; ` +
      'stop what uses it, or set PORT to another.\n',
  );
  other.close();
});

test('the first admin is created once, where no user can sign in', async () => {
  const empty = await openFarm();
  await empty.sql`TRUNCATE users CASCADE`;
  const env = {
    DATABASE_URL: empty.database.url,
    RENDERDECK_ADMIN_USER: 'root',
    RENDERDECK_ADMIN_PASSWORD: PASSWORD,
  };
  const first = await startApi(env);
  expect(first.madeAdmin).toBe('root');
  expect(await first.end()).toEqual({ code: 0, signal: null });
  const second = await startApi({ ...env, RENDERDECK_ADMIN_PASSWORD: 'quite another password' });
  expect(second.madeAdmin).toBeNull();
  const signIn = (password: string) =>
    second.ask('', 'POST', '/api/session', { username: 'root', password });
  expect([
    (await signIn(PASSWORD)).status,
    (await signIn('quite another password')).status,
  ]).toEqual([200, 401]);
  expect(await second.end('SIGINT')).toEqual({ code: 0, signal: null });
  await empty.close();
});

test('the old session key opens older cookies, and both keys open newer ones', async () => {
  const before = await (await farm.serve()).signIn('vera');
  const statusOf = async (url: string, { cookie }: { cookie: string }) =>
    (await fetch(`${url}/api/jobs`, { headers: { cookie } })).status;
  const newer = {
    DATABASE_URL: farm.database.url,
    RENDERDECK_SESSION_SECRET: 'a newer, one key although it has a comma',
    RENDERDECK_LOG_LEVEL: 'silent',
  };
  const rotating = await startApi({ ...newer, RENDERDECK_OLD_SESSION_SECRET: SECRET });
  expect(await statusOf(rotating.url, before)).toBe(200);
  const credentials = { username: 'vera', password: PASSWORD };
  const signedIn = await rotating.ask('', 'POST', '/api/session', credentials);
  const fresh = { cookie: signedIn.headers.get('set-cookie')?.split(';')[0] ?? '' };
  expect(await statusOf(rotating.url, fresh)).toBe(200);
  await rotating.end();
  const rotated = await startApi(newer);
  expect([await statusOf(rotated.url, before), await statusOf(rotated.url, fresh)]).toEqual([
    401, 200,
  ]);
  await rotated.end();
});
