import { describe, expect, test } from 'vitest';
import { makeLimitMark } from './limit-mark.ts';
import { decideMembership } from './membership.ts';
import { makeTreeGroup } from './render-user.ts';
import { type SeenProcess, UNKNOWN_NAME, UNKNOWN_TOKEN } from './snapshot/process-listing.ts';

const TREE_MARKER = 'ours';
const SELF = 500;
const ROOT = { bootId: 'boot', pid: 1000, startToken: '7' };

function aProcess(pid: number, more: Partial<SeenProcess> = {}): SeenProcess {
  return {
    pid,
    parentPid: 1,
    groupId: pid,
    sessionId: pid,
    state: 'S',
    threads: 1,
    startToken: '7',
    name: `program-${pid}`,
    startedAt: new Date(pid).toISOString(),
    treeMarker: null,
    owner: null,
    limitMark: null,
    userGroup: null,
    ...more,
  };
}

/** The marks that a program may give itself. */
const THEIRS = { treeMarker: 'theirs', limitMark: makeLimitMark('theirs') };
const self = aProcess(SELF, { parentPid: 400 });
const parent = aProcess(400);
const root = aProcess(ROOT.pid, { parentPid: SELF, treeMarker: TREE_MARKER });

function decide(
  processes: SeenProcess[],
  record: Partial<Parameters<typeof decideMembership>[1]> = {},
  contained: number[] = [],
) {
  const all = [self, parent, ...processes].sort((a, b) => b.pid - a.pid);
  return decideMembership(
    all,
    { treeMarker: TREE_MARKER, root: ROOT, members: [], ...record },
    { pid: SELF, contained: new Set(contained) },
  );
}
const pidsOf = (processes: readonly SeenProcess[]) => processes.map(({ pid }) => pid);

describe('a member is', () => {
  test.each<[string, SeenProcess[]]>([
    [
      'a process with the tree marker, whatever its parent and session',
      [aProcess(2000, { treeMarker: TREE_MARKER })],
    ],
    [
      'a process that a remembered process forked, even after its end',
      [aProcess(2000, { startToken: '9', forkedBy: ROOT.startToken })],
    ],
    [
      'a process that a member forked, even if the member is a zombie',
      [
        aProcess(2000, { startToken: '9', forkedBy: '8' }),
        aProcess(1999, { startToken: '8', treeMarker: TREE_MARKER, state: 'Z' }),
      ],
    ],
    [
      'a process with the limit mark, even if it wiped its environment',
      [aProcess(2000, { limitMark: makeLimitMark(TREE_MARKER) })],
    ],
    [
      'a process with the group of the tree, even with all other marks of another tree',
      [aProcess(2000, { userGroup: makeTreeGroup(TREE_MARKER), ...THEIRS })],
    ],
    [
      'a process with the limit mark, even with the tree marker of another attempt',
      [aProcess(2000, { limitMark: makeLimitMark(TREE_MARKER), treeMarker: 'theirs' })],
    ],
    [
      'a process with the tree marker, even with the limit mark of another attempt',
      [aProcess(2000, { limitMark: makeLimitMark('theirs'), treeMarker: TREE_MARKER })],
    ],
    [
      'a process in the session of the root without a limit mark',
      [root, aProcess(2000, { sessionId: ROOT.pid, limitMark: '1024' })],
    ],
    ['a process in the session of the root', [root, aProcess(2000, { sessionId: ROOT.pid })]],
    ['a process in the group of the root', [root, aProcess(2000, { groupId: ROOT.pid })]],
    ['a child of a member', [root, aProcess(2000, { parentPid: ROOT.pid })]],
    [
      'a grandchild in its own session',
      [root, aProcess(2000, { parentPid: 1999 }), aProcess(1999, { parentPid: ROOT.pid })],
    ],
    [
      'a child of a member that is a zombie',
      [{ ...root, state: 'Z' }, aProcess(2000, { parentPid: ROOT.pid })],
    ],
    [
      'a zombie with a living second thread',
      [aProcess(2000, { treeMarker: TREE_MARKER, state: 'Z', threads: 2 })],
    ],
    [
      'a child of a member, whatever its marks',
      [root, aProcess(2000, { parentPid: 1000, ...THEIRS })],
    ],
    [
      'a grandchild of a member, whatever the marks of its parent',
      [root, aProcess(2000, { parentPid: 1999 }), aProcess(1999, { parentPid: 1000, ...THEIRS })],
    ],
    [
      'a process in the session of the root, whatever its marks',
      [root, aProcess(2000, { sessionId: ROOT.pid, ...THEIRS })],
    ],
    [
      'a process in a group that a member leads',
      [aProcess(1999, { treeMarker: TREE_MARKER }), aProcess(2000, { groupId: 1999 })],
    ],
  ])('%s', (_name, processes) => {
    expect(pidsOf(decide(processes).members)).toContain(2000);
  });

  test('a process that was seen before, and a process in the container', () => {
    const remembered = { pid: 2000, startToken: '7', name: '', parentPid: 1, startedAt: '' };
    expect(pidsOf(decide([aProcess(2000)], { members: [remembered] }).members)).toEqual([2000]);
    expect(pidsOf(decide([aProcess(2000)], {}, [2000]).members)).toEqual([2000]);
    const theirs = aProcess(2000, THEIRS);
    expect(pidsOf(decide([theirs], { members: [remembered] }).members)).toEqual([2000]);
    expect(pidsOf(decide([theirs], {}, [2000]).members)).toEqual([2000]);
  });
});

