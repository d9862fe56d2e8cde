import {
  type FrameSize,
  isSmallWebp,
  type NoPicture,
  PICTURE,
  whyNoPicture,
} from '@renderdeck/domain';
import { type FoundPictures, findJobView, findPicture, findPictures } from '@renderdeck/store';
import { type DatabaseContext, type Result, reject } from '../operation-context.ts';

export type JobPictures = Omit<FoundPictures, 'reported'> & {
  /** Why there is no picture; null if there is one. */
  readonly why: NoPicture | null;
};

/**
 * Returns the pictures of the newest attempts of these jobs. It leaves out an unknown job. A host
 * may store any bytes: what is not a small WebP counts as a frame that is not readable.
 */
export async function listPictures(
  { db }: DatabaseContext,
  ids: readonly string[],
): Promise<readonly JobPictures[]> {
  const found = await findPictures(db, ids);
  return found.map(({ reported, ...job }) => {
    if (job.small !== null && !isSmall(job.small, SMALL_SIZE))
      return { ...job, pictures: [], small: null, why: 'unreadable' };
    const why = whyNoPicture(job.attempt && { hasEnded: job.attempt.hasEnded, reported });
    return { ...job, why: job.pictures.length > 0 ? null : why };
  });
}

const SIZE = { width: PICTURE.mostWidth, height: PICTURE.mostHeight };
const SMALL_SIZE = { width: PICTURE.smallSide, height: PICTURE.smallSide };
/** The beginning of a WebP that says how large it is, as characters of base64. */
const HEAD = 40;

function isSmall(base64: string, most: FrameSize): boolean {
  return isSmallWebp(Buffer.from(base64.slice(0, HEAD), 'base64'), most);
}

/** Returns the bytes of one picture of a job, in base64. */
export async function getPicture(
  { db }: DatabaseContext,
  query: { readonly id: string; readonly attempt: number; readonly number: number },
): Promise<Result<{ readonly picture: string }>> {
  const { id, attempt, number } = query;
  const picture = await findPicture(db, { jobId: id, attempt, number });
  if (picture !== null && isSmall(picture, SIZE)) return { ok: true, picture };
  if ((await findJobView(db, id)) === null) return reject({ code: 'unknownJob', id });
  return reject({ code: 'noPicture', attempt, number });
}
