import { execFileSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { findUnclaimed } from '../../src/process/find-unclaimed.ts';
import { makeLimitMark } from '../../src/process/limit-mark.ts';
import {
  OWNER_VARIABLE,
  TREE_MARKER_VARIABLE,
} from '../../src/process/snapshot/process-listing.ts';
import { startUnrelatedProcess } from '../../testing/start-unrelated-process.ts';

/** Starts a process with these marks. Returns its pid. */
async function start(env: Record<string, string>): Promise<number> {
  const { identity, end } = await startUnrelatedProcess(env);
  onTestFinished(end);
  return identity.pid;
}

test.skipIf(process.platform !== 'linux')(
  'a process of a known tree that set another tree marker is not unclaimed',
  async () => {
    const owner = `farm-${process.pid}`;
    const pid = await start({ [OWNER_VARIABLE]: owner, [TREE_MARKER_VARIABLE]: 'set by itself' });
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
  const [first] = await Promise.all(marks.map(start));
  const found = await findUnclaimed(owner, new Set(['known']));
  expect(found.map(({ pid }) => pid)).toEqual([first]);
});
