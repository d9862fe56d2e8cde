/*
 * Files that are left of ended attempts. The receipt and the host report them, the worker tries to
 * remove them until they are gone, and an operator can remove them with `worker sweep`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createScratchFolder } from '@renderdeck/render-host';
import { canMount } from '@renderdeck/render-host/testing';
import { waitFor } from '@renderdeck/testing/wait-for';
import { runWorker } from '@renderdeck/worker/testing';
import { expect, test } from 'vitest';
import { farmOfFile, SLOW } from './farm/farm-of-file.ts';

const farm = farmOfFile();

/**
 * Starts a render with a file that cannot be removed. A mount covers the file. The mount exists
 * only in the daemon's mount namespace.
 */
async function startRenderWithStuckFile() {
  const worker = await farm.startWorker('one', {}, ['unshare', '--mount']);
  const job = await farm.submit({ project: SLOW });
  const attempt = await farm.untilPhase(job.id, 'rendering');
  const stuck = join(attempt.scratchPath ?? '', 'work', 'stuck');
  const within = (...command: string[]) =>
    execFileSync('nsenter', [`--mount=/proc/${worker.pid}/ns/mnt`, '--', ...command]);
  await writeFile(stuck, 'x');
  within('mount', '--bind', farm.folders.assets.concat('/logo.png'), stuck);
  return { worker, job, umount: (path: string) => within('umount', path) };
}

test.skipIf(!canMount())(
  'a file that cannot be removed is reported and tried again, no status waits (needs mounts)',
  async () => {
    const { job, umount } = await startRenderWithStuckFile();
    const { status, receipt } = await farm.cancel(job.id, '?waitMs=20000');
    expect({ status, outcome: receipt.outcome, survivors: receipt.survivors }).toEqual({
      status: 200,
      outcome: 'cancelled',
      survivors: [],
    });
    expect(receipt.files.leftovers).toEqual([
      { path: expect.stringMatching(/[.]trash[/]attempt-.*[/]work[/]stuck$/), error: 'EBUSY' },
    ]);
    expect(receipt.files.removed).toBeGreaterThan(3);
    await farm.untilHost(
      'one',
      'with one leftover folder',
      ({ leftoverFolders }) => leftoverFolders === 1,
    );
    // The slot is free although a file is left.
    const next = await farm.submit();
    await farm.until(next.id, 'COMPLETED');
    expect(await farm.files()).not.toEqual([]);

    umount(receipt.files.leftovers[0]?.path ?? '');
    await farm.untilHost(
      'one',
      'without leftover folders',
      ({ leftoverFolders }) => leftoverFolders === 0,
    );
    const after = (await farm.readJob(job.id)).view.receipt;
    expect(after?.files).toMatchObject({ removed: receipt.files.removed + 1, leftovers: [] });
    expect(after).toMatchObject({
      outcome: 'cancelled',
      confirmedAt: new Date(receipt.confirmedAt ?? ''),
    });
    expect(await farm.files()).toEqual([]);
  },
);

test.skipIf(!canMount())(
  'at its start, a daemon removes files that the last daemon could not (needs mounts)',
  async () => {
    const { worker, job } = await startRenderWithStuckFile();
    expect((await farm.cancel(job.id, '?waitMs=20000')).receipt.files.leftovers).toHaveLength(1);
    // The mounts of the daemon end with the daemon.
    expect(await worker.end()).toEqual({ code: 0, signal: null });
    await farm.startWorker();
    await farm.untilJob(job.id, 'clean', ({ view }) => view.receipt?.files.leftovers.length === 0);
    expect(await farm.files()).toEqual([]);
  },
);

