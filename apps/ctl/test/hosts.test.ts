/* Hosts from the command line: list, check, declare gone, hand over a name. */
import {
  findCheckAsked,
  recordHostCheck,
  recordHostReport,
  type WorkerContext,
} from '@renderdeck/operations';
import { recoverExpired } from '@renderdeck/operations/testing';
import { waitFor } from '@renderdeck/testing';
import { beforeEach, expect, test } from 'vitest';
import { serveApi } from './serve-api.ts';

const api = serveApi(beforeEach);

/** Makes a job that was cancelled after its host fell silent. Returns the job's id. */
async function aLostCancel(): Promise<string> {
  const id = await api.submit();
  const worker = await api.signOn('ae-03');
  await api.claimNext(worker);
  await api.ctl(['jobs', 'cancel', id, '--wait-ms', '0']);
  await api.tamper('update jobs set lease_ms = 0 where lease_expires_at is not null');
  await recoverExpired(worker, { actor: 'recovery' });
  await api.tamper("update render_hosts set last_heard_at = clock_timestamp() - interval '1 hour'");
  return id;
}
const gone = (...more: string[]) => ['hosts', 'gone', 'ae-03', '--reason', 'It burned.', ...more];

test('a lost host is declared gone after its name was typed; the receipt says so', async () => {
  const id = await aLostCancel();
  const lost = await api.ctl(['jobs', 'cancel', id]);
  expect(lost.exitCode).toBe(1);
  expect(lost.stdout).toMatch(/^Not proven: attempt 1 on ae-03 is not proven to have ended[.]\n/);
  expect(lost.stdout).toMatch(/\n {2}NOT PROVEN attempt 1 on ae-03, last heard \S+ \S+Z\n/);
  expect((await api.ctl(['jobs', 'list', '--open'])).stdout).toContain(id);

  const declared = await api.ctl(gone(), { stdin: 'ae-03\nmore' });
  expect(declared).toMatchObject({
    exitCode: 0,
    stdout: `ae-03 is declared gone.\n  declared   attempt 1 of ${id}\n`,
    stderr: expect.stringContaining('Type its name to declare it gone: '),
  });
  const after = await api.ctl(['jobs', 'cancel', id]);
  expect(after).toMatchObject({
    exitCode: 1,
    stderr:
      'ctl: declared: Job cancelled, but attempt 1 counts as ended only because ada declared ' +
      'ae-03 gone.\n',
  });
  expect((await api.ctl(['jobs', 'list', '--open'])).stdout).toBe('No jobs.\n');
  expect((await api.ctl(['hosts', 'list'])).stdout).toMatch(
    new RegExp(
      '\\nae-03 +silent +\\S+ \\S+Z +0 +- +- +- +\\d+ done, \\d+ failed, \\d+ stopped ' +
        '+never run +never run +the worker +[0-9a-f-]{36} ' +
        '+gone \\S+ \\S+Z by ada: It burned[.]\\n$',
    ),
  );
});

test('with --yes, ctl asks no question', async () => {
  const id = await aLostCancel();
  const { stdout } = await api.ctl(gone('--yes', 'ae-03', '--json'));
  expect(JSON.parse(stdout)).toMatchObject({
    host: { name: 'ae-03', gone: { by: 'ada', reason: 'It burned.' } },
    declared: [{ jobId: id, number: 1 }],
  });
});

test.each([
  ['another name is typed', gone(), 'ae-04', /^ctl: invalid_input: confirmName: /m],
  ['the name is missing', gone(), '', /^ctl: invalid_input: confirmName: /m],
  ['the host is heard', gone('--yes', 'ae-03'), '', /^ctl: host_heard: ae-03 was heard /],
  [
    'no host has the name',
    ['hosts', 'gone', 'ae-05', '--reason', 'x', '--yes', 'ae-05'],
    '',
    /^ctl: host_not_found: No host is named ae-05/,
  ],
])('no host is declared gone when %s', async (_case, args, stdin, problem) => {
  await api.signOn('ae-03');
  const run = await api.ctl(args, { stdin });
  expect(run).toMatchObject({ exitCode: 1, stdout: '' });
  expect(run.stderr.split('declare it gone: ').at(-1)).toMatch(problem);
  expect((await api.ctl(['hosts', 'list'])).stdout).toMatch(/\nae-03 +idle .* -\n$/);
});

