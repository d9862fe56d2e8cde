import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder, waitFor } from '@renderdeck/testing';
import { execa } from 'execa';
import { beforeEach, expect, test } from 'vitest';
import { acknowledgeStop, registerHost } from '../../../packages/operations/src/index.ts';
import { ADMIN, serveApi, type TestApi } from './serve-api.ts';

const JOB = JSON.stringify({
  template: { src: 'file:///C:/projects/intro.aep', composition: 'main' },
});
const UUID = /[0-9a-f]{8}-[0-9a-f-]{27}/;
const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

let api: TestApi;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  api = await serveApi();
  folder = await temporaryFolder('ctl');
  return async () => {
    await api.close();
    await folder.remove();
  };
});

/** Submits a job and gives its id. */
async function submit(...more: string[]): Promise<string> {
  const { stdout } = await api.ctl(['jobs', 'submit', '-', '--json', ...more], { stdin: JOB });
  return JSON.parse(stdout).job.id;
}

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
    /^NAME +ROLE +STATE +SESSIONS +LAST SEEN\nada +admin +enabled +1 .*\nsam +submitter +enabled +0 .*\n$/,
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

test('tokens: the secret alone is printed, it signs in, it is revoked', async () => {
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

test('jobs: submitted from a file, listed in queue order, shown', async () => {
  const file = join(folder.path, 'job.json');
  await writeFile(file, JOB);
  const first = await api.ctl(['jobs', 'submit', file, '--name', 'Intro']);
  expect(first).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^Submitted Intro as \S+: position 1, priority 50[.]\n$/),
  });
  await submit('--name', 'Urgent', '--priority', '90');
  const { stdout } = await api.ctl(['jobs', 'list', '--status', 'QUEUED']);
  expect(stdout.split('\n').map((line) => line.replace(UUID, 'ID').replaceAll(/ +/g, ' '))).toEqual(
    [
      'ID STATUS PRIO POS DONE HOST NAME',
      'ID QUEUED 90 1 0% - Urgent',
      'ID QUEUED 50 2 0% - Intro',
      '',
    ],
  );
  const [id = ''] = UUID.exec(first.stdout) ?? [];
  expect((await api.ctl(['jobs', 'show', id])).stdout).toMatch(
    /^Intro \(.*\)\n {2}QUEUED, 0 % done, priority 50, position 2, version 1\n {2}submitted .* by ada; started -; ended -\n$/,
  );
});

test('a long list is told in pages', async () => {
  await submit();
  await submit();
  const [, , more = ''] = (await api.ctl(['jobs', 'list', '--limit', '1'])).stdout.split('\n');
  expect(more).toMatch(/^More: --cursor \S+$/);
  const rest = await api.ctl([
    'jobs',
    'list',
    '--limit',
    '1',
    '--cursor',
    more.replace('More: --cursor ', ''),
  ]);
  expect(rest.stdout.trim().split('\n')).toHaveLength(2);
});

test('a queued job is cancelled with its receipt; asked again, with the same', async () => {
  const id = await submit();
  const first = await api.ctl(['jobs', 'cancel', id, '--reason', 'wrong colours']);
  expect(first).toMatchObject({ exitCode: 0, stderr: '' });
  expect(first.stdout).toMatch(
    /^Cancelled[.] Nothing of it runs, confirmed .*\n {2}asked .* by ada over trpc: wrong colours\n {2}proof +it never ran after 0 ms\n {2}output +none was put out\n$/,
  );
  expect(await api.ctl(['jobs', 'cancel', id])).toEqual(first);
});

test('a running job whose host has not answered is exit code 1; once the host proves it, 0 with every process', async () => {
  const id = await submit();
  const worker = await api.signOn('render-01');
  const attempt = await api.claimNext(worker);
  const open = await api.ctl(['jobs', 'cancel', id, '--wait-ms', '0']);
  expect(open).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^Stop requested[.] Waiting for render-01[.]\n/),
  });
  expect(open.stderr).toBe(
    'ctl: cancelling: render-01 has not yet confirmed that nothing of the job runs; ask again for its word.\n',
  );
  const ended = {
    bootId: 'boot',
    pid: 4100,
    startToken: '1',
    name: 'aerender',
    parentPid: 1,
    startedAt: new Date().toISOString(),
    endedBy: 'SIGKILL',
    endedAt: new Date().toISOString(),
  } as const;
  await acknowledgeStop(worker, {
    attempt,
    reports: {
      stopReport: { processes: [ended], proof: 'kernel', survivors: [], timeToDeadMs: 41 },
      removalReport: { files: 3, bytes: 900, leftovers: [], timeToCleanMs: 2 },
    },
  });
  const done = await api.ctl(['jobs', 'cancel', id]);
  expect(done).toMatchObject({ exitCode: 0, stderr: '' });
  expect(done.stdout).toContain('  process    4100 aerender: ended by SIGKILL\n');
  expect(done.stdout).toContain(
    '  proof      its container is empty, says the kernel after 41 ms\n  files      3 removed, 900 bytes after 2 ms\n',
  );
  expect((await api.ctl(['jobs', 'show', id])).stdout).toContain('attempt 1 on render-01: stopped');
});

