import assert from 'node:assert/strict';
import { test } from 'node:test';
import { windowsListing } from '../../src/process/windows/list-processes.ts';
import { selfTestKill } from '../../src/self-test/self-test-kill.ts';
import { WINDOWS_PROGRAMS } from '../../src/self-test/windows-programs.ts';

const { container, ok, cases } = await selfTestKill(null);

for (const { name, report, problem } of cases)
  test(`a tree with ${name} is ended, and the kernel proves it`, () => {
    assert.equal(problem, null);
    assert.equal(report?.proof, 'kernel');
  });

test('the self-test of Windows holds as a whole, and leaves no process', async () => {
  assert.equal(container.kind, 'jobObject');
  assert.equal(ok, true);
  assert.equal(cases.length, WINDOWS_PROGRAMS.length);
  const { processes } = await windowsListing.takeSnapshot();
  const left = processes.filter(({ name, pid }) => name === 'node.exe' && pid !== process.pid);
  assert.deepEqual(left, []);
});
