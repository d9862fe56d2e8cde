/* The log and the usage of an attempt, and waiting for the end of a job, from the command line. */
import {
  acknowledgeStop,
  finishAttempt,
  recordReports,
  releaseAttempt,
  type WorkerContext,
} from '@renderdeck/operations';
import { recordLog, recordUsage, reports } from '@renderdeck/operations/testing';
import { programCommand } from '@renderdeck/testing/program-command';
import { execa } from 'execa';
import { beforeAll, expect, test } from 'vitest';
import { ADMIN, serveApi } from './serve-api.ts';

const api = serveApi();
let worker: WorkerContext;
beforeAll(async () => {
  worker = await api.signOn('render-01');
});

/** The socket of a command that has ended may stay open for a moment. */
const noSocketIsOpen = () => expect.poll(api.sockets).toBe(0);

/** A running job, and functions that act as its host. */
async function aRunningJob() {
  const id = await api.submit('--priority', '100');
  const attempt = await api.claimNext(worker);
  let seq = 0;
  return {
    id,
    print: (...lines: readonly string[]) => {
      seq += 1;
      const chunks = [{ seq, stream: 'aerender', lines }] as const;
      return recordLog(worker, { attemptId: attempt.attemptId, chunks });
    },
    use: (cpuPercent: number) =>
      recordUsage(worker, {
        attempts: [
          {
            attemptId: attempt.attemptId,
            usage: [{ at: '2026-03-01T12:00:00.000Z', cpuPercent, memoryBytes: 2e9, processes: 3 }],
            history: null,
          },
        ],
      }),
    end: (end: { kind: 'completed' } | { kind: 'failed'; failure: string }) =>
      finishAttempt(worker, { attempt, end, signalled: false, reports: reports() }),
    stop: () => acknowledgeStop(worker, { attempt, reports: reports() }),
  };
}

test('jobs log prints only the lines, and refuses an attempt that does not exist', async () => {
  const { id, print } = await aRunningJob();
  await print('> setup', 'Größe \u001b[31mred\u001b[0m', '');
  await print('last');
  expect(await api.ctl(['jobs', 'log', id])).toEqual({
    exitCode: 0,
    stdout: '> setup\nGröße \\x1b[31mred\\x1b[0m\n\nlast\n',
    stderr: '',
  });
  expect(await api.ctl(['jobs', 'log', id, '--raw'])).toMatchObject({
    stdout: '> setup\nGröße \u001b[31mred\u001b[0m\n\nlast\n',
  });
  const { stdout } = await api.ctl(['jobs', 'log', id, '--json']);
  const chunks = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(chunks).toMatchObject([{ seq: 1 }, { seq: 2, lines: ['last'] }]);
  expect(await api.ctl(['jobs', 'log', id, '--attempt', '2'])).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'ctl: attempt_not_found: The job has no attempt 2; look it up in the job.\n',
  });
});

test('jobs log --follow goes on to the end of the attempt', async () => {
  const job = await aRunningJob();
  await job.print('before');
  const following = api.ctl(['jobs', 'log', job.id, '--follow']);
  await job.print('after');
  await job.end({ kind: 'completed' });
  expect(await following).toEqual({ exitCode: 0, stdout: 'before\nafter\n', stderr: '' });
});

test('jobs log --follow waits for the first attempt and continues with the next ones', async () => {
  const id = await api.submit('--priority', '100');
  await noSocketIsOpen();
  const following = api.ctl(['jobs', 'log', id, '--follow']);
  await expect.poll(api.sockets).toBe(1);
  for (const number of [1, 2]) {
    const attempt = await api.claimNext(worker);
    expect(attempt.jobId).toBe(id);
    const lines = [`of attempt ${number}`];
    const chunks = [{ seq: 1, stream: 'aerender', lines }] as const;
    await recordLog(worker, { attemptId: attempt.attemptId, chunks });
    if (number === 1)
      await releaseAttempt(worker, { attempt, reports: reports(), why: 'Drained.' });
    else {
      const end = { kind: 'completed' } as const;
      await finishAttempt(worker, { attempt, end, signalled: false, reports: reports() });
    }
  }
  expect(await following).toEqual({
    exitCode: 0,
    stdout: 'of attempt 1\nof attempt 2\n',
    stderr: 'Attempt 2.\n',
  });
});

