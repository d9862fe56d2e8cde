import { findHeldLeases } from '@renderdeck/store';
import { recoverLost } from '../src/index.ts';
import type { DatabaseContext } from '../src/operation-context.ts';

/** Recovers the jobs with a lease of 0 ms, like a recoverer that saw no renewal. */
export async function recoverExpired(context: DatabaseContext, { actor } = { actor: 'recovery' }) {
  const lost = (await findHeldLeases(context.db)).filter(({ leaseMs }) => leaseMs === 0);
  return await recoverLost(context, { actor, lost });
}
