import type { HostIdentity } from '@renderdeck/domain';
import { readHostFacts } from './process/host-facts.ts';
import { readHostId } from './scratch/host-id.ts';
import type { HeldLock } from './scratch/lock-host.ts';

/**
 * Reads the identity of this host. The first start makes the host id, under the lock of the scratch
 * root. Throws a sentence for the operator when the id is damaged or when /proc shows another
 * namespace.
 */
export async function readHostIdentity(lock: HeldLock): Promise<HostIdentity> {
  return { hostId: await readHostId(lock), ...(await readHostFacts()) };
}
