// A daemon for tests that kill it: `daemon.ts PROGRAM CONTAINER POINT`. It prints the record of its
// tree and goes on, or kills itself at one of these points:
// 1. `spawned`: before it has read the identity of the launcher.
// 2. `stopping`: after it has sent TERM.
import { subscribe } from 'node:diagnostics_channel';
import type { ContainerKind } from '@renderdeck/domain';
import { startProcessTree } from '../../../src/process/start-process-tree.ts';
import { stopProcessTree } from '../../../src/process/stop-process-tree.ts';
import { HOSTILE_PROGRAMS } from '../../../src/self-test/hostile-programs.ts';
import { aTreeToStart, startHostileProgram } from './start-hostile-program.ts';

const [program = '', container = '', point = ''] = process.argv.slice(2);
const die = () => process.kill(process.pid, 'SIGKILL');
const kind: ContainerKind =
  container === 'cgroup' || container === 'subreaper' ? container : 'none';

if (point === 'spawned') {
  const options = { ...aTreeToStart(), container: kind };
  console.log(
    JSON.stringify({
      attemptId: options.attemptId,
      treeMarker: options.treeMarker,
      root: null,
      container: null,
      members: [],
    }),
  );
  subscribe('child_process', () => setImmediate(die));
  await startProcessTree(options);
}

const tree = await startHostileProgram(
  Object.entries(HOSTILE_PROGRAMS).find(([name]) => name === program)?.[1] ??
    HOSTILE_PROGRAMS.obedient,
  kind,
);
console.log(JSON.stringify(tree.record));
if (point === 'stopping') {
  void tree.ended.then(die);
  await stopProcessTree(tree.record, { graceMs: 60_000, budgetMs: 60_000 });
}
process.stdin.resume();
