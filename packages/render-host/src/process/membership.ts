import type { RememberedProcess, TreeRecord } from '@renderdeck/domain';
import { makeLimitMark } from './limit-mark.ts';
import { makeTreeGroup } from './render-user.ts';
import {
  isAlive,
  type SeenProcess,
  UNKNOWN_NAME,
  UNKNOWN_TOKEN,
} from './snapshot/process-listing.ts';

export type Membership = {
  /** The living processes of the tree, the youngest first. */
  members: SeenProcess[];
  /** The recorded root, if this process was seen. It may be a zombie. */
  root: SeenProcess | null;
  /** Process groups with members only, so that one signal may go to a whole group. */
  groups: number[];
  /** This process, its ancestors and pid 1. They are never signalled. */
  vetoed: ReadonlySet<number>;
};

/**
 * Decides which of the seen processes belong to the recorded tree.
 *
 * 1. A process is a member if it carries a mark of this tree, if its identity is remembered, or if
 *    the container holds it.
 * 2. A child of a member is a member. So is a process in a session or group that a member leads. So
 *    is a process that a member or a remembered process forked, if the platform shows that.
 * 3. A process that could not be read is a member if a remembered process had its pid and, as far
 *    as the name is known, its name: it may be that process.
 * 4. A process that is never signalled (`vetoed`) is never a member.
 *
 * A mark of another tree excludes no process: a program can set any environment and lower its
 * limits. A process with marks of two trees is a member of both. Only such a program makes one,
 * because only a daemon starts trees, and no daemon is part of a tree.
 */
export function decideMembership(
  processes: readonly SeenProcess[],
  record: Pick<TreeRecord, 'treeMarker' | 'root' | 'members'>,
  own: { pid: number; contained: ReadonlySet<number> },
): Membership {
  const byPid = new Map(processes.map((seen) => [seen.pid, seen]));
  const vetoed = new Set([0, 1]);
  for (let pid = own.pid; !vetoed.has(pid); pid = byPid.get(pid)?.parentPid ?? 0) vetoed.add(pid);
  const isMarked = recogniseMarks(record.treeMarker);

  const remembered = new Set(rememberedBy(record).map(nameIdentity));
  const mayBeRemembered = recogniseUnread(record);
  const tree = new Map<number, SeenProcess>();
  const forkers = new Set(rememberedBy(record).map(({ startToken }) => startToken));
  const add = (seen: SeenProcess) => {
    if (vetoed.has(seen.pid) || tree.has(seen.pid)) return;
    tree.set(seen.pid, seen);
    forkers.add(seen.startToken);
  };
  for (const seen of processes) {
    const isKnown = remembered.has(nameIdentity(seen)) || mayBeRemembered(seen);
    if (isMarked(seen) || own.contained.has(seen.pid) || isKnown) add(seen);
  }
  for (let size = -1; size !== tree.size; ) {
    size = tree.size;
    for (const seen of processes) {
      const leads = [seen.parentPid, seen.groupId, seen.sessionId ?? 0];
      const isForked = seen.forkedBy !== undefined && forkers.has(seen.forkedBy);
      if (isForked || leads.some((pid) => tree.has(pid))) add(seen);
    }
  }

  const members = [...tree.values()].filter(isAlive);
  const otherGroups = new Set(
    processes.filter((seen) => !tree.has(seen.pid)).map((seen) => seen.groupId),
  );
  return {
    members: members.sort(compareYoungestFirst),
    root: record.root === null ? null : (findSame(byPid, record.root) ?? null),
    groups: [...new Set(members.map((seen) => seen.groupId))].filter(
      (group) => group > 1 && !otherGroups.has(group),
    ),
    vetoed,
  };
}

/** Makes a function that says whether a process carries a mark of this tree. One is enough. */
export function recogniseMarks(
  treeMarker: string,
): (seen: Pick<SeenProcess, 'treeMarker' | 'limitMark' | 'userGroup'>) => boolean {
  const mark = makeLimitMark(treeMarker);
  const group = makeTreeGroup(treeMarker);
  return (seen) =>
    seen.treeMarker === treeMarker || seen.limitMark === mark || seen.userGroup === group;
}

/** Compares for sorting. A process whose start is not known counts as the oldest. */
export function compareOldestFirst(a: RememberedProcess, b: RememberedProcess): number {
  return (a.startedAt ?? '').localeCompare(b.startedAt ?? '') || a.pid - b.pid;
}

/** A key that two processes of one boot never share, even if they have the same pid. */
export function nameIdentity(process: { pid: number; startToken: string }): string {
  return `${process.pid} ${process.startToken}`;
}

/** The processes that can be distinguished from a later process with the same pid. */
function rememberedBy({ members, root }: Pick<TreeRecord, 'root' | 'members'>) {
  const remembered = root === null ? members : [...members, root];
  return remembered.filter(({ startToken }) => startToken !== UNKNOWN_TOKEN);
}

function recogniseUnread(
  record: Pick<TreeRecord, 'root' | 'members'>,
): (seen: SeenProcess) => boolean {
  const names = new Map<number, string>();
  for (const process of rememberedBy(record))
    names.set(process.pid, 'name' in process ? process.name : UNKNOWN_NAME);
  return ({ pid, startToken, name }) => {
    const before = names.get(pid);
    if (startToken !== UNKNOWN_TOKEN || before === undefined) return false;
    return before === name || [before, name].includes(UNKNOWN_NAME);
  };
}

function findSame(
  byPid: ReadonlyMap<number, SeenProcess>,
  id: { pid: number; startToken: string },
): SeenProcess | undefined {
  const seen = byPid.get(id.pid);
  return seen?.startToken === id.startToken ? seen : undefined;
}

function compareYoungestFirst(a: SeenProcess, b: SeenProcess): number {
  return compareOldestFirst(b, a);
}
