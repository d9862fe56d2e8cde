/*
 * A Windows host, end to end: the real API and PostgreSQL, the host folder in node.exe, nexrender,
 * and the native stand-in in Job Objects. The tests read processes and files from Linux.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '@renderdeck/testing/wait-for';
import { describeOnWindows } from '@renderdeck/wine';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { holdJob } from '../hold-job.ts';
import { farmOnWindows, type WindowsHost } from './windows-host.ts';

/** This render takes longer than any test waits. */
const SLOW = { frames: 5000, frameMs: 100 } as const;
/** The lease must be longer than a test holds a row. */
const SETTINGS = { RENDERDECK_SLOTS: '2', RENDERDECK_LEASE_MS: '60000' };
const PROGRAMS = ['AfterFX.com', 'AfterFX.exe', 'aerender.exe'];

/* Long because: one machine and one farm serve all of these tests. */
describeOnWindows('a Windows host in a farm', (wine) => {
  const { farm, host } = farmOnWindows(wine);
  let daemon: Awaited<ReturnType<WindowsHost['startWorker']>>;

  beforeAll(async () => {
    daemon = await host.startWorker('win', SETTINGS);
  });
  afterEach(async () => {
    expect(await host.programs()).toEqual([]);
    expect(await host.files()).toEqual([]);
  });

  const startRender = async () => {
    const job = await farm.submit({ project: SLOW });
    const attempt = await farm.untilPhase(job.id, 'rendering');
    return { ...job, attempt };
  };

  test('six cancels: no process or file of the job is left, another render goes on', async () => {
    const beside = await startRender();
    for (let count = 0; count < 6; count += 1) {
      const job = await startRender();
      expect(await host.programs()).toEqual([...PROGRAMS, ...PROGRAMS].sort());
      const { status, receipt } = await farm.cancel(job.id, '?waitMs=30000');
      expect(await host.programs()).toEqual(PROGRAMS);
      expect(await host.files()).toEqual([`attempt-${beside.attempt.id}`]);
      expect(status).toBe(200);
      expect(receipt).toMatchObject({
        outcome: 'cancelled',
        output: 'none',
        proof: 'kernel',
        survivors: [],
        host: 'win',
      });
      const names = receipt.processes.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(PROGRAMS));
      expect(receipt.files.leftovers).toEqual([]);
    }
    expect((await farm.readJob(beside.id)).view.job.status).toBe('RENDERING');
    await farm.cancel(beside.id, '?waitMs=30000');
    expect(await readdir(farm.folders.output)).toEqual([]);
  });

  test('a render completes, and its output is complete', async () => {
    const job = await farm.submit({ project: { frames: 20 } });
    const { attempts } = await farm.until(job.id, 'COMPLETED');
    expect(attempts[0]).toMatchObject({ host: 'win', outcome: 'completed' });
    expect((await readFile(job.output)).subarray(0, 4).toString()).toBe('RIFF');
    expect(await readdir(farm.folders.output)).toEqual([job.output.split('/').at(-1)]);
  });

  test('a cancel before the publish gate wins: nothing is published', async () => {
    const mayEnd = join(farm.folders.assets, 'may-end');
    const job = await farm.submit({ project: { waitsFor: wine.toWindows(mayEnd) } });
    await farm.untilPhase(job.id, 'rendering');
    const held = await holdJob(farm.database.url, job.id);
    const cancelled = farm.cancel(job.id, '?waitMs=60000');
    await held.waiting('for update');
    await writeFile(mayEnd, ''); // only now: a cancel does not wait long for the row
    await held.waiting('update jobs set'); // the gate waits behind the cancel
    await held.release();
    expect(await cancelled).toMatchObject({ receipt: { outcome: 'cancelled', output: 'none' } });
    expect(existsSync(job.output)).toBe(false);
  });

  test('the renders of a killed daemon end with it, and the next daemon proves that', async () => {
    const jobs = [await startRender(), await startRender()];
    expect(await host.programs()).toHaveLength(6);
    process.kill(daemon.pid, 'SIGKILL');
    await waitFor(async () => (await host.programs()).length === 0, {
      withinMs: 60_000,
      what: 'the programs to end with the daemon',
    });
    expect(await host.files()).toHaveLength(2);
    daemon = await host.startWorker('win', SETTINGS);
    for (const { id, attempt } of jobs) {
      const { attempts } = await farm.untilJob(
        id,
        'taken again',
        ({ view }) => view.job.attempts > 1,
      );
      expect(attempts.find((one) => one.id === attempt.id)).toMatchObject({
        stopReport: { survivors: [] },
        confirmedAt: expect.any(Date),
      });
      await farm.cancel(id, '?waitMs=30000');
    }
  });

  test('Ctrl-C gives the renders back, with proof', async () => {
    const job = await startRender();
    expect(await host.drain(daemon)).toMatchObject({ code: 0 });
    expect(await host.programs()).toEqual([]);
    const { view, attempts } = await farm.readJob(job.id);
    expect(view.job).toMatchObject({
      status: 'QUEUED',
      failure: 'Attempt 1 was given back: the worker on win shut down.',
    });
    expect(attempts[0]).toMatchObject({ outcome: 'released', stopReport: { survivors: [] } });
    await farm.cancel(job.id);
    daemon = await host.startWorker('win', SETTINGS);
  });

  test('a file that another program holds open is a leftover until it is closed', async () => {
    const job = await startRender();
    const folder = join(host.scratch, `attempt-${job.attempt.id}`);
    await writeFile(join(folder, 'held.txt'), 'held by an antivirus program');
    const holder = await host.holdFile(`C:\\scratch\\attempt-${job.attempt.id}\\held.txt`);
    const { receipt } = await farm.cancel(job.id, '?waitMs=60000');
    expect(receipt).toMatchObject({ outcome: 'cancelled', survivors: [] });
    expect(JSON.stringify(receipt.files.leftovers)).toMatch(/held\.txt.*(EBUSY|EPERM)/);
    expect(await host.programs()).toEqual([]);
    await farm.untilHost('win', 'with a leftover', ({ leftoverFolders }) => leftoverFolders > 0);
    process.kill(holder.pid, 'SIGKILL');
    await farm.untilHost('win', 'clean', ({ leftoverFolders }) => leftoverFolders === 0, 120_000);
    await waitFor(async () => (await host.files()).length === 0);
  });

  test('a stop is not proven while After Effects runs that belongs to no worker', async () => {
    const job = await startRender();
    await writeFile(join(wine.driveC, 'own.aep'), JSON.stringify({ standIn: SLOW }));
    const args = ['-project', 'C:\\own.aep', '-comp', 'main', '-output', 'C:\\own.avi'];
    const person = wine.start('C:\\ae\\AfterFX.exe', args);
    await expect.poll(host.programs).toHaveLength(PROGRAMS.length + 1);
    expect(await farm.cancel(job.id, '?waitMs=0')).toMatchObject({ status: 202 });
    const survivors = async () => (await farm.show(job.id)).job.receipt?.survivors;
    await expect
      .poll(survivors, { timeout: 60_000 })
      .toEqual([expect.objectContaining({ name: 'AfterFX.exe' })]);
    expect(await host.programs()).toEqual(['AfterFX.exe']);
    expect(await host.files()).toEqual([`attempt-${job.attempt.id}`]);
    process.kill(person.pid, 'SIGKILL');
    await farm.until(job.id, 'CANCELLED', 120_000);
    expect((await farm.show(job.id)).job.receipt).toMatchObject({
      outcome: 'cancelled',
      proof: 'kernel',
      survivors: [],
    });
  });
});
