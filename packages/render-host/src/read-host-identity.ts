import type { HostIdentity } from '@renderdeck/domain';
import { readHostFacts } from './process/host-facts.ts';
import { readHostId } from './scratch/host-id.ts';
import type { HeldLock } from './scratch/lock-host.ts';

/**
 * Who this host is. Makes the host id on the first start, under the lock of the scratch root.
 * Throws a sentence for the operator where the id is damaged or /proc is of another namespace.
 */
export async function readHostIdentity(lock: HeldLock): Promise<HostIdentity> {
  return { hostId: await readHostId(lock), ...(await readHostFacts()) };
}
