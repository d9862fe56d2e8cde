/* What a stop does, and what it never does. Long because: each case starts its own programs. */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { noContainer } from '../../src/process/container/container.ts';
import { makeLimitMark } from '../../src/process/limit-mark.ts';
import { listTree } from '../../src/process/list-tree.ts';
import { isSameProcess, readIdentity } from '../../src/process/process-identity.ts';
import { linuxListing } from '../../src/process/snapshot/linux.ts';
import { TREE_MARKER_VARIABLE } from '../../src/process/snapshot/process-listing.ts';
import { createStopHistory } from '../../src/process/stop-history.ts';
import { stopProcessTree } from '../../src/process/stop-process-tree.ts';
import { watchTree } from '../../src/process/watch-tree.ts';
import { HOSTILE_PROGRAMS } from '../../src/self-test/hostile-programs.ts';
import { noCgroup, parentCgroup } from '../../testing/cgroup-place.ts';
import { startUnrelatedProcess } from '../../testing/start-unrelated-process.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { startHostileProgram } from './hostile-programs/start-hostile-program.ts';
import { keepTree } from './keep-tree.ts';

const start = (...what: Parameters<typeof startHostileProgram>) =>
  keepTree(startHostileProgram(...what));

describe('the stop report', () => {
  test('names every process, its parent, and the signal that ended it', async () => {
    const tree = await start(HOSTILE_PROGRAMS.deaf, 'none');
    const report = await stopProcessTree(tree.record, { graceMs: 1500 });
    const [launcher, deaf] = report.processes;
    expect(launcher).toMatchObject({
      pid: tree.record.root?.pid,
      name: 'nexrender',
      parentPid: process.pid,
      endedBy: 'SIGTERM',
    });
    expect(deaf).toMatchObject({ name: 'perl', parentPid: launcher?.pid, endedBy: 'SIGKILL' });
    expect(report.processes).toHaveLength(2);
    expect(report.survivors).toEqual([]);
    expect(report.rounds).toBeGreaterThanOrEqual(1);
  });

  test('times are in order: started, first signal, ended, dead', async () => {
    const tree = await start(HOSTILE_PROGRAMS.obedient);
    const calledAt = Date.now();
    const report = await stopProcessTree(tree.record);
    const times = [
      report.processes[0]?.startedAt,
      report.firstSignalAt,
      report.processes[0]?.endedAt,
      report.deadAt,
    ].map((at) => Date.parse(at ?? ''));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    // Within the call, and not sooner than it took. The two clocks count in whole milliseconds.
    const deadAt = Date.parse(report.deadAt ?? '');
    expect(deadAt).toBeLessThanOrEqual(Date.now());
    expect(deadAt - calledAt).toBeGreaterThan((report.timeToDeadMs ?? 0) - 20);
  });

  test('a tree that ended by itself needs no signal', async () => {
    const tree = await start(HOSTILE_PROGRAMS.obedient);
    tree.send({ command: 'sh', args: ['-c', 'kill -9 $PPID; exit'] });
    await tree.ended;
    await stopProcessTree(tree.record, { graceMs: 0 });
    const report = await stopProcessTree(tree.record);
    expect(report).toMatchObject({ processes: [], survivors: [], firstSignalAt: null, rounds: 0 });
    expect(report.proof).not.toBeNull();
  });

  test('a reboot after the record is a proof, and no process is signalled', async () => {
    const tree = await start(HOSTILE_PROGRAMS.obedient);
    const record = { ...tree.record, bootId: randomUUID(), pidNamespace: '7' };
    const report = await stopProcessTree(record, { hostRebooted: true });
    expect(report).toMatchObject({ proof: 'rebooted', processes: [], firstSignalAt: null });
    expect(await tree.members()).toHaveLength(2);
  });

  test.each([
    ['another boot', { bootId: 'boot-9' }, false, /another boot, boot-9/],
    ['another PID namespace', { pidNamespace: '7' }, false, /PID namespace 7, this one is \d+/],
    ['another machine', { bootId: 'boot-9', machineId: 'other' }, true, /another machine/],
  ])('a tree from %s gets no proof and no signal', async (_what, change, hostRebooted, why) => {
    const tree = await start(HOSTILE_PROGRAMS.obedient);
    const record = { ...tree.record, ...change };
    await expect(stopProcessTree(record, { hostRebooted })).rejects.toThrow(why);
    expect(await tree.members()).toHaveLength(2);
  });
});

describe('the grace', () => {
  test('a program that ends on TERM gets no KILL, and the stop does not wait', async () => {
    const tree = await start(HOSTILE_PROGRAMS.obedient);
    const report = await stopProcessTree(tree.record, { graceMs: 20_000 });
    expect(report.processes.map(({ endedBy }) => endedBy)).toEqual(['SIGTERM', 'SIGTERM']);
    expect(report.timeToDeadMs).toBeLessThan(5000);
  });

  test('a second cancel ends the grace at once', async () => {
    const tree = await start(HOSTILE_PROGRAMS.deaf, 'none');
    const skipGrace = new AbortController();
    const stopping = stopProcessTree(tree.record, {
      graceMs: 20_000,
      budgetMs: 30_000,
      skipGrace: skipGrace.signal,
    });
    await tree.ended;
    skipGrace.abort();
    const report = await stopping;
    expect(report.survivors).toEqual([]);
    expect(report.timeToDeadMs).toBeLessThan(10_000);
  });

  test('a tree without a recorded root is found by its tree marker', async () => {
    const tree = await start(HOSTILE_PROGRAMS.daemon, 'none');
    const report = await stopProcessTree({ ...tree.record, root: null, container: null });
    expect(report.processes.length).toBeGreaterThanOrEqual(3);
    expect(report.survivors).toEqual([]);
    expect(await tree.members()).toEqual([]);
  });
});

