import type { HostIdentity, TreeRecord } from '@renderdeck/domain';
import { expect, it } from 'vitest';
import { readTreeRecord } from './read-tree-record.ts';

const MINE: HostIdentity = {
  ...{ hostId: 'h1', machineId: 'm1', hardwareId: 'w1', bootId: 'b1', pidNamespace: '7' },
};
const attempt = { id: 'a1', treeMarker: 'of the column', hostIdentity: null };
const members = [{ pid: 4, startToken: 't', name: 'AfterFX', parentPid: 1, startedAt: null }];
const OLD = { attemptId: 'a1', bootId: 'b0', root: null, container: null, members };

it('a record of an older version is read: facts that it lacks are not known', () => {
  const read: TreeRecord = {
    ...OLD,
    ...{ machineId: null, hardwareId: null, pidNamespace: null, treeMarker: 'of the column' },
  };
  expect(readTreeRecord({ ...attempt, tree: OLD }, MINE)).toEqual(read);
});

it('the tree marker of the column decides, not the copy in the record', () => {
  const tree = { ...OLD, treeMarker: 'a copy' };
  expect(readTreeRecord({ ...attempt, tree }, MINE).treeMarker).toBe('of the column');
});

const { attemptId: _, ...DAMAGED } = OLD;
it.each([null, DAMAGED])(
  'without a whole record, the tree marker alone finds the processes of this host: %j',
  (tree) => {
    const { hostId: _, ...place } = MINE;
    expect(readTreeRecord({ ...attempt, tree }, MINE)).toEqual({
      ...{ attemptId: 'a1', treeMarker: 'of the column', ...place },
      ...{ root: null, container: null, members: [] },
    });
  },
);
