/*
 * `worker stop` on Windows, which has no SIGTERM. The command of the host folder ends the daemon in
 * order, and its exit code says what is known about the end.
 */
import { describeOnWindows } from '@renderdeck/wine';
import { afterEach, expect, test } from 'vitest';
import { farmOnWindows } from './windows-host.ts';

const SLOW = { frames: 5000, frameMs: 100 } as const;
const SOME_SECONDS = { frames: 100, frameMs: 100 } as const;

/* Long because: one machine and one farm serve all of these tests. */
describeOnWindows('worker stop on Windows', (wine) => {
  const { farm, host } = farmOnWindows(wine);
  afterEach(async () => {
    expect(await host.programs()).toEqual([]);
  });

  const stop = (...options: string[]) => host.command('win', ['stop', ...options]);
  const startRender = async (project: { frames: number; frameMs: number }) => {
    const job = await farm.submit({ project });
    await farm.untilPhase(job.id, 'rendering');
    return job;
  };
  const untilDraining = () => farm.untilHost('win', 'ending', (one) => one.state === 'ending');

  test('with --drain the render finishes, and then the process ends', async () => {
    const daemon = await host.startWorker('win');
    const job = await startRender(SOME_SECONDS);
    const { code, output } = await stop('--drain');
    expect(output).toContain('has ended. It gave no job back.');
    expect(code).toBe(0);
    expect((await daemon.ended).code).toBe(0);
    expect((await farm.readJob(job.id)).view.job).toMatchObject({
      status: 'COMPLETED',
      attempts: 1,
    });
    expect((await stop()).code).toBe(3);
  });

  test('without --drain, even after a --drain, the job is given back at no cost', async () => {
    const daemon = await host.startWorker('win');
    const job = await startRender(SLOW);
    const draining = stop('--drain');
    await untilDraining();
    const { code, output } = await stop();
    expect(output).toContain('It gave 1 of its jobs back');
    expect(code).toBe(0);
    expect(await draining).toMatchObject({ code: 0 });
    expect((await daemon.ended).code).toBe(0);
    expect((await farm.readJob(job.id)).attempts).toMatchObject([{ outcome: 'released' }]);
    await farm.cancel(job.id);
  });

  test('a daemon killed while it drains is reported as died, and its render ends', async () => {
    const daemon = await host.startWorker('win');
    const job = await startRender(SLOW);
    const draining = stop('--drain');
    await untilDraining();
    process.kill(daemon.pid, 'SIGKILL');
    const { code, output } = await draining;
    expect(output).toContain('died before it had ended in order');
    expect(code).toBe(6);
    await farm.cancel(job.id);
  });

  test('a frozen daemon does not answer the request, and ends when it thaws', async () => {
    const daemon = await host.startWorker('win');
    const stopFrozen = () => {
      process.kill(daemon.pid, 'SIGSTOP');
      return stop('--timeout', '2');
    };
    let { code, output } = await stopFrozen();
    // It was frozen while it read the request: then nobody can replace that file on Windows.
    for (let more = 3; more > 0 && output.includes('EPERM'); more -= 1) {
      process.kill(daemon.pid, 'SIGCONT');
      ({ code, output } = await stopFrozen());
    }
    expect(output).toContain('does not answer');
    expect(code).toBe(4);
    process.kill(daemon.pid, 'SIGCONT');
    expect((await daemon.ended).code).toBe(0);
  });
});
