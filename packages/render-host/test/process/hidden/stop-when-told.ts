// The part of a worker in a stop, for a /proc that hides processes: `stop-when-told.ts CONTAINER
// PROGRAM ARGUMENT…`. It starts the program in a tree of its own and prints the record. Then it
// answers each line of its input with one line of JSON:
// 1. `see`: why no stop can be proven on this host, or null.
// 2. `stop MS`: the report of a stop that takes at most MS milliseconds.
// 3. `daemon PID START`: whether that process runs or may run.
// 4. `self-test`: the result of `worker selftest-kill`.
import { createInterface } from 'node:readline';
import { explainNoProof } from '../../../src/process/explain-no-proof.ts';
import { isSameProcess } from '../../../src/process/process-identity.ts';
import { stopProcessTree } from '../../../src/process/stop-process-tree.ts';
import { selfTestKill } from '../../../src/self-test/self-test-kill.ts';
import { startHostileProgram } from '../hostile-programs/start-hostile-program.ts';

const [container = '', command = '', ...args] = process.argv.slice(2);
const kind = container === 'cgroup' || container === 'subreaper' ? container : 'none';
const tree = await startHostileProgram({ name: '', command, args }, kind);
// A worker does this too: it remembers the processes that it has seen.
await tree.members();
console.log(JSON.stringify(tree.record));

for await (const line of createInterface(process.stdin)) {
  const answer = await answerTo(line).catch((error: unknown) => ({ error: String(error) }));
  console.log(JSON.stringify(answer));
}
await tree.close();

async function answerTo(line: string): Promise<unknown> {
  const [asked, first = '', startToken = ''] = line.split(' ');
  const { bootId } = tree.record;
  if (asked === 'see') return await explainNoProof();
  if (asked === 'stop')
    return await stopProcessTree(tree.record, { graceMs: 100, budgetMs: Number(first) });
  if (asked === 'daemon') return await isSameProcess({ bootId, pid: Number(first), startToken });
  return await selfTestKill(null);
}
