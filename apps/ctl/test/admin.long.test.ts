/* `ctl admin` on a database without users, started in each way. Only secrets go to stdout. */
import { utimes } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { openFarm, type TestFarm } from '@renderdeck/api/testing';
import { programCommand } from '@renderdeck/testing/program-command';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';

const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url));
/** Every way in which the README and people start ctl. */
const WAYS = [
  ['npx', '-y', 'pnpm@10.34.9', 'ctl'],
  ['node_modules/.bin/ctl'],
  ['node', '--import', 'tsx', 'apps/ctl/src/main.ts'],
] as const;

let farm: TestFarm;
let url: string;
let bundled: readonly string[];
beforeAll(async () => {
  farm = await openFarm({ users: [] });
  ({ url } = await farm.serve());
  bundled = await programCommand('apps/ctl/src/main.ts');
});
afterAll(() => farm.close());

async function ctl(
  args: readonly string[],
  env: Record<string, string> = { DATABASE_URL: farm.database.url },
  { way = bundled, input = '' }: { way?: readonly string[]; input?: string } = {},
) {
  const [program = '', ...before] = way;
  const { exitCode, stdout, stderr } = await execa(program, [...before, ...args], {
    cwd: CHECKOUT,
    env: { RENDERDECK_URL: url, DATABASE_URL: '', ...env },
    input,
    reject: false,
    stripFinalNewline: false,
  });
  return { exitCode, stdout, stderr };
}

const signIn = (name: string, password: string) =>
  ctl(['jobs', 'list'], { RENDERDECK_USER: name, RENDERDECK_PASSWORD: password });

test('admin create: stdout has only the password, however ctl is started', async () => {
  // pnpm installs again when a package.json is newer than its last installation, and says so.
  await utimes(new URL('../package.json', import.meta.url), new Date(), new Date());
  for (const [index, way] of WAYS.entries()) {
    const made = await ctl(['admin', 'create', `mira-${index}`], undefined, { way });
    expect(made).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/^[\w-]{24}\n$/),
      stderr: expect.stringContaining(
        `Made the admin mira-${index}. The password, shown only once:\n`,
      ),
    });
    const password = made.stdout.trim();
    const user = { RENDERDECK_USER: `mira-${index}`, RENDERDECK_PASSWORD: password };
    const token = await ctl(['tokens', 'add', `t-${index}`, '--role', 'viewer'], user, { way });
    expect(token).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^rd_\S+\n$/) });
  }
}, 180_000);

test('admin create: a password from stdin, never printed; a taken name is refused', async () => {
  const args = ['admin', 'create', 'Ada', '--password-stdin'];
  expect(await ctl(args, undefined, { input: 'an honest long password\n' })).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: 'Made the admin Ada.\n',
  });
  expect(await signIn('ada', 'an honest long password')).toMatchObject({ exitCode: 0 });
  expect(await ctl(['admin', 'create', 'ada'])).toEqual({
    exitCode: 1,
    stdout: '',
    stderr:
      'ctl: A user has the name ada already. ' +
      'To give an admin a new password: ctl admin password ada\n',
  });
});

test('admin password: replaces a lost password, ends the sessions, is audited', async () => {
  const set = await ctl(['admin', 'password', 'ADA']);
  expect(set).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^[\w-]{24}\n$/) });
  expect(await signIn('ada', 'an honest long password')).toMatchObject({ exitCode: 1 });
  expect(await signIn('ada', set.stdout.trim())).toMatchObject({ exitCode: 0 });
  const lines = await farm.sql`
    select actor_kind, actor, channel, action, outcome, before, after from audit_log
    where channel = 'ctl' order by id desc limit 1`;
  expect(lines).toMatchObject([
    {
      actor_kind: 'system',
      actor: expect.stringMatching(/^operator \S+/),
      channel: 'ctl',
      action: 'updateUser',
      outcome: 'done',
      after: { user: 'Ada', password: 'changed' },
    },
  ]);
});

test('admin: each refusal is one sentence', async () => {
  const unknown = await ctl(['admin', 'password', 'nobody']);
  expect([unknown.exitCode, unknown.stdout, unknown.stderr]).toEqual([
    1,
    '',
    'ctl: nobody is no admin who may sign in. Make one: ctl admin create NAME\n',
  ]);
  expect(await ctl(['admin', 'create', 'sam'], {})).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: 'ctl: Set DATABASE_URL to the database of the farm, as for migrate.\n',
  });
  expect(await ctl(['admin', 'create', '-x'], undefined)).toMatchObject({ exitCode: 2 });
  const short = await ctl(['admin', 'create', 'sam', '--password-stdin'], undefined, {
    input: 'short',
  });
  expect(short).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('12') });
  const away = { DATABASE_URL: 'postgres://mira:geheim@127.0.0.1:1/farm' };
  expect(await ctl(['admin', 'create', 'sam'], away)).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^ctl: The database at 127\.0\.0\.1:1 cannot be reached: nothing listens there\. [^\n]*\n$/,
    ),
  });
});
