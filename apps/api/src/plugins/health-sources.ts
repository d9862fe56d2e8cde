import {
  countJobs,
  findLastSeal,
  type HostView,
  type JobCounts,
  listHostViews,
  readStopTotals,
  type StopTotals,
} from '@renderdeck/operations';
import type { Store } from '@renderdeck/store/connect';

export type HealthSources = {
  /** Null where the database answers and notifications arrive; otherwise what is wrong. */
  problem(): Promise<string | null>;
  counts(): Promise<JobCounts>;
  hosts(): Promise<readonly HostView[]>;
  /** The count of all cancels, and of those that took at most each of these times. */
  stops(boundsMs: readonly number[]): Promise<StopTotals>;
  /** The length of the audit chain. */
  seals(): Promise<number>;
  reconnects(): number;
};

/** The facts of this process and its database that the health routes report. */
export function healthSources(
  store: Store,
  listener: ReturnType<Store['listener']>,
): HealthSources {
  const { db } = store;
  return {
    async problem() {
      const schema = await store.schemaProblem().catch(() => 'The database does not answer.');
      if (schema !== null) return schema;
      if (listener.alive()) return null;
      return 'The connection that receives notifications is down; it is reconnecting.';
    },
    counts: () => countJobs(db),
    hosts: () => listHostViews(db),
    stops: (boundsMs) => readStopTotals(db, boundsMs),
    seals: async () => Number((await findLastSeal(db))?.seq ?? 0),
    reconnects: listener.reconnects,
  };
}
