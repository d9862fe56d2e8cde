/*
 * Every hostile program runs in a real render of a real daemon. An admin cancels the job over HTTP.
 *
 * 1. The receipt must agree with the reference scan. The reference scan reads a cgroup that
 *    contains the daemon and all its processes. The code under test does not know this cgroup.
 * 2. The receipt lists the programs in ENDED as ended. Every process that started after the
 *    submission is dead. The daemon lives, and so does an unrelated process with the same name.
 * 3. The scratch folder is empty. The job's sources still exist, and so does the target of a link
 *    in the scratch folder.
 *
 * The tests of render-host cover hosts that can list processes only with `ps`. A daemon here never
 * uses `ps`.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isSameProcess } from '@renderdeck/render-host';
import {
  canMount,
  openFrozenFolder,
  parseStat,
  readProcFile,
  referenceScanOfFile,
  startUnrelatedProcess,
} from '@renderdeck/render-host/testing';
import {
  type FarmUnderTest,
  startFarmUnderTest,
  type WorkerUnderTest,
} from '@renderdeck/standalone/testing';
import { waitFor } from '@renderdeck/testing/wait-for';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { giveToUser } from './farm/give-to-user.ts';
import { type Hostile, installHostileAerender } from './hostile-aerender.ts';
import { ALL, ENDED, otherUser, SCANS, WAYS } from './hostile-renders.ts';

const referenceScan = referenceScanOfFile();
const needs =
  referenceScan === null ? ' (left out: the reference scan needs a writable cgroup v2)' : '';
let farm: FarmUnderTest;
let hostile: Awaited<ReturnType<typeof installHostileAerender>>;

describe.skipIf(referenceScan === null)(`hostile programs${needs}`, () => {
  beforeAll(async () => {
    farm = await startFarmUnderTest({ RENDERDECK_STOP_GRACE_MS: '300' });
    hostile = await installHostileAerender(join(farm.folders.assets, 'hostile'));
  });
  afterAll(async () => {
    await referenceScan?.endAll();
    await farm.close();
  });

  describe.skipIf(!canMount()).each(WAYS)(
    'in $way',
    ({ within, proof, names, asOther = false }) => {
      const { user } = otherUser;
      const programs = Object.entries(ALL).filter(([key]) => names.includes(key));
      let worker: WorkerUnderTest | null = null;
      beforeAll(async () => {
        if (asOther && user === null) return;
        await hostile.prepare(ALL.obedient);
        if (asOther && user !== null) giveToUser(farm.folders, user);
        const env = asOther ? { RENDERDECK_RENDER_USER: 'nobody' } : {};
        worker = await farm.startWorker(
          'one',
          { RENDERDECK_AERENDER: hostile.aerender, ...env },
          within,
        );
      });
      afterAll(async () => {
        if (worker !== null) expect(await worker.end()).toEqual({ code: 0, signal: null });
      });

      test
        .skipIf(asOther && user === null)
        .each(programs.map(([key, program]) => ({ ...program, ended: Reflect.get(ENDED, key) })))(
        'a render with $name is `cancelled` only when none of its processes lives',
        async (program) => {
          const unrelated = await startUnrelatedProcess(
            { RENDERDECK_TREE_MARKER: 'another' },
            'aerender',
          );
          const before = new Set(referenceScan?.listLiving());
          const job = await startRender(program);
          const sources = await readdir(farm.folders.assets, { recursive: true });
          expect(await farm.files()).not.toEqual([]);

          const { status, receipt } = await farm.cancel(job.id, '?waitMs=30000');
          const living = referenceScan?.listLiving().filter((pid) => !before.has(pid));
          expect({ living, outcome: receipt.outcome, survivors: receipt.survivors }).toEqual({
            living: [],
            outcome: 'cancelled',
            survivors: [],
          });
          expect(status).toBe(200);
          // If the program has left its cgroup, an empty cgroup is no proof, so the proof must be a
          // scan.
          expect(receipt.proof).toMatch('leavesCgroup' in program && !asOther ? SCANS : proof);
          const named = receipt.processes.map(({ name }) => name);
          expect(named).toEqual(
            expect.arrayContaining(['nexrender', 'aerender', 'AfterFX', ...program.ended]),
          );
          expect(
            receipt.processes.filter(
              ({ endedBy, endedAt }) => endedBy === null || endedAt === null,
            ),
          ).toEqual([]);

          expect(await isSameProcess(unrelated.identity)).toBe(true);
          expect(receipt.processes.map(({ pid }) => pid)).not.toContain(unrelated.identity.pid);
          await unrelated.end();

          expect(receipt.files.leftovers).toEqual([]);
          expect(await farm.files()).toEqual([]);
          expect(await readdir(farm.folders.output)).toEqual([]);
          expect(await readdir(farm.folders.assets, { recursive: true })).toEqual(sources);
          expect(await hostile.readKept()).toBe('kept');
        },
        240_000,
      );
    },
  );

  test('a process that the kernel keeps alive delays the receipt and holds the slot', async ({
    skip,
  }) => {
    const folder = openFrozenFolder();
    if ('reason' in folder) return skip(folder.reason);
    try {
      const worker = await farm.startWorker('two', { RENDERDECK_AERENDER: hostile.aerender });
      const job = await startRender({
        command: 'sh',
        args: ['-c', `echo ready; echo late > ${folder.path}/file`],
      });
      await waitFor(() => referenceScan?.listLiving().some(isUninterruptible), {
        what: 'the writer to sleep',
      });
      const waits = await farm.submit({ priority: 100 });
      const stuck = await farm.cancel(job.id, '?waitMs=15000');
      expect(stuck).toMatchObject({
        status: 202,
        receipt: { outcome: 'cancelling', proof: null },
      });
      expect(stuck.receipt.survivors).toEqual([
        { pid: expect.any(Number), name: 'sh', state: 'D (uninterruptible sleep)' },
      ]);
      expect(referenceScan?.listLiving()).toContain(stuck.receipt.survivors[0]?.pid);
      expect((await farm.readJob(waits.id)).view.job).toMatchObject({
        status: 'QUEUED',
        attempts: 0,
      });
      expect(await farm.files('two')).not.toEqual([]);

      folder.thaw();
      const { receipt } = await farm.cancel(job.id, '?waitMs=30000');
      expect(receipt).toMatchObject({
        outcome: 'cancelled',
        survivors: [],
        files: { leftovers: [] },
      });
      expect(
        receipt.processes.find(({ pid }) => pid === stuck.receipt.survivors[0]?.pid),
      ).toMatchObject({ endedBy: 'SIGKILL' });
      await farm.until(waits.id, 'COMPLETED');
      expect(await farm.files('two')).toEqual([]);
      expect(await worker.end()).toEqual({ code: 0, signal: null });
    } finally {
      folder.close();
    }
  });
});

function isUninterruptible(pid: number): boolean {
  const stat = readProcFile(`/proc/${pid}/stat`);
  return stat !== null && parseStat(stat)?.state === 'D';
}

/** Starts a render with this program. Resolves when both the render and the program run. */
async function startRender(program: Hostile) {
  await hostile.prepare(program);
  const job = await farm.submit({ project: { frames: 5000, frameMs: 20 } });
  await farm.untilPhase(job.id, 'rendering');
  await hostile.untilReady();
  return job;
}
