import { measureNewAttempts } from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { coalesce } from '../coalesce.ts';

const EVERY_MS = 10_000;

/** Adds what attempts have become to the measures, every ten seconds. Returns the stop function. */
export function startMeasuring(
  db: Database,
  logFailure: (what: string) => (error: unknown) => void,
): () => void {
  let isStopped = false;
  const measure = coalesce(async () => {
    await measureNewAttempts({ db }, { mayGoOn: () => !isStopped });
  }, logFailure('attempts were not measured'));
  const timer = setInterval(measure, EVERY_MS);
  return () => {
    isStopped = true;
    clearInterval(timer);
  };
}