test('the name of a lost host is handed over; the list shows that, and who can prove', async () => {
  await aLostCancel();
  const release = ['hosts', 'release', 'ae-03', '--reason', 'It was replaced.'];
  const { stdout, exitCode } = await api.ctl(release);
  expect(exitCode).toBe(0);
  const [told, open, ...more] = stdout.split('\n');
  expect(told).toMatch(/^ae-03 is handed over: /);
  expect(open).toMatch(/^ {2}open {7}1 attempts; only host [0-9a-f-]{36} can prove their end$/);
  expect(more).toEqual(['']);
  expect((await api.ctl(['hosts', 'list'])).stdout).toMatch(/ handed over \S+ \S+Z by ada\n$/);
  await api.signOn('ae-03');
  expect((await api.ctl(['hosts', 'list'])).stdout).toMatch(/\nae-03 +idle .* -\n$/);
  expect((await api.ctl(release)).stderr).toMatch(/^ctl: host_heard: ae-03 was heard /);
});

const check = (...more: string[]) => ['hosts', 'check', 'ae-03', ...more];
async function answer(worker: WorkerContext, ok: boolean): Promise<void> {
  const askedAt = await waitFor(() => findCheckAsked(worker.db, worker.workerId), {
    what: 'the request',
  });
  const items = [
    { name: 'disk', ok: true, sentence: '12 GB are free.' },
    { name: 'render', ok, sentence: ok ? 'It rendered a frame.' : 'It rendered nothing.' },
    { name: 'licence', ok: null, sentence: 'Only a render shows it.' },
  ];
  await recordHostCheck(worker, { items, ranMs: 1, askedAt });
}

test('a host checks itself, and ctl prints what it found', async () => {
  const worker = await api.signOn('ae-03');
  const held = api.ctl(check());
  await answer(worker, true);
  expect(await held).toMatchObject({
    exitCode: 0,
    stdout:
      'ae-03 can render.\n' +
      '  disk           holds     12 GB are free.\n' +
      '  render         holds     It rendered a frame.\n' +
      '  licence        not known Only a render shows it.\n',
  });
  const failed = api.ctl(check());
  await answer(worker, false);
  expect(await failed).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining('  render         FAILS     It rendered nothing.\n'),
    stderr: 'ctl: the check of ae-03 does not hold\n',
  });
});

test('when a host does not finish its check in time, that is no success', async () => {
  await api.signOn('ae-03');
  expect(await api.ctl(check('--wait-ms', '0'))).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('ae-03 has not finished its check yet; the check goes on.'),
  });
  expect((await api.ctl(['hosts', 'check', 'nowhere'])).stderr).toContain('No host is named');
});

test('the list says why a host takes no job', async () => {
  await api.signOn('ae-03');
  await api.tamper("update render_hosts set problem = 'No licence. No job is taken.'");
  expect((await api.ctl(['hosts', 'list'])).stdout).toMatch(
    /\nae-03: No licence[.] No job is taken[.]\n$/,
  );
});

test('the list and the report show the preparation and the self-test of a host', async () => {
  const worker = await api.signOn('ae-03');
  const { hostId } = worker.identity;
  const at = '2026-03-01T12:00:00.000Z';
  const finding = (name: string, state: 'ok' | 'todo') => ({ name, state, sentence: 'So it is.' });
  const prepared = { at, findings: [finding('disk', 'ok'), finding('session', 'todo')] };
  await recordHostReport(worker, { hostId, kind: 'preparation', report: prepared });
  const killed = { at, findings: [finding('grandchildren', 'ok')] };
  await recordHostReport(worker, { hostId, kind: 'killTest', report: killed });
  expect((await api.ctl(['hosts', 'list'])).stdout).toMatch(/ 1 to do +held +the worker /);
  expect(await api.ctl(['hosts', 'report', 'ae-03'])).toMatchObject({
    exitCode: 0,
    stdout:
      'worker prepare, 2026-03-01 12:00:00Z: 1 to do\n' +
      '  ok        disk: So it is.\n' +
      '  TO DO     session: So it is.\n' +
      'worker selftest-kill, 2026-03-01 12:00:00Z: held\n' +
      '  ok        grandchildren: So it is.\n',
  });
  expect((await api.ctl(['doctor'])).stdout).toContain('worker prepare: 1 to do, see `ctl hosts');
  expect(await api.ctl(['hosts', 'report', 'nowhere'])).toMatchObject({
    exitCode: 1,
    stderr: 'ctl: no host is named nowhere\n',
  });
});
