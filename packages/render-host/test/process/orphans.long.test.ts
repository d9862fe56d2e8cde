import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TreeRecord } from '@renderdeck/domain';
import { afterEach, describe, expect, test } from 'vitest';
import { explainCgroup } from '../../src/process/container/cgroup.ts';
import { readHostFacts } from '../../src/process/host-facts.ts';
import { listTree } from '../../src/process/list-tree.ts';
import { stopProcessTree } from '../../src/process/stop-process-tree.ts';
import { referenceScanOfFile } from '../../testing/reference-scan.ts';
import { waitUntil } from '../../testing/wait-until.ts';

// A daemon is killed by KILL. The next daemon has only the record, finds the tree and ends it.

const DAEMON = fileURLToPath(new URL('./hostile-programs/daemon.ts', import.meta.url));
const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const referenceScan = referenceScanOfFile();
afterEach(() => referenceScan?.endAll());

const needs =
  referenceScan === null ? ' (left out: the reference scan needs a writable cgroup v2)' : '';
describe.skipIf(referenceScan === null).each(['cgroup', 'subreaper', 'none'])(
  `a daemon is killed by SIGKILL, its tree held by %s${needs}`,
  (container) => {
    test.each(['deaf', 'family', 'daemon', 'wipedDaemon', 'looper', 'stoppedDeaf'])(
      'during a render (%s): the next daemon ends what is left',
      async (program) => {
        const record = await runDaemonUntilKilled(program, container, 'running');
        await waitUntil(
          'the launcher has noticed',
          async () => !(await listTree(record)).some(({ pid }) => pid === record.root?.pid),
        );
        const report = await stopProcessTree(record, { graceMs: 100 });
        expect(referenceScan?.listLiving()).toEqual([]);
        expect(report.survivors).toEqual([]);
        expectNoContainer(record);
      },
    );

    test('between the launch and its record: no program of the render ever runs', async () => {
      const record = await runDaemonUntilKilled('obedient', container, 'spawned');
      await waitUntil(
        'the blocked launcher has ended itself',
        async () => (await listTree(record)).length === 0,
      );
      expect(referenceScan?.listLiving()).toEqual([]);
      const report = await stopProcessTree(record);
      expect(report.processes).toEqual([]);
      expect(report.proof).not.toBeNull();
      expectNoContainer(record);
    });

    test('during a stop: the next daemon completes the stop', async () => {
      const record = await runDaemonUntilKilled('deaf', container, 'stopping');
      const report = await stopProcessTree(record, { graceMs: 0 });
      expect(referenceScan?.listLiving()).toEqual([]);
      expect(report.survivors).toEqual([]);
      expectNoContainer(record);
    });
  },
);

async function runDaemonUntilKilled(
  program: string,
  container: string,
  point: 'running' | 'spawned' | 'stopping',
): Promise<TreeRecord> {
  const daemon = spawn(process.execPath, ['--import', 'tsx', DAEMON, program, container, point], {
    cwd: PACKAGE,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(daemon, 'exit');
  const [line] = await once(createInterface(daemon.stdout), 'line');
  if (point === 'running') daemon.kill('SIGKILL');
  // A subreaper survives TERM while a child ignores TERM, so this daemon does not kill itself.
  if (point === 'stopping' && container === 'subreaper') daemon.kill('SIGKILL');
  await ended;
  return { ...(await readHostFacts()), ...JSON.parse(line) };
}

function expectNoContainer({ attemptId }: TreeRecord): void {
  const place = explainCgroup();
  expect(
    place.ok ? readdirSync(place.parent).filter((name) => name.includes(attemptId)) : [],
  ).toEqual([]);
}
