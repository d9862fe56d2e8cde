import { z } from 'zod';
import { jobIdSchema } from '../../jobs/job.ts';
import type { ProcedureSpec } from '../spec.ts';
import { attemptNumberSchema } from './get-attempt-log.ts';

const PICTURE = 'picture is the number of a picture, from 1.';

export const getPictureInput = z.object({
  id: jobIdSchema,
  attempt: attemptNumberSchema,
  picture: z.coerce
    .number({ error: PICTURE })
    .int({ error: PICTURE })
    .min(1, { error: PICTURE })
    .max(2_000_000_000, { error: PICTURE }),
});
export type GetPictureInput = z.infer<typeof getPictureInput>;

/** `webp`: the bytes in base64. */
export const getPictureOutput = z.object({ webp: z.string() });
export type GetPictureOutput = z.infer<typeof getPictureOutput>;

export const getPicture = {
  action: 'getPicture',
  input: getPictureInput,
  output: getPictureOutput,
  rest: {
    method: 'GET',
    path: '/jobs/:id/attempts/:number/pictures/:picture',
    names: { number: 'attempt' },
    tag: 'jobs',
    summary: 'Show a picture of what an attempt rendered',
    description:
      'A WebP of at most 320 px, for whoever may read the job. Its bytes never change, so a ' +
      'browser may keep it for its own user; no proxy may keep it.',
    special: 'bytes of a picture',
    errors: ['job_not_found', 'picture_not_found'],
    example: { answers: { '200 image/webp': 'RIFF…WEBPVP8 …' } },
  },
} as const satisfies ProcedureSpec;
