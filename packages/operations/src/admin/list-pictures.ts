import { type NoPicture, whyNoPicture } from '@renderdeck/domain';
import { type FoundPictures, findJobView, findPicture, findPictures } from '@renderdeck/store';
import { type DatabaseContext, type Result, reject } from '../operation-context.ts';

export type JobPictures = Omit<FoundPictures, 'reported'> & {
  /** Why there is no picture; null if there is one. */
  readonly why: NoPicture | null;
};

/** Returns the pictures of the newest attempts of these jobs. It leaves out an unknown job. */
export async function listPictures(
  { db }: DatabaseContext,
  ids: readonly string[],
): Promise<readonly JobPictures[]> {
  const found = await findPictures(db, ids);
  return found.map(({ reported, ...job }) => {
    const why = whyNoPicture(job.attempt && { hasEnded: job.attempt.hasEnded, reported });
    return { ...job, why: job.pictures.length > 0 ? null : why };
  });
}

/** Returns the bytes of one picture of a job, in base64. */
export async function getPicture(
  { db }: DatabaseContext,
  query: { readonly id: string; readonly attempt: number; readonly number: number },
): Promise<Result<{ readonly picture: string }>> {
  const { id, attempt, number } = query;
  const picture = await findPicture(db, { jobId: id, attempt, number });
  if (picture !== null) return { ok: true, picture };
  if ((await findJobView(db, id)) === null) return reject({ code: 'unknownJob', id });
  return reject({ code: 'noPicture', attempt, number });
}
