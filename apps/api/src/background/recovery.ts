import { recoverExpired } from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';

const RECOVER_EVERY_MS = 5000;

/** Recovers jobs with an expired lease, every five seconds. Returns the stop function. */
export function startRecovery(
  db: Database,
  logFailure: (what: string) => (error: unknown) => void,
): () => void {
  const timer = setInterval(() => {
    recoverExpired({ db }, { actor: 'renderdeck' }).catch(logFailure('recovery failed'));
  }, RECOVER_EVERY_MS);
  return () => clearInterval(timer);
}
