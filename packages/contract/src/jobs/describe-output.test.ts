import { expect, test } from 'vitest';
import { describeOutputFacts, fileNameOf } from './describe-output.ts';
import { type WireOutput, wireOutput } from './output.ts';

const film: WireOutput = {
  ...{ number: 1, path: '/mnt/out/a.mov', publishedAt: '2026-03-01T12:00:00.000Z' },
  ...{ kind: 'file', bytes: 184_000_000, files: 1, sha256: 'ab', notMeasured: null },
  ...{ seconds: 39.2, codec: 'prores (HQ)', width: 1920, height: 1080, frames: 980 },
};
const nothing = { seconds: null, codec: null, width: null, height: null, frames: null };

test('the facts of an output are one line, without what is not known', () => {
  expect(describeOutputFacts(film)).toBe('184 MB, prores (HQ), 1920 × 1080, 980 frames, 39.20 s');
  const { number, path, publishedAt } = film;
  const place = { number, path, publishedAt, attemptId: 'one', sha256: null };
  const wire = (why: 'several' | 'noFfprobe', kind: 'files' | 'sequence', frames: number | null) =>
    describeOutputFacts(
      wireOutput({ ...place, ...nothing, kind, bytes: 1000, files: 3, frames, why }),
    );
  expect(wire('several', 'files', null)).toBe(
    '1.0 kB, 3 files, not measured: Several files are only counted',
  );
  expect(wire('noFfprobe', 'sequence', 1)).toBe(
    '1.0 kB, 1 frame, not measured: Its host has no ffprobe, so nothing more is known',
  );
});

test('a path of any system has a file name', () => {
  expect(['/mnt/a b.mov', 'D:\\out\\b.mov', 'c'].map(fileNameOf)).toEqual([
    ...['a b.mov', 'b.mov', 'c'],
  ]);
});
