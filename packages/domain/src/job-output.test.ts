import { expect, test } from 'vitest';
import { unmeasured } from './job-output.ts';

test('without ffprobe only the pictures of a sequence are counted', () => {
  const nothing = { seconds: null, codec: null, width: null, height: null, why: 'late' };
  expect(unmeasured({ kind: 'sequence', files: 12 }, 'late')).toEqual({ ...nothing, frames: 12 });
  expect(unmeasured({ kind: 'files', files: 12 }, 'late')).toEqual({ ...nothing, frames: null });
  expect(unmeasured({ kind: 'file', files: 1 }, 'late')).toEqual({ ...nothing, frames: null });
});
