/*
 * A worker watches the free disk space of its host while it renders. Here the scratch root is on
 * its own small disk, which the test fills.
 */
import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { canMount } from '@renderdeck/render-host/testing';
import { type FarmUnderTest, startFarmUnderTest } from '@renderdeck/standalone/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

let farm: FarmUnderTest;

beforeAll(async () => {
  farm = await startFarmUnderTest({ RENDERDECK_LEASE_MS: '3000' });
});
afterAll(() => farm.close());

/**
 * Starts a worker whose scratch root has 64 MB. A job needs 40 MB free to start, 20 MB to render.
 */
async function startOnSmallDisk() {
  const root = farm.scratchOf('small');
  await mkdir(root);
  const mount = `mount -t tmpfs -o size=64m tmpfs ${root} && exec "$@"`;
  const worker = await farm.startWorker(
    'small',
    { RENDERDECK_MIN_FREE_MB: '40', RENDERDECK_SLOTS: '2' },
    ['unshare', '--mount', 'sh', '-c', mount, 'sh'],
  );
  const within = (...command: string[]) =>
    execFileSync('nsenter', [`--mount=/proc/${worker.pid}/ns/mnt`, '--', ...command]);
  const other = join(root, 'of-somebody-else');
  return {
    worker,
    /** Lets another program use this many MB. */
    fill: (mb: number) => within('fallocate', '-l', `${mb}MB`, other),
    grow: (folder: string, mb: number) => within('fallocate', '-l', `${mb}MB`, join(folder, 'big')),
    free: () => within('rm', other),
  };
}

const LONG = { frames: 200, frameMs: 500 } as const;

test.skipIf(!canMount())(
  'a host whose disk fills up takes no new job, then ends its largest render (needs mounts)',
  async () => {
    const { worker, fill, grow, free } = await startOnSmallDisk();
    const small = await farm.submit({ project: LONG });
    const large = await farm.submit({ project: LONG });
    await farm.untilPhase(small.id, 'rendering');
    const { scratchPath } = await farm.untilPhase(large.id, 'rendering');
    grow(join(scratchPath ?? '', 'work'), 10);

    // Between half of the limit and the limit, every slot renders on, and the host reports it.
    fill(20);
    const host = await farm.untilHost('small', 'with a problem', ({ problem }) => problem !== null);
    expect(host.problem).toMatch(/^Only \d+ MB are free .* RENDERDECK_MIN_FREE_MB=40; no job is/);
    expect((await farm.readJob(large.id)).view.job.status).toBe('RENDERING');

    // Below half of the limit the larger render is given back. Its 10 MB are enough for the other.
    fill(42);
    const { view, attempts } = await farm.untilJob(
      large.id,
      'given back',
      ({ view }) => view.job.status === 'QUEUED',
    );
    expect(attempts).toMatchObject([
      { outcome: 'hostFailed', stopReport: { survivors: [] }, removalReport: { leftovers: [] } },
    ]);
    expect(view.job.failure).toMatch(
      new RegExp(
        '^Attempt 1 was given back by small: The disk of .* ran full: only \\d+ MB were free, ' +
          'less than half of RENDERDECK_MIN_FREE_MB=40[.]',
      ),
    );
    expect((await farm.readJob(small.id)).view.job.status).toBe('RENDERING');

    const good = await farm.startWorker('good', { RENDERDECK_MIN_FREE_MB: '1' });
    await farm.untilProgress(large.id, 1);
    expect((await farm.readJob(large.id)).view.host).toBe('good');

    // Free space alone does not end the pause. The host reports why it waits until its check holds.
    free();
    await farm.untilHost(
      'small',
      'waiting for its check',
      ({ problem }) =>
        problem?.startsWith(`The disk of ${farm.scratchOf('small')} ran full:`) === true,
    );
    await farm.send('POST', '/hosts/small/check', {});
    await farm.untilHost('small', 'without a problem', ({ problem }) => problem === null);
    for (const { id } of [small, large]) await farm.cancel(id);
    for (const one of [worker, good]) expect(await one.end()).toEqual({ code: 0, signal: null });
  },
  120_000,
);
