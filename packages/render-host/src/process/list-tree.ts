import type { RememberedProcess, TreeRecord } from '@renderdeck/domain';
import { openContainer } from './container/container.ts';
import { decideMembership } from './membership.ts';
import { chooseListing } from './snapshot/choose-listing.ts';
import type { SeenProcess } from './snapshot/process-listing.ts';

/** The living processes of the tree, oldest first. Empty after a reboot of the host. */
export async function listTree(record: TreeRecord): Promise<RememberedProcess[]> {
  const listing = chooseListing(undefined, record.root?.startToken);
  if ((await listing.readBootId()) !== record.bootId) return [];
  const container = openContainer(record.container, record);
  const { processes } = await listing.takeSnapshot({ root: record.root?.startToken });
  const { members } = decideMembership(processes, record, {
    pid: process.pid,
    contained: container.listPids(),
  });
  return members.map(remember).reverse();
}

/** The facts of a process that are stored, so that a later scan can recognise it. */
export function remember({
  pid,
  startToken,
  name,
  parentPid,
  startedAt,
}: SeenProcess): RememberedProcess {
  return { pid, startToken, name, parentPid, startedAt };
}
