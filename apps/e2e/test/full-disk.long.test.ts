/*
 * A worker watches the free disk space of its host while it renders, and a full disk loses no
 * report. Here the scratch root is on its own small disk, which the test fills.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { canMount } from '@renderdeck/render-host/testing';
import { waitFor } from '@renderdeck/testing/wait-for';
import { expect, test } from 'vitest';
import { startDatabaseProxy } from './database-proxy.ts';
import { farmOfFile } from './farm/farm-of-file.ts';

const farm = farmOfFile();

/**
 * Starts a worker whose scratch root has 64 MB. A job needs 40 MB free to start, 20 MB to render.
 */
async function startOnSmallDisk() {
  const root = farm.scratchOf('small');
  await mkdir(root);
  const mount = `mount -t tmpfs -o size=64m tmpfs ${root} && exec "$@"`;
  const worker = await farm.startWorker(
    'small',
    {
      RENDERDECK_MIN_FREE_MB: '40',
      RENDERDECK_SLOTS: '2',
      RENDERDECK_KEEP_FAILED_HOURS: '1',
    },
    ['unshare', '--mount', 'sh', '-c', mount, 'sh'],
  );
  const within = (...command: string[]) =>
    execFileSync('nsenter', [`--mount=/proc/${worker.pid}/ns/mnt`, '--', ...command]);
  const other = join(root, 'of-somebody-else');
  return {
    /** Lets another program use this many MB. */
    fill: (mb: number) => within('fallocate', '-l', `${mb}MB`, other),
    grow: (folder: string, mb: number) => within('fallocate', '-l', `${mb}MB`, join(folder, 'big')),
    free: () => within('rm', other),
  };
}

const LONG = { frames: 800, frameMs: 500 } as const;

test.skipIf(!canMount())(
  'a host whose disk fills up takes no new job, then ends its largest render (needs mounts)',
  async () => {
    const { fill, grow, free } = await startOnSmallDisk();
    const failed = await farm.submit({ project: { frames: 6, misbehave: 'fails' } });
    const { attempts: ended } = await farm.until(failed.id, 'FAILED');
    expect(ended[0]?.removalReport?.leftovers).toHaveLength(1);
    const small = await farm.submit({ project: LONG });
    const large = await farm.submit({ project: LONG });
    await farm.untilPhase(small.id, 'rendering');
    const { scratchPath } = await farm.untilPhase(large.id, 'rendering');
    grow(join(scratchPath ?? '', 'work'), 10);

    // Between half of the limit and the limit, every slot renders on, and the host reports it. It
    // removes the folder that it kept of the failed attempt.
    fill(20);
    await farm.untilJob(failed.id, 'without a kept folder', (found) =>
      found.attempts.every(({ removalReport }) => removalReport?.leftovers.length === 0),
    );
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

    await farm.startWorker('good', { RENDERDECK_MIN_FREE_MB: '1' });
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
  },
);

/** A small disk that stays while daemons begin and end. `within` runs a program that sees it. */
async function aSmallDisk(root: string) {
  await mkdir(root);
  const mount = `mount -t tmpfs -o size=8m tmpfs ${root} && echo mounted && exec sleep infinity`;
  const keeper = spawn('unshare', ['--mount', 'sh', '-c', mount], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(keeper.stdout, 'data');
  const within = ['nsenter', `--mount=/proc/${keeper.pid}/ns/mnt`, '--'] as const;
  const [nsenter, ...inside] = within;
  const run = (script: string) =>
    execFileSync(nsenter, [...inside, 'sh', '-c', script, root], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  return {
    within,
    /** Writes until the disk has no byte left. */
    fill: () => run('cat /dev/zero >>"$0"/of-somebody-else || true'),
    /** The bytes of the journal, as text. */
    readJournal: () => run('cat "$0"/.host/journal/* | tr -cd "[:print:]"'),
    end: () => keeper.kill('SIGKILL'),
  };
}

test.skipIf(!canMount())(
  'a full disk loses no report of a killed daemon, and the next daemon starts (needs mounts)',
  async () => {
    const line = await startDatabaseProxy(await farm.database.urlAs('renderdeck_worker'));
    const disk = await aSmallDisk(farm.scratchOf('full'));
    const start = () =>
      farm.startWorker(
        'full',
        { RENDERDECK_MIN_FREE_MB: '1', RENDERDECK_LEASE_MS: '300000', DATABASE_URL: line.url },
        disk.within,
      );
    const worker = await start();
    const job = await farm.submit({ project: LONG });
    await farm.untilPhase(job.id, 'rendering');
    line.cut();
    disk.fill();
    // Without the database, only the journal has the end of the render.
    await waitFor(() => disk.readJournal().includes('"kind":"hostFailed"'), {
      what: 'the end of the render in the journal',
    });
    await worker.kill();
    disk.fill();
    line.restore();
    const next = await start();
    const { attempts } = await farm.untilJob(
      job.id,
      'given back',
      ({ view }) => view.job.status === 'QUEUED',
    );
    expect(attempts).toMatchObject([
      { outcome: 'hostFailed', stopReport: { survivors: [], proof: expect.any(String) } },
    ]);
    await farm.cancel(job.id);
    expect(await next.end()).toEqual({ code: 0, signal: null });
    disk.end();
    await line.close();
  },
);
