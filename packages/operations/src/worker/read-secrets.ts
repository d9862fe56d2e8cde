import { type Json, joinSecrets, textsOfSecrets } from '@renderdeck/domain';
import { readJobSecrets } from '@renderdeck/store';
import { type Result, reject, type WorkerContext } from '../operation-context.ts';
import type { Attempt } from './own-job.ts';

/**
 * Joins the secrets of a job to its definition and gives the job as it was submitted. `secretTexts`
 * are the texts that no log may contain. Only for the attempt that holds the job: rejected with
 * `lostAttempt` for any other attempt.
 */
export type WholeJob = {
  readonly nexrenderJob: Json;
  readonly secretTexts: readonly string[];
};

export async function readSecrets(
  context: WorkerContext,
  input: { readonly attempt: Attempt; readonly nexrenderJob: Json },
): Promise<Result<WholeJob>> {
  const { db, workerId, identity } = context;
  const { jobId, attemptId } = input.attempt;
  const reader = { jobId, attemptId, workerId, hostId: identity.hostId };
  const secrets = await readJobSecrets(db, reader);
  if (secrets === null) return reject({ code: 'lostAttempt', attemptId });
  return {
    ok: true,
    nexrenderJob: joinSecrets(input.nexrenderJob, secrets),
    secretTexts: textsOfSecrets(input.nexrenderJob, secrets),
  };
}
