import { expect, test } from 'vitest';
import { fewAtOnce } from './few-at-once.ts';

test('so many works run at a time, the others in the order in which they came, also after one that failed', async () => {
  const turn = fewAtOnce(2);
  const begun: number[] = [];
  const ends: ((error: Error | null) => void)[] = [];
  const works = [0, 1, 2, 3].map((work) =>
    turn(
      () =>
        new Promise<number>((resolve, reject) => {
          begun.push(work);
          ends[work] = (error) => (error === null ? resolve(work) : reject(error));
        }),
    ),
  );
  expect(begun).toEqual([0, 1]);
  ends[1]?.(new Error('the database is away'));
  await expect(works[1]).rejects.toThrow('the database is away');
  expect(begun).toEqual([0, 1, 2]);
  ends[0]?.(null);
  await works[0];
  expect(begun).toEqual([0, 1, 2, 3]);
  ends[2]?.(null);
  ends[3]?.(null);
  expect(await Promise.all([works[0], works[2], works[3]])).toEqual([0, 2, 3]);
});