test('a priority is told with its place, before and after; the same again changes nothing', async () => {
  await submit();
  const id = await submit('--name', 'Intro');
  expect(await api.ctl(['jobs', 'priority', id, '90'])).toEqual({
    exitCode: 0,
    stdout: 'Intro: priority 50 → 90, position 2 → 1, version 2.\n',
    stderr: '',
  });
  expect((await api.ctl(['jobs', 'priority', id, '90'])).stdout).toBe(
    'Intro: priority is 90 already, position 1. Nothing changed.\n',
  );
  expect(await api.ctl(['jobs', 'priority', id, '10', '--expected-version', '1'])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/^ctl: stale_version: /),
  });
  expect(await api.ctl(['jobs', 'priority', id, '101'])).toMatchObject({
    exitCode: 1,
    stderr:
      'ctl: invalid_input: priority: A priority is a whole number from 0 to 100; larger runs first.\n',
  });
});

test('the audit log tells who did what, refusals too', async () => {
  const id = await submit();
  await api.ctl(['jobs', 'priority', id, '70']);
  await api.ctl(['jobs', 'priority', id, '700']);
  const { stdout, exitCode } = await api.ctl([
    'audit',
    'list',
    '--action',
    'setPriority',
    '--job',
    id,
  ]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /^TIME .*\n.* ada +trpc +setPriority +invalid_input .*\n.* ada +trpc +setPriority +done +\S+ +.*priority 50 → 70.*\n$/,
  );
});

test('audit verify names the head of a chain that holds, and ends with 1 and the first broken line of one that does not', async () => {
  await submit();
  const stdout = await waitFor(
    async () => {
      const said = await api.ctl(['audit', 'verify']);
      return said.exitCode === 0 && /up to number ([3-9]|\d\d)/.test(said.stdout) && said.stdout;
    },
    { what: 'the lines to be sealed' },
  );
  const [, head = '', number = ''] =
    /^Sealed and unchanged up to number \d+\. Head, to keep elsewhere: ((\d+):[0-9a-f]{64})$/m.exec(
      stdout,
    ) ?? [];
  expect((await api.ctl(['audit', 'verify', '--anchor', head])).exitCode).toBe(0);
  const other = await api.ctl(['audit', 'verify', '--anchor', `${number}:${'0'.repeat(64)}`]);
  expect([other.exitCode, other.stderr]).toEqual([
    1,
    expect.stringContaining('it was written anew'),
  ]);
  await api.tamper(
    "update audit_log set actor = 'eve' where id = (select audit_id from audit_seals where seq = 2)",
  );
  const broken = await api.ctl(['audit', 'verify', '--json']);
  expect(JSON.parse(broken.stdout)).toMatchObject({
    sound: false,
    broken: { number: '2' },
    head: { number: '1' },
  });
  expect(broken.exitCode).toBe(1);
  expect(broken.stderr).toMatch(
    /^ctl: audit_broken: The chain is broken at number 2 \(line \d+\)\. The line, or its seal, is not what it was/,
  );
});

test('audit verify tells of lines that have no seal and since when, as one that was slipped in among old ones', async () => {
  await api.tamper('truncate audit_log, audit_seals');
  await submit();
  await waitFor(async () => /^Sealed/.test((await api.ctl(['audit', 'verify'])).stdout), {
    what: 'the lines to be sealed',
  });
  const slip =
    "insert into audit_log (at, actor_kind, actor, channel, action, outcome, xid) select '2026-01-01T00:00:00Z', 'user', 'eve', 'rest', 'cancelJob', 'done', '1'::xid8";
  await api.tamper(slip);
  const tail = async () => (await api.ctl(['audit', 'verify'])).stdout.split('\n')[1];
  await waitFor(
    async () => (await tail()) === '1 line has no seal, since 2026-01-01T00:00:00.000Z.',
    {
      what: 'only that line to be left',
    },
  );
  await api.tamper(slip);
  await waitFor(
    async () =>
      (await tail()) === '2 lines have no seal, the oldest since 2026-01-01T00:00:00.000Z.',
    {
      what: 'both lines to be left',
    },
  );
});

test('audit verify walks a chain of any length, a request for each ten thousand lines', async () => {
  await api.tamper('truncate audit_log, audit_seals');
  for (let made = 0; made < 10_500; made += 500)
    await api.tamper(
      `insert into audit_log (actor_kind, actor, channel, action, outcome) select 'system', 'test', 'test', 'login', 'done' from generate_series(1, 500)`,
    );
  await waitFor(
    async () => /up to number 10[5-9]\d\d\./.test((await api.ctl(['audit', 'verify'])).stdout),
    {
      what: 'the lines to be sealed',
      withinMs: 20_000,
    },
  );
  await api.tamper(
    "update audit_log set actor = 'eve' where id = (select audit_id from audit_seals where seq = 10400)",
  );
  const broken = await api.ctl(['audit', 'verify']);
  expect([broken.exitCode, broken.stderr]).toEqual([
    1,
    expect.stringContaining('The chain is broken at number 10400 (line '),
  ]);
});

