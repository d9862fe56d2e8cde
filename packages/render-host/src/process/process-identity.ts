import type { ProcessIdentity } from '@renderdeck/domain';
import { chooseListing } from './snapshot/choose-listing.ts';
import { isAlive } from './snapshot/process-listing.ts';

/** The identity of the process that has this pid now; null when there is none. */
export async function readIdentity(pid: number): Promise<ProcessIdentity | null> {
  const listing = chooseListing();
  const state = (await listing.readStates([pid])).get(pid);
  if (state === undefined || !isAlive(state)) return null;
  return { bootId: await listing.readBootId(), pid, startToken: state.startToken };
}

/** True only while the identified process itself still runs; a reused pid gives false. */
export async function isSameProcess(id: ProcessIdentity): Promise<boolean> {
  const now = await readIdentity(id.pid);
  return now !== null && now.bootId === id.bootId && now.startToken === id.startToken;
}
