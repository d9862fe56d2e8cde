import type { ContainerKind } from '@renderdeck/domain';
import { describe, expect, test } from 'vitest';
import { linuxListing } from '../../src/process/snapshot/linux.ts';
import { stopProcessTree } from '../../src/process/stop-process-tree.ts';
import { openFrozenFolder } from '../../testing/frozen-folder.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { startHostileProgram } from './hostile-programs/start-hostile-program.ts';

describe('a process in uninterruptible sleep', () => {
  test.for<ContainerKind>(['cgroup', 'none'])(
    'is reported as a survivor with its state, and a later stop ends it (%s)',
    async (kind, { skip }) => {
      const folder = openFrozenFolder();
      if ('reason' in folder) return skip(folder.reason);
      try {
        const tree = await startHostileProgram(
          { name: '', command: 'sh', args: ['-c', `echo ready; echo late > ${folder.path}/file`] },
          kind,
        );
        await waitUntil('the writer sleeps', async () => {
          const pids = (await tree.members()).map(({ pid }) => pid);
          return [...(await linuxListing.readStates(pids)).values()].some(
            ({ state }) => state === 'D',
          );
        });
        const first = await stopProcessTree(tree.record, { graceMs: 50, budgetMs: 1000 });
        expect(first).toMatchObject({ proof: null, deadAt: null, timeToDeadMs: null });
        expect(first.survivors).toEqual([
          { pid: expect.any(Number), name: 'sh', state: 'D (uninterruptible sleep)' },
        ]);
        expect(first.processes.find(({ pid }) => pid === first.survivors[0]?.pid)).toMatchObject({
          endedBy: null,
          endedAt: null,
        });
        folder.thaw();
        await waitUntil(
          'the killed process is gone',
          async () => (await tree.members()).length === 0,
        );
        const second = await stopProcessTree(tree.record);
        expect(second.survivors).toEqual([]);
        expect(second.proof).not.toBeNull();
        await tree.close();
      } finally {
        folder.close();
      }
    },
  );
});
