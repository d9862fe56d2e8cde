import { type FarmTotals, readFarmTotals } from '@renderdeck/operations';
import type { Store } from '@renderdeck/store/connect';

export type HealthSources = {
  /** Null where the database answers and notifications arrive; otherwise what is wrong. */
  problem(): Promise<string | null>;
  /** What its owner should change in the database, which works as it is; null: nothing. */
  warning(): Promise<string | null>;
  /** What the database counts; cancels also by how many took at most each of these times. */
  totals(boundsMs: readonly number[]): Promise<FarmTotals>;
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
    warning: store.rightsWarning,
    totals: (boundsMs) => readFarmTotals({ db }, { boundsMs }),
    reconnects: listener.reconnects,
  };
}
