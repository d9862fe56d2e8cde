import type { SeenTree, WatchedTree } from './watch-tree.ts';

const STOP_PASSES = 10;

/**
 * One round of KILL.
 *
 * 1. If the tree grows and no container holds it, send STOP and scan again, until nothing new
 *    appears: a stopped process cannot fork.
 * 2. Send KILL to each process group that has only members. This also reaches a child that was
 *    born after the scan.
 * 3. Send KILL to every member, the youngest first.
 */
export async function endMembers(
  tree: WatchedTree,
  first: SeenTree,
  { rootLast, held }: { rootLast: boolean; held: boolean },
): Promise<void> {
  let seen = first;
  for (let pass = 0; seen.grew && !held && pass < STOP_PASSES; pass++) {
    for (const group of seen.groups) tree.signalGroup(seen, group, 'SIGSTOP');
    await tree.signal(seen.members, 'SIGSTOP');
    seen = await tree.scanStopping(seen);
  }
  // A launcher that adopts orphans must outlive them: otherwise pid 1 adopts them and we lose them.
  // It is alone only if no process was created during the scan.
  const isAlone = seen.members.length === 1 && seen.created === 0;
  const root = rootLast && !isAlone ? seen.root : null;
  for (const group of seen.groups)
    if (group !== root?.groupId) tree.signalGroup(seen, group, 'SIGKILL');
  await tree.signal(
    seen.members.filter(({ pid }) => pid !== root?.pid),
    'SIGKILL',
  );
}