describe('no member is', () => {
  test.each<[string, SeenProcess[]]>([
    ['an unrelated process', [root, aProcess(2000)]],
    [
      'a later process with the recorded pid, or a child of it',
      [
        aProcess(ROOT.pid, { startToken: '8' }),
        aProcess(2000, { parentPid: ROOT.pid, sessionId: ROOT.pid }),
      ],
    ],
    ['a process with the marks of another tree', [root, aProcess(2000, THEIRS)]],
    ['a zombie', [aProcess(2000, { treeMarker: TREE_MARKER, state: 'Z' })]],
    ['a process that has only our owner tag', [aProcess(2000, { owner: 'farm' })]],
  ])('%s', (_name, processes) => {
    expect(pidsOf(decide(processes).members)).not.toContain(2000);
  });

  test('a later process with a remembered pid', () => {
    const remembered = { pid: 2000, startToken: '6', name: '', parentPid: 1, startedAt: '' };
    expect(decide([aProcess(2000)], { members: [remembered] }).members).toEqual([]);
  });

  test('a process that cannot be read, even if a process with its pid was seen before', () => {
    const unread = aProcess(2000, { startToken: UNKNOWN_TOKEN, startedAt: null });
    expect(decide([unread], { members: [unread] }).members).toEqual([]);
  });

  test('a process that cannot be read, with a remembered pid and another name', () => {
    const unread = aProcess(2000, { startToken: UNKNOWN_TOKEN, name: 'svchost.exe' });
    const remembered = aProcess(2000, { name: 'AfterFX.exe' });
    expect(decide([unread], { members: [remembered] }).members).toEqual([]);
  });

  test.each([SELF, 400, 1])(
    'process %i: this process, its ancestor or pid 1, whatever its marks',
    (pid) => {
      const marked = aProcess(pid, {
        parentPid: pid === SELF ? 400 : 1,
        treeMarker: TREE_MARKER,
        limitMark: makeLimitMark(TREE_MARKER),
      });
      const others = [self, parent].filter((process) => process.pid !== pid);
      const { members, vetoed } = decideMembership(
        [marked, ...others],
        { treeMarker: TREE_MARKER, root: { ...ROOT, pid }, members: [] },
        { pid: SELF, contained: new Set([pid]) },
      );
      expect(pidsOf(members)).not.toContain(pid);
      expect(vetoed.has(pid)).toBe(true);
    },
  );
});

test.each(['AfterFX.exe', UNKNOWN_NAME])(
  'an unreadable process with the pid of a remembered one is a member, if named %s',
  (name) => {
    const unread = aProcess(2000, { startToken: UNKNOWN_TOKEN, name });
    const remembered = aProcess(2000, { name: 'AfterFX.exe' });
    expect(pidsOf(decide([unread], { members: [remembered] }).members)).toEqual([2000]);
  },
);

test('members are sorted from the youngest to the oldest', () => {
  const { members } = decide([
    root,
    aProcess(3000, { parentPid: ROOT.pid }),
    aProcess(2000, { parentPid: 3000, startedAt: new Date(9000).toISOString() }),
  ]);
  expect(pidsOf(members)).toEqual([2000, 3000, 1000]);
});

test('a group with an unrelated process is not signalled as a whole', () => {
  expect(decide([root, aProcess(2000, { parentPid: ROOT.pid, groupId: ROOT.pid })]).groups).toEqual(
    [ROOT.pid],
  );
  const mixed = decide([
    root,
    aProcess(2000, { treeMarker: TREE_MARKER, groupId: 300 }),
    aProcess(2001, { groupId: 300 }),
  ]);
  expect(mixed.groups).toEqual([ROOT.pid]);
});

test('the root is the recorded process, never a later process with its pid', () => {
  expect(decide([root]).root?.pid).toBe(ROOT.pid);
  expect(decide([{ ...root, startToken: '8' }]).root).toBeNull();
});
