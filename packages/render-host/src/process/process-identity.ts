import type { ProcessIdentity } from '@renderdeck/domain';
import { chooseListing } from './snapshot/choose-listing.ts';
import { isAlive, type ProcessListing, UNKNOWN_TOKEN } from './snapshot/process-listing.ts';

/** The identity of the process that has this pid now; null when there is none. */
export async function readIdentity(pid: number): Promise<ProcessIdentity | null> {
  return await readBy(chooseListing(), pid);
}

async function readBy(listing: ProcessListing, pid: number): Promise<ProcessIdentity | null> {
  const state = (await listing.readStates([pid])).get(pid);
  if (state === undefined || !isAlive(state)) return null;
  return { bootId: await listing.readBootId(), pid, startToken: state.startToken };
}

/**
 * Whether the identified process itself still runs or may run. A reused pid gives false.
 */
export async function isSameProcess(id: ProcessIdentity): Promise<boolean> {
  const now = await readBy(chooseListing(undefined, id.startToken), id.pid);
  if (now === null || now.bootId !== id.bootId) return false;
  // A process that we may not read may be the identified one.
  return now.startToken === id.startToken || now.startToken === UNKNOWN_TOKEN;
}
