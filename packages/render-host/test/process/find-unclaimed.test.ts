import { afterEach, expect, test } from 'vitest';
import { findUnclaimed } from '../../src/process/find-unclaimed.ts';
import {
  OWNER_VARIABLE,
  TREE_MARKER_VARIABLE,
} from '../../src/process/snapshot/process-listing.ts';
import { startUnrelatedProcess } from '../../testing/start-unrelated-process.ts';

const unrelatedProcesses: Awaited<ReturnType<typeof startUnrelatedProcess>>[] = [];
afterEach(async () => {
  for (const unrelated of unrelatedProcesses.splice(0)) await unrelated.end();
});

test('a process is unclaimed if it has our owner tag and an unknown tree marker', async () => {
  const owner = `farm-${process.pid}`;
  const marks: Record<string, string>[] = [
    { [OWNER_VARIABLE]: owner, [TREE_MARKER_VARIABLE]: 'unknown' },
    { [OWNER_VARIABLE]: owner, [TREE_MARKER_VARIABLE]: 'known' },
    { [OWNER_VARIABLE]: 'another farm', [TREE_MARKER_VARIABLE]: 'unknown' },
    { [OWNER_VARIABLE]: owner },
    {},
  ];
  for (const env of marks) unrelatedProcesses.push(await startUnrelatedProcess(env));
  expect((await findUnclaimed(owner, new Set(['known']))).map(({ pid }) => pid)).toEqual([
    unrelatedProcesses[0]?.identity.pid,
  ]);
});
