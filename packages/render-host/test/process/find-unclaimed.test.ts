import { execFileSync } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import { findUnclaimed } from '../../src/process/find-unclaimed.ts';
import { makeLimitMark } from '../../src/process/limit-mark.ts';
import {
  OWNER_VARIABLE,
  TREE_MARKER_VARIABLE,
} from '../../src/process/snapshot/process-listing.ts';
import { startUnrelatedProcess } from '../../testing/start-unrelated-process.ts';

const unrelatedProcesses: Awaited<ReturnType<typeof startUnrelatedProcess>>[] = [];
afterEach(async () => {
  for (const unrelated of unrelatedProcesses.splice(0)) await unrelated.end();
});

test.skipIf(process.platform !== 'linux')(
  'a process of a known tree that set another tree marker is not unclaimed',
  async () => {
    const owner = `farm-${process.pid}`;
    const env = { [OWNER_VARIABLE]: owner, [TREE_MARKER_VARIABLE]: 'set by itself' };
    const unrelated = await startUnrelatedProcess(env);
    unrelatedProcesses.push(unrelated);
    const { pid } = unrelated.identity;
    expect(await findUnclaimed(owner, new Set(['known']))).toHaveLength(1);
    execFileSync('prlimit', ['--pid', `${pid}`, `--locks=${makeLimitMark('known')}`]);
    expect(await findUnclaimed(owner, new Set(['known']))).toEqual([]);
  },
);

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
