import { type LeaseLook, type LeaseWatch, timeBetweenLooks, watchLeases } from '@renderdeck/domain';
import { findHeldLeases } from '@renderdeck/store';
import type { DatabaseContext, Done } from '../operation-context.ts';
import { recoverLost } from './recover-lost.ts';

export type LeaseRecoverer = {
  /** Makes one look. Returns the ids of the recovered jobs. */
  look(): Promise<Done<{ readonly ids: readonly string[] }>>;
};

/**
 * Watches the leases of all hosts and recovers the jobs whose leases ran out
 * (domain/lease-watch.ts). The caller looks every `everyMs`. After a look that failed or came much
 * too late, each holder gets a whole lease again.
 */
export function createLeaseRecoverer(
  context: DatabaseContext,
  { actor, everyMs }: { readonly actor: string; readonly everyMs: number },
): LeaseRecoverer {
  let watch: LeaseWatch = new Map();
  let last: LeaseLook | null = null;
  return {
    async look() {
      const before = last;
      const startedAt = performance.now();
      last = { startedAt, answeredAt: null }; // this value stays if the database does not answer
      const held = await findHeldLeases(context.db);
      const look = { startedAt, answeredAt: performance.now() };
      last = look;
      const seen = watchLeases(watch, held, timeBetweenLooks(before, look, everyMs));
      watch = seen.watch;
      if (seen.lost.length === 0) return { ok: true, ids: [] };
      return await recoverLost(context, { actor, lost: seen.lost });
    },
  };
}
