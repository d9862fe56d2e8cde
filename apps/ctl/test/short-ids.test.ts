/* The beginning of an id in place of the id, and `jobs submit --wait`. */
import type { WorkerContext } from '@renderdeck/operations';
import { beforeAll, expect, test, vi } from 'vitest';
import { JOB, serveApi } from './serve-api.ts';

const api = serveApi();
let worker: WorkerContext;
beforeAll(async () => {
  worker = await api.signOn('render-01');
});

// The first test, because its host takes the only job that waits.
test('jobs submit --wait prints the job, then its end, and exits as jobs wait does', async () => {
  const submit = ['jobs', 'submit', '-', '--name', 'Intro', '--priority', '100'];
  const waiting = api.ctl([...submit, '--wait'], { stdin: JOB });
  await api.fail(worker, await vi.waitFor(() => api.claimNext(worker), 30_000), 'It burned.');
  expect(await waiting).toEqual({
    exitCode: 1,
    stdout: expect.stringMatching(/^Submitted Intro as .*\n(?: {2}.*\n)*Intro: FAILED[.] .*\n$/),
    stderr: 'ctl: failed: It burned.\n',
  });
  const late = await api.ctl([...submit, '--timeout', '1', '--json'], { stdin: JOB });
  expect([late.exitCode, late.stderr, JSON.parse(late.stdout)]).toEqual([
    5,
    'ctl: timed_out: The job is QUEUED; it goes on.\n',
    { job: expect.objectContaining({ status: 'QUEUED' }), warnings: expect.anything() },
  ]);
});

test('the beginning of an id stands for the id, in each command about a job', async () => {
  const id = await api.submit();
  const short = id.slice(0, 8);
  // The search of the API finds this job, too.
  await api.submit('--name', `copy of ${short}`);
  expect(await api.ctl(['jobs', 'show', short])).toEqual(await api.ctl(['jobs', 'show', id]));
  for (const args of [
    ['jobs', 'priority', short, '60'],
    ['jobs', 'tags', short, 'gpu'],
    ['jobs', 'changes', id.slice(0, 14)],
    ['jobs', 'pictures', short],
    ['jobs', 'resubmit', short],
    ['jobs', 'cancel', short.toUpperCase()],
    ['audit', 'list', '--job', short],
    ['webhooks', 'deliveries', '--job', short],
  ])
    expect([args, await api.ctl(args)]).toMatchObject([args, { exitCode: 0, stderr: '' }]);
  expect(await api.ctl(['jobs', 'wait', short])).toMatchObject({ exitCode: 3 });
  for (const args of [
    ['jobs', 'log', short],
    ['jobs', 'usage', short],
  ])
    expect((await api.ctl(args)).stderr).toContain('attempt_not_found');
  const copy = await api.ctl(['jobs', 'submit', '-', '--rerun-of', short], { stdin: JOB });
  expect(copy).toMatchObject({ exitCode: 0 });
  expect((await api.ctl(['jobs', 'show', id])).stdout.match(/run again as/g)).toHaveLength(2);
});

test('a beginning that fits no job, several or too many is refused; nothing changes', async () => {
  const ids = [await api.submit(), await api.submit()];
  for (const id of ids)
    await api.tamper(`update jobs set id = 'abcdef${id.slice(6)}' where id = '${id}'`);
  const refuse = async (given: string) => {
    const run = await api.ctl(['jobs', 'cancel', given]);
    expect(run).toMatchObject({ exitCode: 1, stdout: '' });
    return run.stderr;
  };
  expect(await refuse('abcdef')).toBe(
    'ctl: ambiguous_id: 2 jobs have an id that begins with abcdef; give more of the id. ' +
      'Nothing was changed.\n',
  );
  const { stdout } = await api.ctl(['jobs', 'list', '--q', 'abcdef', '--json']);
  expect(JSON.parse(stdout).jobs).toMatchObject([{ status: 'QUEUED' }, { status: 'QUEUED' }]);
  expect(await refuse('abcdef00-0000')).toBe(
    'ctl: job_not_found: No job has an id that begins with abcdef00-0000.\n',
  );
  expect(await refuse('abc')).toBe(
    'ctl: invalid_input: id: Give the whole id, or at least its first 6 characters.\n',
  );
});
