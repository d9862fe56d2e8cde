import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type MeasuredTree, measureUsage } from '../../src/process/usage.ts';
import { waitUntil } from '../../testing/wait-until.ts';

/** The files under /proc of another process that this process has open. */
function openFilesOf(pid: number | undefined): string[] {
  const paths = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return ''; // the descriptor of the listing itself is closed by now
    }
  });
  return paths.filter((path) => path.startsWith(`/proc/${pid}/`));
}

test('a busy tree uses CPU, an ended tree uses none, and no file of it stays open', async () => {
  const busy = spawn('sh', ['-c', 'echo up; while :; do :; done'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(busy.stdout, 'data');
  const dead = spawn('true');
  await once(dead, 'exit');
  const pidOf = (child: { pid?: number | undefined }) => child.pid ?? 0;
  const trees = [
    { attemptId: 'busy', pids: [pidOf(busy), pidOf(dead)] },
    { attemptId: 'dead', pids: [pidOf(dead)] },
    { attemptId: 'none', pids: [] },
  ];
  const measure = (some = trees) => measureUsage(some, { keptMs: 2000 });
  try {
    await waitUntil(
      'the busy tree shows its CPU',
      async () => ((await measure()).get('busy')?.cpuPercent ?? 0) > 1,
    );
    const usage = await measure();
    expect(usage.get('busy')).toMatchObject({ processes: 1 });
    expect(usage.get('busy')?.memoryBytes).toBeGreaterThan(100_000);
    expect(usage.get('dead')).toEqual({ cpuPercent: 0, memoryBytes: 0, processes: 0 });
    expect(usage.get('none')).toEqual({ cpuPercent: 0, memoryBytes: 0, processes: 0 });
    expect(openFilesOf(busy.pid).length).toBeLessThanOrEqual(1);
    expect(await measure([{ attemptId: 'dead', pids: [pidOf(dead)] }])).toEqual(
      new Map([['dead', { cpuPercent: 0, memoryBytes: 0, processes: 0 }]]),
    );
  } finally {
    const ended = once(busy, 'exit');
    busy.kill('SIGKILL');
    await ended;
  }
  expect((await measure()).get('busy')).toEqual({ cpuPercent: 0, memoryBytes: 0, processes: 0 });
  await waitUntil('its file is closed', () => openFilesOf(busy.pid).length === 0);
});

describe('a tree whose container keeps accounts', () => {
  const at =
    (sinceMs: number, cpuMs: number, more = {}) =>
    () => ({
      ...{ sinceMs, cpuMs, processes: 3, memoryBytes: 9_000_000, bytesRead: null },
      ...more,
    });
  const measure = async (accounting: MeasuredTree['accounting'], attemptId = 'one') =>
    (await measureUsage([{ attemptId, pids: [process.pid], accounting }])).get(attemptId);

  test('counts CPU since the last call, and at the first call since it began', async () => {
    expect(await measure(at(10_000, 2000))).toEqual({
      cpuPercent: 20,
      memoryBytes: 9_000_000,
      processes: 3,
    });
    expect(await measure(at(12_000, 5000))).toMatchObject({ cpuPercent: 150 });
    expect(await measure(at(14_000, 5000, { processes: 0 }))).toMatchObject({
      cpuPercent: 0,
      processes: 0,
    });
    expect(await measure(at(14_000, 5000), 'two'), 'another tree').toMatchObject({
      cpuPercent: expect.closeTo(35.7, 1),
    });
  });

  test('is left out when its account cannot be read; in no time it uses no CPU', async () => {
    expect(await measure(() => null)).toBeUndefined();
    await measure(at(1000, 500));
    expect(await measure(at(1000, 500))).toMatchObject({ cpuPercent: 0 });
  });
});
