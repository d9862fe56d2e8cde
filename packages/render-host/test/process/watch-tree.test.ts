import { expect, test } from 'vitest';
import { openContainer } from '../../src/process/container/container.ts';
import { linuxListing } from '../../src/process/snapshot/linux.ts';
import type { ProcessListing } from '../../src/process/snapshot/process-listing.ts';
import { createStopHistory } from '../../src/process/stop-history.ts';
import { watchTree } from '../../src/process/watch-tree.ts';
import { HOSTILE_PROGRAMS, type HostileProgram } from '../../src/self-test/hostile-programs.ts';
import { noCgroup } from '../../testing/cgroup-place.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { startHostileProgram } from './hostile-programs/start-hostile-program.ts';
import { keepTree } from './keep-tree.ts';

/** A watched tree, and the pids that each of its listings has read. */
async function watch(
  program: HostileProgram,
  kind: 'cgroup' | 'none',
  listing: ProcessListing = linuxListing,
) {
  const tree = await keepTree(startHostileProgram(program, kind));
  const { record } = tree;
  const read: number[][] = [];
  const spied: ProcessListing = {
    ...listing,
    async takeSnapshot(options) {
      const snapshot = await listing.takeSnapshot(options);
      read.push(snapshot.processes.map(({ pid }) => pid));
      return snapshot;
    },
  };
  return {
    tree,
    read,
    watched: watchTree(record, spied, openContainer(record.container, record), createStopHistory()),
  };
}

test('unrelated processes are read once; members and new processes every time', async () => {
  const { tree, read, watched } = await watch(HOSTILE_PROGRAMS.obedient, 'none');
  const before = await watched.scan();
  tree.send({ command: 'sleep', args: ['1000'] });
  await waitUntil(
    'the new process is seen',
    async () => (await watched.scan()).members.length === before.members.length + 1,
  );
  const [first = [], second = []] = read;
  expect(second).toEqual(expect.arrayContaining(before.members.map(({ pid }) => pid)));
  expect(first).toContain(1);
  // Our ancestors are read every time, and init may be one of them, so they do not count here.
  const unrelatedProcesses = first.filter(
    (pid) => !before.members.some((member) => member.pid === pid) && !before.vetoed.has(pid),
  );
  expect(unrelatedProcesses.length).toBeGreaterThan(0);
  expect(second.filter((pid) => unrelatedProcesses.includes(pid))).toEqual([]);
});

test('all processes are read again when pids may have been reused', async () => {
  let newestPid = 2 ** 30;
  const { read, watched } = await watch(HOSTILE_PROGRAMS.obedient, 'none', {
    ...linuxListing,
    takeSnapshot: async (options) => ({
      ...(await linuxListing.takeSnapshot(options)),
      newestPid: newestPid--,
    }),
  });
  await watched.scan();
  await watched.scan();
  expect(read.at(-1)?.length).toBeGreaterThan((read.at(-2)?.length ?? 0) + 1);
});

test.skipIf(noCgroup !== '')(
  `a scan of the cgroup does not read unrelated processes${noCgroup}`,
  async () => {
    const { tree, read, watched } = await watch(HOSTILE_PROGRAMS.escapee, 'cgroup');
    const held = await watched.scanHeld();
    const whole = await watched.scan();
    expect(held.members.map(({ pid }) => pid)).toEqual(whole.members.map(({ pid }) => pid));
    expect(held.members.map(({ pid }) => pid)).toContain(tree.record.root?.pid);
    expect(held.groups).toEqual([]);
    expect(held.vetoed.has(process.ppid)).toBe(true);
    expect(read[0]?.length).toBeLessThan(read[1]?.length ?? 0);
  },
);