test('a failure of the API is told with the id under which its log has it', async () => {
  await api.tamper('alter table render_hosts rename to away');
  const { exitCode, stderr } = await api.ctl(['doctor']);
  await api.tamper('alter table away rename to render_hosts');
  expect([exitCode, stderr]).toEqual([
    1,
    expect.stringMatching(
      /^ctl: internal: Renderdeck failed; the log has this request id\. \([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\)\n$/,
    ),
  ]);
});

test('doctor: a farm without a host is unwell; a stand-in is worth a word', async () => {
  const without = await api.ctl(['doctor']);
  expect(without).toMatchObject({
    exitCode: 1,
    stderr: 'ctl: unwell: no render host: start a worker.\n',
  });
  await api.signOn('render-01');
  const { exitCode, stdout } = await api.ctl(['doctor']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    new RegExp(
      `^ok {4}reached ${api.url}\nok {4}signed in as ada \\(admin\\)\nok {4}database and listener are up\nwarn {2}host render-01: idle, 0 of 1 slots busy, last heard .*, aerender stand-in, container subreaper — renders with a stand-in`,
    ),
  );
});

test('doctor: a well host is ok, one that cannot hold a process tree is worth a word', async () => {
  const worker = await api.signOn('render-01');
  const facts = {
    bootId: 'boot',
    pid: 1,
    startToken: '1',
    slots: 2,
    version: '0.1.0',
    platform: 'linux x64',
    leaseMs: 30_000,
    renderer: 'After Effects 25',
    standIn: false,
  };
  const nobodyLives = async () => false;
  await registerHost(worker, { facts: { ...facts, container: 'cgroup' }, isAlive: nobodyLives });
  expect((await api.ctl(['doctor'])).stdout).toMatch(
    /\nok {4}host render-01: .*After Effects 25, container cgroup\n$/,
  );
  await registerHost(worker, { facts: { ...facts, container: 'none' }, isAlive: nobodyLives });
  expect((await api.ctl(['doctor'])).stdout).toMatch(
    /\nwarn {2}host render-01: .* — nothing holds its process trees/,
  );
});

test('--json gives the answer as it came, on every command that answers', async () => {
  const id = await submit();
  await api.signOn('render-01');
  for (const [args, key] of [
    [['users', 'list'], 'users'],
    [['tokens', 'list'], 'tokens'],
    [['tokens', 'add', 'x', '--role', 'viewer'], 'secret'],
    [['jobs', 'list'], 'jobs'],
    [['jobs', 'show', id], 'job'],
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

test('each run ends its session', async () => {
  await api.ctl(['jobs', 'list']);
  const { stdout } = await api.ctl(['users', 'list', '--json']);
  expect(JSON.parse(stdout).users).toMatchObject([{ name: 'ada', sessions: 1 }]);
});

test.each([
  [[], 'Usage: ctl'],
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

test('asked for help, it helps', async () => {
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

test.each([
  ['{', /^ctl: invalid_json: - is not JSON: .*[.]\n$/],
  ['{}', /^ctl: invalid_input: job[.]template: template is missing; .*[.]\n$/],
  ['[]', /^ctl: invalid_input: job: A nexrender job is an object with a template[.]\n$/],
])('a job file with %s is refused in a sentence', async (stdin, stderr) => {
  expect(await api.ctl(['jobs', 'submit', '-'], { stdin })).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringMatching(stderr),
  });
});

test('a job file that is not there is named', async () => {
  const file = join(folder.path, 'none.json');
  expect(await api.ctl(['jobs', 'submit', file])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(`no_file: ${file} cannot be read`),
  });
});

test('a server that is away: its address, the reason, and what to do', async () => {
  const url = 'http://127.0.0.1:1';
  for (const credential of [ADMIN, { RENDERDECK_TOKEN: 'x' }]) {
    const { exitCode, stderr } = await api.ctl(['jobs', 'list'], {
      env: { ...credential, RENDERDECK_URL: url },
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^ctl: unreachable: No answer from http:\/\/127\.0\.0\.1:1 \(.+\); start Renderdeck there, or set RENDERDECK_URL to its address[.]\n$/,
    );
  }
});

test('something else that answers at the address is told from Renderdeck', async () => {
  for (const body of ['<html>', '{"hello": 1}']) {
    const other = createServer((_request, response) => void response.end(body));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const { exitCode, stderr } = await api.ctl(['jobs', 'list'], {
      env: { RENDERDECK_TOKEN: 'x', RENDERDECK_URL: url },
    });
    await new Promise((resolve) => other.close(resolve));
    expect([exitCode, stderr]).toEqual([
      1,
      `ctl: not_renderdeck: What answers at ${url} is not Renderdeck's API; set RENDERDECK_URL to its address.\n`,
    ]);
  }
});

test('as a program of its own: arguments, environment, stdin, exit code', async () => {
  const env = { RENDERDECK_URL: api.url, ...ADMIN };
  const run = (args: string[], input = '') =>
    execa('node', ['--import', 'tsx', MAIN, ...args], { env, input, reject: false });
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
