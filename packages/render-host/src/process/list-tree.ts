import type { RememberedProcess, TreeRecord } from '@renderdeck/domain';
import { openContainer } from './container/container.ts';
import { decideMembership } from './membership.ts';
import { chooseListing } from './snapshot/choose-listing.ts';
import type { SeenProcess } from './snapshot/process-listing.ts';

/** The processes of the tree that live now, the oldest first; none when the host has been booted since. */
export async function listTree(record: TreeRecord): Promise<RememberedProcess[]> {
  const listing = chooseListing();
  if ((await listing.readBootId()) !== record.bootId) return [];
  const container = openContainer(record.container, record);
  const { processes } = await listing.takeSnapshot({ root: record.root?.startToken });
  const { members } = decideMembership(processes, record, {
    pid: process.pid,
    contained: container.listPids(),
  });
  return members.map(remember).reverse();
}

/** What is kept of a process, so that it is known again. */
export function remember({
  pid,
  startToken,
  name,
  parentPid,
  startedAt,
}: SeenProcess): RememberedProcess {
  return { pid, startToken, name, parentPid, startedAt };
}