test('a sweep removes only folders of ended attempts; a dry run removes none', async () => {
  const worker = await farm.startWorker();
  const root = farm.scratchOf('one');
  const done = await farm.submit();
  const { attempts } = await farm.until(done.id, 'COMPLETED');
  const over = await createScratchFolder(root, attempts[0]?.id ?? '');
  await writeFile(join(over.workPath, 'left.avi'), 'x'.repeat(1000));
  const running = await farm.submit({ project: SLOW });
  const attempt = await farm.untilPhase(running.id, 'rendering');
  const others = [
    'attempt-of-somebody',
    'attempt-00000000-0000-4000-8000-000000000000',
    'notes',
  ].map((name) => join(root, name));
  for (const path of others) await mkdir(path);

  const sweep = (...options: string[]) => runWorker(['sweep', ...options], farm.settingsOf());
  expect(await sweep('--dry-run')).toEqual({
    exitCode: 0,
    lines: [`would remove ${over.path}`],
    stderr: '',
  });
  expect(existsSync(join(over.workPath, 'left.avi'))).toBe(true);

  expect(await sweep()).toEqual({
    exitCode: 0,
    lines: [`removed ${over.path}: 2 files, 1036 bytes, 0 left`],
    stderr: '',
  });
  expect(existsSync(over.path)).toBe(false);
  for (const path of [attempt.scratchPath ?? '', ...others])
    expect(existsSync(path), path).toBe(true);
  expect(await sweep()).toEqual({
    exitCode: 0,
    lines: [`Nothing is left in ${root}.`],
    stderr: '',
  });

  expect((await farm.cancel(running.id)).receipt.outcome).toBe('cancelled');
  expect(await worker.end()).toEqual({ code: 0, signal: null });
  for (const path of others) await rm(path, { recursive: true });
});

test('a part that is left is swept as soon as its output folder is there again', async () => {
  const worker = await farm.startWorker();
  const job = await farm.submit();
  const [{ id } = { id: '' }] = (await farm.until(job.id, 'COMPLETED')).attempts;
  expect(await worker.end()).toEqual({ code: 0, signal: null });
  const share = join(farm.folders.output, 'share');
  const part = join(share, `.film.mov.${id}.part`);
  const parts = JSON.stringify([part]);
  await farm.sql`update attempts set parts = ${parts}::text::jsonb where id = ${id}`;
  const partsOnRecord = async () => (await farm.readJob(job.id)).attempts[0]?.parts;
  const sweep = (...options: string[]) => runWorker(['sweep', ...options], farm.settingsOf());

  expect((await sweep()).lines).toEqual([
    `removed ${part}: 0 files, 0 bytes, 1 left`,
    `  left: ${part} (its folder is not there)`,
  ]);
  expect(await partsOnRecord()).toEqual([part]);
  await mkdir(share);
  await writeFile(part, 'x');
  await writeFile(join(share, 'film.mov'), 'whole');
  expect((await sweep('--dry-run')).lines).toEqual([`would remove ${part}`]);
  expect(await readdir(share)).toEqual([`.film.mov.${id}.part`, 'film.mov']);

  await farm.startWorker();
  await waitFor(async () => (await partsOnRecord())?.length === 0, { what: 'the part to be gone' });
  expect(await readdir(share)).toEqual(['film.mov']);
});

test('the folder of a failed attempt is kept for its time, the one of a stop is not', async () => {
  const keeping = { RENDERDECK_KEEP_FAILED_HOURS: '2' };
  const worker = await farm.startWorker('one', keeping);
  const job = await farm.submit({ project: { frames: 6, misbehave: 'fails' } });
  const { attempts } = await farm.until(job.id, 'FAILED');
  const [left] = attempts[0]?.removalReport?.leftovers ?? [];
  const path = left?.path ?? '';
  expect(left?.error).toBe('is kept for 2 h, because the attempt failed');
  expect(await readdir(path)).toContain('work');
  const stopped = await farm.submit({ project: SLOW });
  await farm.untilPhase(stopped.id, 'rendering');
  expect((await farm.cancel(stopped.id)).receipt.files.leftovers).toEqual([]);
  expect(await readdir(dirname(path))).toEqual([basename(path)]);
  expect(await worker.end()).toEqual({ code: 0, signal: null });

  await rename(path, path.replace(/~.*/, `~${Date.now() - 3 * 3_600_000}`));
  await farm.startWorker('one', keeping);
  await farm.untilJob(job.id, 'clean', (found) =>
    found.attempts.every(({ removalReport }) => removalReport?.leftovers.length === 0),
  );
  expect((await farm.readJob(job.id)).attempts[0]?.removalReport?.files).toBeGreaterThan(1);
});

test('an unknown command exits with 1 and lists the known commands', async () => {
  expect(await runWorker(['sweep', '--now'], farm.settingsOf())).toMatchObject({
    exitCode: 1,
    stderr:
      'renderdeck worker: There is no sweep --now: ' +
      'run worker, worker join URL TOKEN, worker leave, worker install [--dry-run], ' +
      'worker uninstall, worker keep --log FILE, worker prepare [--dry-run] [--render-only], ' +
      'worker stop [--drain], worker update, ' +
      'worker actions, worker acceptance, worker selftest-kill, or worker sweep [--dry-run].',
  });
});
