import { NO_PICTURE, whyNoPicture } from '@renderdeck/domain';
import { refuse, type WireJobPictures } from '../src/index.ts';
import type { AdminPort } from '../src/router.ts';
import type { FakeFarm, FakeJob } from './fake-farm.ts';

/** The pictures of the fake farm: those that a test has put into `farm.pictures`. */
export function createFakePictures(
  farm: FakeFarm,
  find: (id: string) => FakeJob,
): Pick<AdminPort, 'listPictures' | 'getPicture'> & {
  picturesOf(id: string): WireJobPictures;
} {
  const picturesOf = (id: string): WireJobPictures => {
    const newest = find(id).attempts.at(-1);
    const kept = farm.pictures.get(id) ?? [];
    const why = whyNoPicture(newest ? { hasEnded: newest.outcome !== null, reported: null } : null);
    const pictures = kept.map(({ webp: _, ...picture }) => picture);
    return {
      id,
      pictures,
      small: kept.at(-1)?.webp ?? null,
      noPicture: pictures.length > 0 ? null : NO_PICTURE[why],
    };
  };
  return {
    picturesOf,
    listPictures: async (_asker, { ids }) => ({
      jobs: ids.filter((id) => farm.records.has(id)).map(picturesOf),
    }),
    async getPicture(_asker, { id, attempt, picture }) {
      find(id);
      const found = farm.pictures
        .get(id)
        ?.find((one) => one.attempt === attempt && one.number === picture);
      if (found === undefined) throw refuse('picture_not_found', undefined, { attempt, picture });
      return { webp: found.webp };
    },
  };
}