test('jobs log ends without an error when its reader is gone', async () => {
  const { id, print } = await aRunningJob();
  for (let part = 0; part < 40; part += 1)
    await print(...Array.from({ length: 100 }, (_, line) => `${part}/${line} ${'x'.repeat(400)}`));
  const env = { RENDERDECK_URL: api.url, ...ADMIN };
  const program = await programCommand('apps/ctl/src/main.ts');
  const { stdout, stderr, exitCode } = await execa(
    'bash',
    ['-o', 'pipefail', '-c', `${program.join(' ')} jobs log ${id} | head -n 2`],
    { env, reject: false },
  );
  expect([exitCode, stderr, stdout.split('\n').length]).toEqual([0, '', 2]);
});

test('jobs usage shows each point', async () => {
  const { id, use } = await aRunningJob();
  await use(187);
  const { stdout } = await api.ctl(['jobs', 'usage', id]);
  expect(stdout.replaceAll(/ +/g, ' ')).toContain(
    '2026-03-01 12:00:00Z 187 % 187 % 2000 MB 2000 MB 3\n',
  );
});

test('jobs wait: the exit code says how the job ended, or that it has not ended', async () => {
  const finished = await aRunningJob();
  const waiting = api.ctl(['jobs', 'wait', finished.id]);
  await finished.end({ kind: 'completed' });
  expect(await waiting).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await api.ctl(['jobs', 'wait', finished.id])).toMatchObject({ exitCode: 0 });

  const failed = await aRunningJob();
  await failed.end({ kind: 'failed', failure: 'It burned.' });
  expect(await api.ctl(['jobs', 'wait', failed.id])).toMatchObject({
    exitCode: 1,
    stderr: 'ctl: failed: It burned.\n',
  });

  const stopped = await aRunningJob();
  const stopping = api.ctl(['jobs', 'wait', stopped.id]);
  await api.ctl(['jobs', 'cancel', stopped.id, '--wait-ms', '0']);
  await stopped.stop();
  expect(await stopping).toMatchObject({
    exitCode: 3,
    stderr: 'ctl: stopped: Nothing of it is running.\n',
  });

  const queued = await api.submit('--priority', '0');
  expect(await api.ctl(['jobs', 'wait', queued, '--timeout', '1'])).toMatchObject({
    exitCode: 5,
    stderr: 'ctl: timed_out: The job is QUEUED; it goes on.\n',
  });
  expect((await api.ctl(['jobs', 'wait', '--help'])).stdout).toContain(
    '  5 the job had not ended after the time of --timeout',
  );
});

test('jobs wait and jobs log --follow survive a restart of the API', async () => {
  const job = await aRunningJob();
  await job.print('before');
  await noSocketIsOpen();
  const waiting = api.ctl(['jobs', 'wait', job.id]);
  const following = api.ctl(['jobs', 'log', job.id, '--follow']);
  await expect.poll(api.sockets).toBe(2);
  await api.restart(async () => {
    await job.print('meanwhile');
    await job.end({ kind: 'completed' });
  });
  expect(await waiting).toMatchObject({ exitCode: 0 });
  expect(await following).toEqual({ exitCode: 0, stdout: 'before\nmeanwhile\n', stderr: '' });
});

test('jobs show: the sources that came from the cache of the host', async () => {
  const id = await api.submit('--priority', '100');
  const { attemptId } = await api.claimNext(worker);
  const cached = { sources: 7, cached: 3, bytes: 1_200_000_000 };
  const progress = { phase: 'preparing', percent: 0, frame: null, totalFrames: null, cached };
  await recordReports(worker, { reports: [{ attemptId, progress }] });
  const { stdout } = await api.ctl(['jobs', 'show', id]);
  expect(stdout).toContain(
    '  attempt 1 on render-01: preparing\n' +
      '    downloads  3 of 7 sources from the cache, 1.2 GB\n',
  );
});
