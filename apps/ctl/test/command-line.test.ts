/* Arguments, settings, exit codes and --json of every command. */
import { programCommand } from '@renderdeck/testing/program-command';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { ADMIN, JOB, serveApi } from './serve-api.ts';

const api = serveApi();

test.each([
  [[], 'Usage: npx -y pnpm@10.34.9 ctl'],
  [['dance'], "unknown command 'dance'"],
  [
    ['users', 'add', 'sam', '--role', 'boss', '--password-stdin'],
    'Allowed choices are viewer, submitter, admin',
  ],
  [['users', 'add', 'sam', '--role', 'admin'], '--password-stdin'],
  [['users', 'set', 'sam'], 'nothing to set'],
  [['users', 'set', 'sam', '--disable', '--enable'], 'cannot be used with'],
  [['jobs', 'priority', 'x', 'high'], 'It is not a whole number.'],
  [['jobs', 'cancel'], "missing required argument 'id'"],
])('%j is a wrong command: exit code 2', async (args, sentence) => {
  const run = await api.ctl(args);
  expect(run).toMatchObject({ exitCode: 2, stdout: '' });
  expect(run.stderr).toContain(sentence);
});

test('--help prints the options and exits with 0', async () => {
  expect(await api.ctl(['jobs', 'cancel', '--help'])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('--wait-ms'),
    stderr: '',
  });
});

test.each([
  [{}, 'Set RENDERDECK_TOKEN, or RENDERDECK_USER and RENDERDECK_PASSWORD.'],
  [
    { RENDERDECK_USER: 'ada', RENDERDECK_PASSWORD: '' },
    'Set RENDERDECK_TOKEN, or RENDERDECK_USER and RENDERDECK_PASSWORD.',
  ],
  [
    { ...ADMIN, RENDERDECK_URL: 'localhost:4000' },
    'RENDERDECK_URL is an address such as http://127.0.0.1:4000.',
  ],
])('settings %j are wrong: exit code 2 and what to set', async (env, sentence) => {
  expect(await api.ctl(['jobs', 'list'], { env })).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: `ctl: ${sentence}\n`,
  });
});

test('--json prints the unchanged answer of the API, for each command that has one', async () => {
  const id = await api.submit();
  await api.signOn('render-01');
  for (const [args, key] of [
    [['users', 'list'], 'users'],
    [['tokens', 'list'], 'tokens'],
    [['tokens', 'add', 'x', '--role', 'viewer'], 'secret'],
    [['jobs', 'list'], 'jobs'],
    [['jobs', 'show', id], 'job'],
    [['sessions', 'list'], 'sessions'],
    [['jobs', 'priority', id, '60', '--preview'], 'movedCount'],
    [['jobs', 'priority', id, '60'], 'newPosition'],
    [['jobs', 'cancel', id], 'receipt'],
    [['audit', 'list'], 'entries'],
    [['doctor'], 'checks'],
  ] as const) {
    const { exitCode, stdout } = await api.ctl([...args, '--json']);
    expect([args.join(' '), exitCode, JSON.parse(stdout)]).toEqual([
      args.join(' '),
      0,
      expect.objectContaining({ [key]: expect.anything() }),
    ]);
  }
});

test('ctl as a program: arguments, environment, stdin, exit code', async () => {
  const env = { RENDERDECK_URL: api.url, ...ADMIN };
  const [node, ...program] = await programCommand('apps/ctl/src/main.ts');
  const run = (args: string[], input = '') =>
    execa(node, [...program, ...args], { env, input, reject: false });
  const submitted = await run(['jobs', 'submit', '-', '--name', 'Intro'], JOB);
  expect([submitted.exitCode, submitted.stdout, submitted.stderr]).toEqual([
    0,
    expect.stringMatching(/^Submitted Intro as /),
    '',
  ]);
  const refused = await run(['jobs', 'show', 'x']);
  expect([refused.exitCode, refused.stdout, refused.stderr]).toEqual([
    1,
    '',
    'ctl: invalid_input: id: A job id is a UUID such as 3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a59.',
  ]);
});
