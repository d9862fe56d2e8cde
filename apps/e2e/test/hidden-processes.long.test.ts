/*
 * A host whose worker cannot see all of its own processes. The worker runs without rights (as root
 * without capabilities and groups) and cannot make cgroups. Its /proc is mounted with `hidepid`.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { referenceScanOfFile, whyNoNamespaces } from '@renderdeck/render-host/testing';
import type { WorkerUnderTest } from '@renderdeck/standalone/testing';
import { waitFor } from '@renderdeck/testing/wait-for';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { farmOfFile } from './farm/farm-of-file.ts';
import { installHostileAerender } from './hostile-aerender.ts';
import { ALL } from './hostile-renders.ts';

const leftOut = process.getuid?.() === 0 ? whyNoNamespaces() : ' (left out: it takes root)';
const referenceScan = leftOut === '' ? referenceScanOfFile() : null;

const farm = farmOfFile({ RENDERDECK_STOP_GRACE_MS: '300' });
let hostile: Awaited<ReturnType<typeof installHostileAerender>>;

const without = (options: string) => [
  ...['unshare', '--mount', 'sh', '-c'],
  `umount --all --types cgroup2; mount -t proc -o ${options} proc /proc && exec "$@"`,
  ...['sh', 'setpriv', '--regid=65534', '--clear-groups', '--bounding-set=-all'],
  ...['--inh-caps=-all', '--'],
];

function remount({ pid }: WorkerUnderTest, options: string): void {
  const mount = ['mount', '-t', 'proc', '-o', options, 'proc', '/proc'];
  execFileSync('nsenter', [`--mount=/proc/${pid}/ns/mnt`, ...mount]);
}

const untilProblem = (problem: RegExp | null) =>
  farm.untilHost('one', `with the problem ${problem}`, (host) =>
    problem === null ? host.problem === null : problem.test(host.problem ?? ''),
  );

describe.skipIf(leftOut !== '')(`a host whose /proc hides processes${leftOut}`, () => {
  beforeAll(async () => {
    hostile = await installHostileAerender(join(farm.folders.assets, 'hostile'));
  });
  afterAll(async () => {
    await referenceScan?.endAll();
  });

  test('takes no job until /proc shows all processes, and says what to change', async () => {
    const worker = await farm.startWorker('one', {}, without('hidepid=2'));
    const host = await untilProblem(/^\/proc is mounted with hidepid=.*docs\/hosts\.md/);
    expect(host.problem).toMatch(/Mount \/proc without hidepid .* No job is taken\.$/);
    const job = await farm.submit();
    const { lastHeardAt } = host;
    await farm.untilHost('one', 'heard again', (now) => now.lastHeardAt > lastHeardAt);
    expect((await farm.readJob(job.id)).view.job).toMatchObject({
      status: 'QUEUED',
      attempts: 0,
    });
    remount(worker, 'defaults');
    await farm.until(job.id, 'COMPLETED');
    await untilProblem(null);
    expect(await worker.end()).toEqual({ code: 0, signal: null });
  });

  test('proves no stop while /proc hides processes of the render', async () => {
    await hostile.prepare(ALL.undumpable);
    const env = { RENDERDECK_AERENDER: hostile.aerender };
    const worker = await farm.startWorker('one', env, without('defaults'));
    const before = new Set(referenceScan?.listLiving());
    const job = await farm.submit({ project: { frames: 5000, frameMs: 20 } });
    await farm.untilPhase(job.id, 'rendering');
    await hostile.untilReady();
    remount(worker, 'hidepid=2');
    await untilProblem(/hidepid/);

    const receipt = await waitFor(
      async () => {
        const asked = await farm.cancel(job.id, '?waitMs=500');
        expect(asked.status).toBe(202);
        return asked.receipt.survivors.length > 0 && asked.receipt;
      },
      { what: 'the report of the stop' },
    );
    expect(receipt).toMatchObject({ outcome: 'cancelling', proof: null, deadAt: null });
    for (const { state } of receipt.survivors) expect(state).toMatch(/^unknown: .*hidepid/);
    const living = () => referenceScan?.listLiving().filter((pid) => !before.has(pid));
    expect(living()).not.toEqual([]);
    expect(await farm.files()).not.toEqual([]);

    remount(worker, 'defaults');
    // The worker tries to prove the stop again after at most half a minute.
    await farm.until(job.id, 'CANCELLED');
    const shown = await farm.cancel(job.id);
    expect(shown.receipt).toMatchObject({ outcome: 'cancelled', survivors: [] });
    expect(shown.receipt.proof).toMatch(/^(forkFree|repeated)$/);
    expect(living()).toEqual([]);
    expect(await worker.end()).toEqual({ code: 0, signal: null });
  });
});
