import { pruneOldChanges } from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';

const PRUNE_EVERY_MS = 3_600_000;

/** Deletes old job changes now and every hour; `keepMs` 0: never. Returns the stop function. */
export function startPruning(
  db: Database,
  keepMs: number,
  logFailure: (what: string) => (error: unknown) => void,
): () => void {
  if (keepMs === 0) return () => {};
  const prune = () => {
    pruneOldChanges({ db }, { olderThanMs: keepMs }).catch(
      logFailure('old changes were not pruned'),
    );
  };
  prune();
  const timer = setInterval(prune, PRUNE_EVERY_MS);
  return () => clearInterval(timer);
}
