import { recoverExpired } from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';

const RECOVER_EVERY_MS = 5000;

/** Takes back jobs whose lease ran out, every five seconds. Gives the way to stop. */
export function startRecovery(
  db: Database,
  logFailure: (what: string) => (error: unknown) => void,
): () => void {
  const timer = setInterval(() => {
    recoverExpired({ db }, { actor: 'renderdeck' }).catch(logFailure('recovery failed'));
  }, RECOVER_EVERY_MS);
  return () => clearInterval(timer);
}
