/*
 * With `worker stop` an operator ends a daemon without a signal. With --drain its renders finish
 * first. The exit code and one sentence say what is known about the end, and no more than that.
 * `worker keep` starts no daemon again that ended in order.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '@renderdeck/testing/wait-for';
import { runWorker, startCommand } from '@renderdeck/worker/testing';
import { expect, test } from 'vitest';
import { farmOfFile } from './farm/farm-of-file.ts';

const SLOW = { frames: 2000, frameMs: 100 } as const;
const SOME_SECONDS = { frames: 200, frameMs: 50 } as const;
const IN_ORDER = { code: 0, signal: null };
const farm = farmOfFile();

const ask = (options: readonly string[] = [], name = 'one') =>
  startCommand(['stop', ...options], { ...farm.settingsOf(name), DATABASE_URL: '' });
const stop = (options: readonly string[] = [], name = 'one') => ask(options, name).ended;
const until = (state: string, name = 'one') =>
  farm.untilHost(name, state, (host) => host.state === state);

test('without --drain the render is ended and its job given back at no cost', async () => {
  const worker = await farm.startWorker();
  const job = await farm.submit({ project: SLOW });
  await farm.untilPhase(job.id, 'rendering');
  const { exitCode, lines } = await stop();
  expect(await worker.exited).toEqual(IN_ORDER);
  expect({ exitCode, said: lines.at(-1) }).toEqual({
    exitCode: 0,
    said:
      `The worker (process ${worker.pid}) has ended. ` +
      'It gave 1 of its jobs back, at no cost to them.',
  });
  const { view, attempts } = await farm.readJob(job.id);
  expect(view.job.status).toBe('QUEUED');
  expect(attempts).toMatchObject([{ outcome: 'released', stopReport: { survivors: [] } }]);
  await farm.cancel(job.id);
});

test('--drain lets renders finish, claims nothing more, and only this worker ends', async () => {
  const other = await farm.startWorker('two');
  const keepsTwoBusy = await farm.submit({ project: SLOW });
  await farm.untilPhase(keepsTwoBusy.id, 'rendering');
  const worker = await farm.startWorker();
  const job = await farm.submit({ held: true });
  await farm.untilPhase(job.id, 'rendering');
  const asker = ask(['--drain']);
  await until('ending');
  const waits = await farm.submit();
  await job.release();

  const { exitCode, lines } = await asker.ended;
  expect(await worker.exited).toEqual(IN_ORDER);
  expect({ exitCode, said: lines.at(-1) }).toEqual({
    exitCode: 0,
    said: `The worker (process ${worker.pid}) has ended. It gave no job back.`,
  });
  expect((await farm.readJob(job.id)).view.job).toMatchObject({ status: 'COMPLETED', attempts: 1 });
  expect((await farm.readJob(waits.id)).view.job).toMatchObject({ status: 'QUEUED', attempts: 0 });
  expect((await farm.readJob(keepsTwoBusy.id)).view.job.status).toBe('RENDERING');
  await farm.cancel(waits.id);
  await farm.cancel(keepsTwoBusy.id);
  expect((await stop([], 'two')).exitCode).toBe(0);
  expect(await other.exited).toEqual(IN_ORDER);
});

test('a request stays when its command ends; a stop replaces an earlier drain', async () => {
  const worker = await farm.startWorker();
  const job = await farm.submit({ project: SLOW });
  await farm.untilPhase(job.id, 'rendering');
  const asker = ask(['--drain']);
  await until('ending');
  asker.kill();
  await asker.ended;
  // The daemon drains, so its render goes on.
  expect((await stop(['--drain', '--timeout', '1'])).exitCode).toBe(5);
  expect((await farm.readJob(job.id)).view.job.status).toBe('RENDERING');
  expect((await stop()).exitCode).toBe(0);
  expect(await worker.exited).toEqual(IN_ORDER);
  await farm.cancel(job.id);
});

test('a worker killed while it drains is reported as died, and then as not running', async () => {
  const worker = await farm.startWorker();
  const job = await farm.submit({ project: SLOW });
  await farm.untilPhase(job.id, 'rendering');
  const asker = ask(['--drain']);
  await until('ending');
  await worker.kill();
  expect(await asker.ended).toMatchObject({
    exitCode: 6,
    stderr: expect.stringContaining('died before it had ended in order'),
  });
  expect(await stop()).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining('No worker runs on'),
  });
  await farm.cancel(job.id);
  await farm.startWorker();
  await farm.until(job.id, 'CANCELLED');
});

test('a frozen worker does not answer; a request to it does not reach the next one', async () => {
  const worker = await farm.startWorker();
  worker.signal('SIGSTOP');
  const asker = ask(['--drain', '--timeout', '1']);
  expect(await asker.ended).toMatchObject({
    exitCode: 4,
    stderr: expect.stringContaining(`(process ${worker.pid}) does not answer. It has not ended`),
  });
  await worker.kill();
  const next = await farm.startWorker();
  // The daemon reads requests twice a second, so it would see one during the first job.
  for (const project of [SOME_SECONDS, { frames: 2 }]) {
    const job = await farm.submit({ project });
    await farm.until(job.id, 'COMPLETED');
  }
  next.signal('SIGSTOP');
  expect((await stop(['--timeout', '1'])).exitCode).toBe(4);
  next.signal('SIGCONT');
  expect(await next.exited).toEqual(IN_ORDER);
});

test('without a worker, the command makes no file and exits with its own code', async () => {
  const root = farm.scratchOf('nowhere');
  expect(await stop([], 'nowhere')).toMatchObject({
    exitCode: 3,
    stderr: `renderdeck worker: No worker runs on ${root}.`,
  });
  expect(existsSync(root)).toBe(false);
});

test('a --timeout that is not a number is refused', async () => {
  expect(await runWorker(['stop', '--timeout', 'soon'], farm.settingsOf())).toMatchObject({
    exitCode: 1,
    stderr: 'renderdeck worker: --timeout is a number of seconds above 0.',
  });
});

/** `worker keep` starts the daemon again on hosts without a service manager. */
const logFile = () => join(farm.scratchOf('one'), '..', 'logs', 'one.log');
const startKeeper = () => startCommand(['keep', '--log', logFile()], farm.settingsOf());
/** Waits for the daemon after the one with this pid, and returns its pid. */
const untilDaemon = (after = 0) =>
  waitFor(
    async () => {
      const path = join(farm.scratchOf('one'), '.host', 'daemon.json');
      const note: unknown = JSON.parse(await readFile(path, 'utf8').catch(() => 'null'));
      const isNote = typeof note === 'object' && note !== null && 'pid' in note && 'state' in note;
      const pid = isNote ? Number(note.pid) : after;
      return pid !== after && isNote && note.state === 'runs' && pid;
    },
    { what: `a daemon after process ${after}` },
  );
