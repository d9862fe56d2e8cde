import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { measureUsage } from '../../src/process/usage.ts';
import { waitUntil } from '../../testing/wait-until.ts';

test('a busy tree has a usage, an ended one has none, and no file stays open', async () => {
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
  try {
    await measureUsage(trees);
    const before = readdirSync('/proc/self/fd').length;
    await waitUntil(
      'the busy tree shows its CPU',
      async () => ((await measureUsage(trees)).get('busy')?.cpuPercent ?? 0) > 1,
    );
    const usage = await measureUsage(trees);
    expect(usage.get('busy')).toMatchObject({ processes: 1 });
    expect(usage.get('busy')?.memoryBytes).toBeGreaterThan(100_000);
    expect(usage.get('dead')).toEqual({ cpuPercent: 0, memoryBytes: 0, processes: 0 });
    expect(usage.get('none')).toEqual({ cpuPercent: 0, memoryBytes: 0, processes: 0 });
    expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before);
    expect(await measureUsage([{ attemptId: 'dead', pids: [pidOf(dead)] }])).toEqual(
      new Map([['dead', { cpuPercent: 0, memoryBytes: 0, processes: 0 }]]),
    );
  } finally {
    const ended = once(busy, 'exit');
    busy.kill('SIGKILL');
    await ended;
  }
});
