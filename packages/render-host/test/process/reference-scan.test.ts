import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Looks } from '../../src/process/looks.ts';
import { noCgroup } from '../../testing/cgroup-place.ts';
import { openReferenceScan } from '../../testing/reference-scan.ts';
import { waitUntil } from '../../testing/wait-until.ts';

test.skipIf(noCgroup !== '')(
  `a scan does not list a worker's look at files, and ends it${noCgroup}`,
  async () => {
    const scan = openReferenceScan();
    const looks = new Looks(null);
    await looks.ask('answers', ['/'], 60_000);
    expect(scan?.listLiving()).toEqual([]);
    await scan?.close();
    // The program has ended, so the next look starts another program.
    await looks.ask('answers', ['/'], 60_000);
    looks.end();
  },
);

test.skipIf(noCgroup !== '')(`a scan lists no look that ends${noCgroup}`, async () => {
  const scan = openReferenceScan();
  for (let count = 0; count < 100; count += 1) {
    const look = spawn('sleep', ['1000'], { argv0: '/look-child.mjs' });
    await waitUntil('the look runs its program', () => scan?.listLiving().length === 0);
    const ended = once(look, 'exit');
    look.kill('SIGKILL');
    const listed = Array.from({ length: 20 }, () => scan?.listLiving().length);
    expect(listed.filter((length) => length !== 0)).toEqual([]);
    await ended;
  }
  await scan?.close();
});

test.skipIf(noCgroup !== '')(
  `a scan ends each process of a test, but no compiler${noCgroup}`,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'renderdeck-scan-'));
    const compiler = join(folder, 'esbuild');
    await copyFile('/bin/sleep', compiler);
    await chmod(compiler, 0o755);
    const scan = openReferenceScan();
    const [service, program] = [spawn(compiler, ['1000']), spawn('/bin/sleep', ['1000'])];
    const ended = once(program, 'exit');
    await Promise.all([once(service, 'spawn'), once(program, 'spawn')]);
    expect(scan?.listLiving()).toEqual([program.pid]);
    await scan?.close();
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect([service.exitCode, service.signalCode]).toEqual([null, null]);
    service.kill();
    expect(await once(service, 'exit')).toEqual([null, 'SIGTERM']);
    await rm(folder, { recursive: true });
  },
);
