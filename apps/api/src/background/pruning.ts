import { deleteEndedSecrets, pruneOldChanges } from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';

const PRUNE_EVERY_MS = 3_600_000;

/** How long each kind of row is kept, in milliseconds; 0: for ever. */
export type Keeping = { readonly changesMs: number; readonly secretsMs: number };
type Prune = (context: { db: Database }, input: { olderThanMs: number }) => Promise<unknown>;

/**
 * Deletes what is older, now and every hour: job changes, and the secrets of jobs that have ended.
 * Returns the stop function.
 */
export function startPruning(
  db: Database,
  { changesMs, secretsMs }: Keeping,
  logFailure: (what: string) => (error: unknown) => void,
): () => void {
  const prune = async (what: string, olderThanMs: number, run: Prune) => {
    if (olderThanMs > 0) await run({ db }, { olderThanMs }).catch(logFailure(what));
  };
  const pruneAll = () => {
    void prune('old changes were not pruned', changesMs, pruneOldChanges);
    void prune('secrets of ended jobs were not deleted', secretsMs, deleteEndedSecrets);
  };
  pruneAll();
  const timer = setInterval(pruneAll, PRUNE_EVERY_MS);
  return () => clearInterval(timer);
}
