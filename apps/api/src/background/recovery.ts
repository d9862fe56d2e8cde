import { createLeaseRecoverer, settleAwaitingJobs } from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { coalesce } from '../coalesce.ts';

const EVERY_MS = 2000;

/**
 * Recovers jobs whose lease ran out, and settles cancels that waited for a host, every two seconds.
 * Returns the stop function.
 */
export function startRecovery(
  db: Database,
  logFailure: (what: string) => (error: unknown) => void,
): () => void {
  const recoverer = createLeaseRecoverer({ db }, { actor: 'renderdeck', everyMs: EVERY_MS });
  const look = coalesce(async () => {
    await recoverer.look();
    await settleAwaitingJobs({ db }, { actor: 'renderdeck' });
  }, logFailure('recovery failed'));
  const timer = setInterval(look, EVERY_MS);
  return () => clearInterval(timer);
}
