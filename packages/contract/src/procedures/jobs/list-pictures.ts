import { MOMENTS, NO_PICTURE, PICTURE } from '@renderdeck/domain';
import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { jobIdSchema } from '../../jobs/job.ts';
import { EXAMPLE_JOB_ID, exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';

const IDS = `ids is 1 to ${PICTURE.mostJobs} ids of jobs, joined by commas.`;
const idList = z
  .array(jobIdSchema, { error: IDS })
  .min(1, { error: IDS })
  .max(PICTURE.mostJobs, { error: IDS });

export const listPicturesInput = z.object({
  /** A list, or the ids joined by commas in the query of a URL. */
  ids: z.union(
    [
      idList,
      z
        .string()
        .transform((text) => text.split(','))
        .pipe(idList),
    ],
    {
      error: IDS,
    },
  ),
});
export type ListPicturesInput = z.input<typeof listPicturesInput>;

/** A picture of a frame. Its bytes are below `/api/jobs/{id}/attempts/{attempt}/pictures`. */
export const pictureSchema = z.object({
  attempt: z.int(),
  /** Pictures of an attempt are numbered from 1. A number always means the same picture. */
  number: z.int(),
  /** The number of the frame in the names of its files; in a film counted from 0. */
  frame: z.int().nullable(),
  /** Which frame of a finished film this is; null for a frame of a sequence. */
  moment: z.enum(MOMENTS).nullable(),
  /** When the host sent it. */
  at: instantSchema,
  width: z.int(),
  height: z.int(),
});
export type WirePicture = z.infer<typeof pictureSchema>;

export const jobPicturesSchema = z.object({
  id: jobIdSchema,
  /** Of the newest attempt, oldest first: its first picture and its newest ones. */
  pictures: z.array(pictureSchema),
  /** A small WebP of the picture that stands for the job, in base64; null if there is none. */
  small: z.string().nullable(),
  /** Why there is no picture, as a sentence; null if there is one. */
  noPicture: z.string().nullable(),
});
export type WireJobPictures = z.infer<typeof jobPicturesSchema>;

export const listPicturesOutput = z.object({ jobs: z.array(jobPicturesSchema) });
export type ListPicturesOutput = z.infer<typeof listPicturesOutput>;

export const listPictures = {
  action: 'listPictures',
  input: listPicturesInput,
  output: listPicturesOutput,
  rest: {
    method: 'GET',
    path: '/pictures',
    tag: 'jobs',
    summary: 'Show what jobs render, many in one request',
    description:
      `For up to ${PICTURE.mostJobs} jobs: which pictures there are, and a small one. A new ` +
      'picture does not change its job, so ask again for the jobs that render, at most every ' +
      `${PICTURE.everyMs / 1000} s. A job that is not known is left out.`,
    errors: [],
    example: {
      answer: {
        jobs: [
          {
            id: EXAMPLE_JOB_ID,
            pictures: [
              {
                ...{ attempt: 1, number: 1, frame: 12, moment: null, at: exampleTime(10) },
                ...{ width: 320, height: 180 },
              },
            ],
            small: 'UklGRh4AAABXRUJQ',
            noPicture: null,
          },
          {
            id: '7c1e0b64-2f0a-4e5d-8d8b-5a1c3f9e2b10',
            pictures: [],
            small: null,
            noPicture: NO_PICTURE.noFrame,
          },
        ],
      },
    },
  },
} as const satisfies ProcedureSpec;
