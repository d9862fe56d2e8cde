import type { SeenTree, WatchedTree } from './watch-tree.ts';

const STOP_PASSES = 10;

/**
 * One round of KILL: a tree that grows while it is ended, and that no container holds, is stopped first, so that it stands still; then
 * each group of members only, at once, which also reaches a child born meanwhile; then every member, the youngest first.
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
  // A launcher that adopts orphans must outlive them, or they become children of pid 1 and are lost from sight;
  // it is alone only if nobody can have been born while we looked.
  const isAlone = seen.members.length === 1 && seen.created === 0;
  const root = rootLast && !isAlone ? seen.root : null;
  for (const group of seen.groups)
    if (group !== root?.groupId) tree.signalGroup(seen, group, 'SIGKILL');
  await tree.signal(
    seen.members.filter(({ pid }) => pid !== root?.pid),
    'SIGKILL',
  );
}
