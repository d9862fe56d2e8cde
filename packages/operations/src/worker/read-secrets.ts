import { type Json, joinSecrets } from '@renderdeck/domain';
import { readJobSecrets } from '@renderdeck/store';
import { type Outcome, reject, type WorkerContext } from '../operation-context.ts';
import type { Attempt } from './own-job.ts';

/**
 * Joins the secrets of a job to its definition, as it was submitted. Only for the attempt that
 * holds the job: rejected with `lostAttempt` for any other.
 */
export async function readSecrets(
  context: WorkerContext,
  input: { readonly attempt: Attempt; readonly nexrenderJob: Json },
): Promise<Outcome<{ readonly nexrenderJob: Json }>> {
  const { db, workerId, identity } = context;
  const { jobId, attemptId } = input.attempt;
  const reader = { jobId, attemptId, workerId, hostId: identity.hostId };
  const secrets = await readJobSecrets(db, reader);
  if (secrets === null) return reject({ code: 'lostAttempt', attemptId });
  return { ok: true, nexrenderJob: joinSecrets(input.nexrenderJob, secrets) };
}
