import { createLeaseRecoverer } from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { coalesce } from '../coalesce.ts';

const EVERY_MS = 2000;

/** Recovers jobs whose lease ran out, every two seconds. Returns the stop function. */
export function startRecovery(
  db: Database,
  logFailure: (what: string) => (error: unknown) => void,
): () => void {
  const recoverer = createLeaseRecoverer({ db }, { actor: 'renderdeck', everyMs: EVERY_MS });
  const look = coalesce(async () => void (await recoverer.look()), logFailure('recovery failed'));
  const timer = setInterval(look, EVERY_MS);
  return () => clearInterval(timer);
}
