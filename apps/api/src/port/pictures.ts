import { NO_PICTURE, type WireJobPictures } from '@renderdeck/contract';
import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { doneOrThrow } from './rejection-to-error.ts';

type PicturesPort = Pick<AdminPort, 'listPictures' | 'getPicture'>;

/** The part of the port that reads pictures of what jobs render. */
export function picturesPort(db: Database): PicturesPort {
  return {
    async listPictures(_requestContext, { ids }) {
      return { jobs: (await operations.listPictures({ db }, ids)).map(wireJobPictures) };
    },

    async getPicture(_requestContext, { id, attempt, picture: number }) {
      const found = await operations.getPicture({ db }, { id, attempt, number });
      return { webp: doneOrThrow(found).picture };
    },
  };
}

export function wireJobPictures(found: operations.JobPictures): WireJobPictures {
  const { jobId: id, attempt, pictures, small, why } = found;
  return {
    id,
    pictures: pictures.map((picture) => ({ attempt: attempt?.number ?? 0, ...picture })),
    small,
    noPicture: why === null ? null : NO_PICTURE[why],
  };
}