const untilGone = (pid: number) =>
  waitFor(
    () => {
      try {
        return !process.kill(pid, 0);
      } catch {
        return true;
      }
    },
    { what: `process ${pid} to end` },
  );

test('a daemon that is killed is started again; after `worker stop` it is not', async () => {
  const keeper = startKeeper();
  const first = await untilDaemon();
  process.kill(first, 'SIGKILL');
  const second = await untilDaemon(first);
  const job = await farm.submit();
  await farm.until(job.id, 'COMPLETED');
  expect(await readFile(logFile(), 'utf8')).toContain(
    'The worker ended by SIGKILL. It is started again in 1 s.\n',
  );
  const { exitCode } = await startCommand(['stop'], farm.settingsOf()).ended;
  expect({ exitCode, keeper: await keeper.ended }).toEqual({
    exitCode: 0,
    keeper: { exitCode: 0, lines: [], stderr: '' },
  });
  await untilGone(second);
});

test('when `worker keep` is killed, its daemon ends in order', async () => {
  const keeper = startKeeper();
  const daemon = await untilDaemon();
  const job = await farm.submit({ project: { frames: 2000, frameMs: 100 } });
  await farm.untilPhase(job.id, 'rendering');
  keeper.kill();
  await untilGone(daemon);
  expect((await farm.readJob(job.id)).attempts).toMatchObject([{ outcome: 'released' }]);
  expect(await farm.processes()).toEqual([]);
  await farm.cancel(job.id);
});
