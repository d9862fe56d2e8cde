import type { ReportedNoPicture } from '@renderdeck/domain';
import { type NewPicture, saveNoPicture, savePictures } from '@renderdeck/store';
import { DONE, type Result, reject, type WorkerContext } from '../operation-context.ts';

/**
 * Saves pictures of what an attempt renders. The job does not change, so no page is woken. Rejected
 * if the attempt has lost the job: a late worker loses.
 */
export async function recordPictures(
  context: Pick<WorkerContext, 'db'>,
  input: { readonly attemptId: string; readonly pictures: readonly NewPicture[] },
): Promise<Result> {
  const { attemptId, pictures } = input;
  const isSaved = await savePictures(context.db, attemptId, pictures);
  return isSaved ? DONE : reject({ code: 'lostAttempt', attemptId });
}

/** Saves why an attempt has no picture. Nothing is saved if it has one or has lost the job. */
export async function recordNoPicture(
  context: Pick<WorkerContext, 'db'>,
  input: { readonly attemptId: string; readonly why: ReportedNoPicture },
): Promise<Result> {
  const { attemptId, why } = input;
  const isSaved = await saveNoPicture(context.db, attemptId, why);
  return isSaved ? DONE : reject({ code: 'lostAttempt', attemptId });
}
