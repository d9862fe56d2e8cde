import { estimateEnds } from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { coalesce } from '../coalesce.ts';

const EVERY_MS = 2000;

/** Estimates when the running renders will end, every two seconds. Returns the stop function. */
export function startEstimates(
  db: Database,
  logFailure: (what: string) => (error: unknown) => void,
): () => void {
  const estimate = coalesce(async () => {
    await estimateEnds({ db });
  }, logFailure('ends of renders were not estimated'));
  const timer = setInterval(estimate, EVERY_MS);
  return () => clearInterval(timer);
}