test.skipIf(noCgroup !== '')(
  `a process with another marker that left its cgroup is ended${noCgroup}`,
  async () => {
    const tree = await start(HOSTILE_PROGRAMS.disguised, 'cgroup');
    const sleeper = { pid: 0 };
    await waitUntil('the disguised program sleeps', async () => {
      sleeper.pid = (await tree.members()).find(({ name }) => name === 'sleep')?.pid ?? 0;
      return sleeper.pid > 0;
    });
    writeFileSync(join(parentCgroup, 'cgroup.procs'), String(sleeper.pid));
    const report = await stopProcessTree(tree.record, { graceMs: 0 });
    // The empty cgroup proves nothing about a tree that has left the cgroup.
    expect(report).toMatchObject({
      survivors: [],
      proof: expect.stringMatching(/forkFree|repeated/),
    });
    expect(await readIdentity(sleeper.pid)).toBeNull();
  },
);

test('a program that took all marks of another tree belongs to both', async () => {
  // A process may only lower its limit, so the other tree needs a lower mark.
  const another = Array.from({ length: 10_000 }, (_, n) => `another-${n}`).reduce((low, next) =>
    Number(makeLimitMark(next)) < Number(makeLimitMark(low)) ? next : low,
  );
  const marked =
    `${TREE_MARKER_VARIABLE}=${another} prlimit --locks=${makeLimitMark(another)} ` +
    `sh -c 'echo ready; exec sleep 1000'`;
  const program = { name: '', command: 'sh', args: ['-c', `${marked} & wait`] };
  const tree = await start(program, 'none');
  const own = (await tree.members()).map(({ pid }) => pid);
  const other = {
    ...tree.record,
    ...{ treeMarker: another, root: null, members: [] },
    container: { kind: 'none' as const, path: null },
  };
  await expect.poll(() => listTree(other)).toMatchObject([{ name: 'sleep' }]);
  const report = await stopProcessTree(tree.record, { graceMs: 0 });
  expect(report.processes.map(({ pid }) => pid)).toEqual(own);
  expect(await listTree(other)).toEqual([]);
});

describe('a stop never signals', () => {
  const stopAtOnce = { graceMs: 0 };

  test('an unrelated process that now has the recorded pid', async () => {
    const unrelated = await keepUnrelated();
    const tree = await start(HOSTILE_PROGRAMS.escapee, 'none');
    const report = await stopProcessTree(
      {
        ...tree.record,
        root: { ...unrelated.identity, startToken: '1' },
        members: [
          {
            pid: unrelated.identity.pid,
            startToken: '1',
            name: 'sleep',
            parentPid: 1,
            startedAt: '',
          },
        ],
      },
      stopAtOnce,
    );
    expect(report.processes.map(({ pid }) => pid)).not.toContain(unrelated.identity.pid);
    expect(report.processes.length).toBeGreaterThanOrEqual(3);
    expect(await isSameProcess(unrelated.identity)).toBe(true);
  });

  test('an unrelated process that took the pid of a member after the scan', async () => {
    const unrelated = await keepUnrelated();
    const tree = await start(HOSTILE_PROGRAMS.obedient, 'none');
    const { processes } = await linuxListing.takeSnapshot();
    const seen = processes
      .filter(({ pid }) => pid === unrelated.identity.pid)
      .map((process) => ({ ...process, startToken: 'earlier' }));
    const watched = watchTree(tree.record, linuxListing, noContainer('none'), createStopHistory());
    await watched.signal(seen, 'SIGKILL');
    expect(seen).toHaveLength(1);
    expect(await isSameProcess(unrelated.identity)).toBe(true);
  });

  test.each(['nexrender', 'aerender', 'AfterFX'])(
    'an unrelated process with the name %s',
    async (name) => {
      const unrelated = await keepUnrelated({}, name);
      const tree = await start(HOSTILE_PROGRAMS.obedient);
      await stopProcessTree(tree.record, stopAtOnce);
      expect(await isSameProcess(unrelated.identity)).toBe(true);
    },
  );

  test('a process of another attempt', async () => {
    const tree = await start(HOSTILE_PROGRAMS.obedient, 'none');
    const other = await start(HOSTILE_PROGRAMS.daemon, 'none');
    // By then, the program that forked it has ended, and the shell has become `sleep`.
    let living = await other.members();
    await waitUntil('the daemon to sleep without a parent in its tree', async () => {
      living = await other.members();
      const daemon = living.find(({ name }) => name === 'sleep');
      return daemon !== undefined && !living.some(({ pid }) => pid === daemon.parentPid);
    });
    await stopProcessTree(tree.record, stopAtOnce);
    expect(await other.members()).toEqual(living);
  });

  test('this process itself, even when a record claims it', async () => {
    const tree = await start(HOSTILE_PROGRAMS.obedient, 'none');
    const self =
      tree.record.root === null
        ? null
        : {
            ...tree.record.root,
            pid: process.pid,
            startToken: (await readIdentity(process.pid))?.startToken ?? '',
          };
    const report = await stopProcessTree({ ...tree.record, root: self }, stopAtOnce);
    expect(report.processes.map(({ pid }) => pid)).not.toContain(process.pid);
  });

  async function keepUnrelated(env?: Record<string, string>, argv0?: string) {
    const unrelated = await startUnrelatedProcess(env, argv0);
    onTestFinished(unrelated.end);
    return unrelated;
  }
});
