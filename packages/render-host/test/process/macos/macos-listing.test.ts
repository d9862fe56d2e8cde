/*
 * Tests the listing of macOS over a fake libproc that is compiled here: the declarations for koffi,
 * the offsets of the structs as the compiler computes them, and races and refusals.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Libproc } from '../../../src/process/macos/libproc.ts';
import { makeMacosListing } from '../../../src/process/macos/list-processes.ts';
import { decideMembership } from '../../../src/process/membership.ts';
import { decideProof } from '../../../src/process/stop-process-tree.ts';
import { hasCompiler, openFakeLibproc, procArgs } from './fake-libproc.ts';

const SELF = { pid: process.pid, parentPid: 400, id: 90, forkedBy: 40, name: 'worker' };
const LAUNCHD = { pid: 1, parentPid: 0, id: 1, forkedBy: 0, coalition: 1, version: 3 };
const SHELL = { pid: 400, id: 40, parentVersion: 3 };
const MARKS = ['RENDERDECK_TREE_MARKER=ours', 'RENDERDECK_OWNER=renderdeck:one'];
const STARTED = new Date('2026-11-02T08:01:09.250Z');
const ROOT = { pid: 1000, parentPid: SELF.pid, id: 2 ** 40 + 7, forkedBy: SELF.id };
const RECORD = {
  treeMarker: 'ours',
  root: { bootId: 'b', pid: ROOT.pid, startToken: String(ROOT.id) },
  members: [],
};
const marked = procArgs('/opt/node', ['node', 'launcher.mjs'], ['PATH=/bin', ...MARKS]);

describe.skipIf(!hasCompiler)('the listing of macOS (needs a C compiler)', () => {
  const fake = hasCompiler ? openFakeLibproc() : null;
  if (fake === null) return;
  const { libproc } = fake;
  const listing = makeMacosListing(libproc);
  /** A listing during which something happens after the first list of pids. */
  const listingWhere = (happens: () => void) => {
    let listed = 0;
    const listPids: Libproc['listPids'] = () => {
      const pids = libproc.listPids();
      listed += 1;
      if (listed === 1) happens();
      return pids;
    };
    return makeMacosListing({ ...libproc, listPids });
  };
  const seen = async (from = listing) => {
    const snapshot = await from.takeSnapshot({ root: RECORD.root.startToken });
    const own = { pid: process.pid, contained: new Set<number>() };
    const { members } = decideMembership(snapshot.processes, RECORD, own);
    return { ...snapshot, members: members.map(({ pid }) => pid) };
  };

  beforeEach(() => {
    fake.reset();
    for (const one of [LAUNCHD, SHELL, SELF]) fake.add(one);
  });

  test('every member of the structs is read at its offset', async () => {
    const more = { groupId: 999, sessionId: 998, status: 4, startedAt: STARTED };
    fake.add({ ...ROOT, ...more, name: 'a program with a long name', args: marked });
    const { processes, newestPid } = await listing.takeSnapshot();
    expect(newestPid).toBeNull();
    expect(processes[0]).toEqual({
      pid: 1000,
      parentPid: process.pid,
      groupId: 999,
      sessionId: 998,
      state: 'T',
      threads: 1,
      name: 'a program with a long name',
      startToken: '1099511627783',
      forkedBy: '90',
      coalition: '50',
      version: 7,
      parentVersion: 7,
      startedAt: STARTED.toISOString(),
      treeMarker: 'ours',
      owner: 'renderdeck:one',
      limitMark: null,
      userGroup: null,
    });
    expect(await listing.readBootId()).toBe('6B29FC40-CA47-1067-B31D-00DD010662DA');
  });

  test('a list that grows while it is read is read again and is never incomplete', async () => {
    for (let pid = 2000; pid < 2100; pid++) fake.add({ pid, id: pid });
    fake.startLate(60);
    expect(libproc.listPids()).toHaveLength(103);
  });

  test('a process that starts during the scan is counted, and its descent is seen', async () => {
    fake.add({ ...ROOT, args: marked });
    const { created, members } = await seen(
      listingWhere(() => void fake.add({ pid: 1500, parentPid: ROOT.pid, id: ROOT.id + 1 })),
    );
    expect({ created, members }).toEqual({ created: 1, members: [1500, 1000] });
  });

  test('a pid that is reused during the scan belongs to another process', async () => {
    const at = fake.add({ pid: 1500, id: 1500 });
    const { created } = await seen(
      listingWhere(() => {
        fake.end(at);
        fake.add({ pid: 1500, id: 99_999 });
      }),
    );
    // The process was read after its pid was reused, so no process is missed.
    expect(created).toBe(0);
    expect((await listing.readStates([1500])).get(1500)?.startToken).toBe('99999');
  });

  test('a process that ends during the scan is gone, and a zombie is dead', async () => {
    fake.add({ pid: 1500, id: 1500, status: 5, args: marked });
    const at = fake.add({ ...ROOT, args: marked });
    const { created, members, processes } = await seen(listingWhere(() => fake.end(at)));
    expect({ created, members }).toEqual({ created: 0, members: [] });
    expect(processes.find(({ pid }) => pid === 1500)?.state).toBe('Z');
    expect(decideProof({ created, hidden: null }, null, 1)).toBe('forkFree');
    expect(await listing.readStates([ROOT.pid])).toEqual(new Map());
  });

  test('a process that may not be read is unknown: the scan fails', async () => {
    fake.deny(fake.add(ROOT));
    await expect(listing.takeSnapshot()).rejects.toThrow('does not let this worker see process');
    await expect(listing.readStates([ROOT.pid])).rejects.toThrow('nothing is known of it');
  });

  test('for a process of another user, the name is short and the marks are not read', async () => {
    fake.ofOtherUser(fake.add({ ...ROOT, name: 'a program with a long name', args: marked }));
    expect((await listing.takeSnapshot()).processes[0]).toMatchObject({
      name: 'a program with ',
      treeMarker: null,
    });
  });

  test('an orphan without marks belongs to the remembered process that forked it', async () => {
    fake.add({ pid: 1500, id: ROOT.id + 1, forkedBy: ROOT.id });
    expect((await seen()).members).toEqual([1500]);
  });

  const orphan = { pid: 1500, id: ROOT.id + 2, forkedBy: LAUNCHD.id, parentVersion: 88 };
  test('with an orphan whose parent was never seen, no scan is calm', async () => {
    fake.add(orphan);
    const { created, members } = await seen();
    expect({ created, members }).toEqual({ created: 2, members: [] });
    expect(decideProof({ created, hidden: null }, null, 0)).toBeNull();
  });

  test.each([
    ['of another coalition', { coalition: 60 }],
    ['that is older than the tree', { id: ROOT.id - 5 }],
    ['that launchd itself forked', { parentVersion: LAUNCHD.version }],
    ['whose parent lives', { parentPid: SHELL.pid }],
    ['that has ended', { status: 5 }],
    ['with the mark of another tree', { args: procArgs('x', [], [`${MARKS[0]}-not`]) }],
  ])('but a scan is calm with an orphan %s', async (_, more) => {
    fake.add({ ...orphan, ...more });
    expect((await seen()).created).toBe(0);
  });

  test('a list without the process that asks is refused', async () => {
    fake.reset();
    fake.add(LAUNCHD);
    await expect(listing.takeSnapshot()).rejects.toThrow('lacks the process that asked');
  });
});
