/* The audit log from the command line, and the proof that it is complete. */
import { waitFor } from '@renderdeck/testing';
import { beforeEach, expect, test } from 'vitest';
import { serveApi } from './serve-api.ts';

const api = serveApi(beforeEach);

test('the audit log shows who did what, refusals too', async () => {
  const id = await api.submit();
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
  const [head, refused, done, ...rest] = stdout.split('\n');
  expect(head).toMatch(/^TIME /);
  expect(refused).toMatch(/ ada +trpc +setPriority +invalid_input /);
  expect(done).toMatch(/ ada +trpc +setPriority +done +\S+ +.*priority 50 → 70/);
  expect(rest).toEqual(['']);
  const found = async (...options: string[]) =>
    (await api.ctl(['audit', 'list', '--job', id, ...options])).stdout.split('\n').length - 2;
  expect(await found('--did', 'setPriority', '--result', 'refused')).toBe(1);
  expect(await found('--did', 'submit', '--q', 'ada')).toBe(1);
  expect(await found('--result', 'conflict')).toBe(0);
});

test('audit verify prints the head of a valid chain, or the first broken line', async () => {
  await api.submit();
  const stdout = await waitFor(
    async () => {
      const said = await api.ctl(['audit', 'verify']);
      return said.exitCode === 0 && /up to number ([3-9]|\d\d)/.test(said.stdout) && said.stdout;
    },
    { what: 'the lines to be sealed' },
  );
  const [, head = '', number = ''] =
    /^Every seal fits .*\nHead, to keep elsewhere: ((\d+):[0-9a-f]{64})\n/.exec(stdout) ?? [];
  const anchored = await api.ctl(['audit', 'verify', '--anchor', head]);
  expect([anchored.exitCode, anchored.stdout]).toEqual([
    0,
    expect.stringMatching(
      new RegExp(`^Unchanged up to number ${number}, the anchor\\. Every seal fits `),
    ),
  ]);
  await api.tamper(
    `update audit_log set actor = 'eve'
     where id = (select audit_id from audit_seals where seq = 2)`,
  );
  const broken = await api.ctl(['audit', 'verify', '--json']);
  expect(JSON.parse(broken.stdout)).toMatchObject({
    verdict: 'broken',
    broken: { number: '2' },
    head: { number: '1' },
  });
  expect(broken.exitCode).toBe(1);
  expect(broken.stderr).toMatch(
    new RegExp(
      '^ctl: audit_broken: The chain is broken at number 2 \\(line \\d+\\)\\. ' +
        'The line, or its seal, is not what it was',
    ),
  );
});

test('audit verify gives one verdict: with a wrong anchor it claims no valid chain', async () => {
  await api.submit();
  const head = await waitFor(
    async () => /^Head, .*: (\d+):/m.exec((await api.ctl(['audit', 'verify'])).stdout)?.[1],
    { what: 'a line to be sealed' },
  );
  for (const number of [head, '99999']) {
    const other = await api.ctl(['audit', 'verify', '--anchor', `${number}:${'0'.repeat(64)}`]);
    expect(other.exitCode).toBe(1);
    expect(other.stderr).toMatch(/^ctl: audit_broken: The chain is broken at number \d+/);
    expect(`${other.stdout}${other.stderr}`).not.toMatch(/whole|unchanged|fits|to keep elsewhere/i);
  }
});

test('audit verify shows how many lines have no seal, and since when', async () => {
  await api.tamper('truncate audit_log, audit_seals');
  const made = await api.ctl(['tokens', 'add', 'verifier', '--role', 'admin']);
  // A call with a token writes no audit line, which would not be sealed yet.
  const env = { RENDERDECK_TOKEN: made.stdout.trim() };
  const verify = async () => (await api.ctl(['audit', 'verify'], { env })).stdout;
  await waitFor(async () => /^Every seal/.test(await verify()), { what: 'the lines to be sealed' });
  // Verify never looks for a line that is older, by number and transaction, than the last sealed
  // one.
  const slip = (id: number) => `
    insert into audit_log (id, at, actor_kind, actor, channel, action, outcome, xid)
    overriding system value
    select ${id}, '2026-01-01T00:00:00Z', 'user', 'eve', 'rest', 'cancelJob', 'done', '1'::xid8`;
  await api.tamper(slip(-1));
  const tail = async () => (await verify()).split('\n')[2];
  await waitFor(
    async () => (await tail()) === '1 line has no seal, since 2026-01-01T00:00:00.000Z.',
    {
      what: 'only that line to be left',
    },
  );
  await api.tamper(slip(-2));
  await waitFor(
    async () =>
      (await tail()) === '2 lines have no seal, the oldest since 2026-01-01T00:00:00.000Z.',
    {
      what: 'both lines to be left',
    },
  );
});

test('audit verify reads a chain of any length, ten thousand lines in each request', async () => {
  await api.tamper('truncate audit_log, audit_seals');
  for (let made = 0; made < 10_500; made += 500)
    await api.tamper(
      `insert into audit_log (actor_kind, actor, channel, action, outcome)
       select 'system', 'test', 'test', 'login', 'done' from generate_series(1, 500)`,
    );
  await waitFor(
    async () => /up to number 10[5-9]\d\d\./.test((await api.ctl(['audit', 'verify'])).stdout),
    {
      what: 'the lines to be sealed',
      withinMs: 60_000,
    },
  );
  await api.tamper(
    `update audit_log set actor = 'eve'
     where id = (select audit_id from audit_seals where seq = 10400)`,
  );
  const broken = await api.ctl(['audit', 'verify']);
  expect([broken.exitCode, broken.stderr]).toEqual([
    1,
    expect.stringContaining('The chain is broken at number 10400 (line '),
  ]);
});
